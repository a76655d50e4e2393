"""The dataset as files: built once for each version of the law, kept in the user's cache, loaded by every nursery."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from engine import dataset
from engine.cache import VARIABLE
from engine.dataset import Catalogue, NamedGraph, dataset_of, texts_of
from engine.paths import PACKAGE

KEPT = 4
"""Versions that stay in the cache."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A version of the law as a dataset: what is in it, and the files of N-Quads that hold it."""

    catalogue: Catalogue
    files: tuple[str, ...]


def prepare(root: Path) -> Snapshot:
    """The snapshot of a body of norms; built in a process of its own if there is none yet, for it needs much memory once."""
    folder = cache_folder() / key(root)
    if not trusted(folder):
        command = [sys.executable, "-m", "api.snapshot", str(root), str(folder)]
        path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})  # noqa: S603  our own module
    return Snapshot(read_catalogue(folder / "catalogue.json"), (str(folder / "dataset.nq"),))


def cache_folder() -> Path:
    """Where snapshots are kept: the user's cache, or a folder for this run where the operator wants none."""
    chosen = os.environ.get(VARIABLE)
    if chosen == "":
        return Path(tempfile.mkdtemp(prefix="dutygraph-"))
    return Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dutygraph"


def key(root: Path) -> str:
    """The name of a snapshot: it changes with the texts, with how the dataset is made and with the reasoner."""
    code = Path(dataset.__file__).read_bytes()
    parts = [code, version("reasonable").encode(), *(f"{n}\0{t}".encode() for n, t in sorted(texts_of(root).items()))]
    return "dataset-" + hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def trusted(folder: Path) -> bool:
    """Whether a snapshot is there, and nobody but this user can have written it."""
    try:
        found = [path.stat() for path in (folder, folder / "dataset.nq", folder / "catalogue.json")]
    except OSError:
        return False
    return all(f.st_uid == os.getuid() and not f.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for f in found)


def build(root: Path, folder: Path) -> None:
    """Write the snapshot, whole or not at all."""
    catalogue, quads = dataset_of(texts_of(root))
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix="making-"))
    ox.serialize(quads, str(made / "dataset.nq"), ox.RdfFormat.N_QUADS)
    (made / "catalogue.json").write_text(json.dumps(asdict(catalogue) | {"overlaps": sorted(catalogue.overlaps)}), encoding="utf-8")
    try:
        made.rename(folder)
    except OSError:  # another process was faster; its snapshot is the same
        discard(made)
    for old in sorted(folder.parent.glob("dataset-*"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
        discard(old)


def discard(folder: Path) -> None:
    """Remove a snapshot."""
    for file in folder.iterdir():
        file.unlink(missing_ok=True)
    folder.rmdir()


def read_catalogue(file: Path) -> Catalogue:
    """What is in a snapshot."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return Catalogue(found["version"], tuple(NamedGraph(**g) for g in found["graphs"]), frozenset((a, b) for a, b in found["overlaps"]))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
