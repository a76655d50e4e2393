"""The dataset as files: built once for each version of the law, kept in the user's cache, loaded by every nursery.

To find one takes little more than to read the texts: what builds and describes it is imported where it is needed.
"""

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
from typing import TYPE_CHECKING

from api.sandbox.dataset import Dataset
from engine.graph import dataset_files
from engine.paths import PACKAGE, cache_folder

if TYPE_CHECKING:
    from engine.dataset import Catalogue

QUADS, TRIPLES, CATALOGUE = "dataset.nq", "law.nt", "catalogue.json"
"""The files of a snapshot: all graphs, the default one alone, and what is in them."""
KEPT = 4
"""Versions that stay in the cache."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A version of the law as a dataset: what is in it, and where it is."""

    catalogue: "Catalogue"
    dataset: Dataset


def kept(root: Path) -> Dataset | None:
    """The dataset of a body of norms, if a snapshot of it is kept."""
    cache = cache_folder()
    folder = cache / key(root) if cache else None
    return dataset_in(folder) if folder and trusted(folder) else None


def prepare(root: Path) -> Snapshot:
    """The snapshot of a body of norms; built in a process of its own if there is none yet, for it needs much memory once."""
    cache = cache_folder()
    folder = (cache or Path(tempfile.mkdtemp(prefix="dutygraph-"))) / key(root)
    if not trusted(folder):
        command = [sys.executable, "-m", "api.snapshot", str(root), str(folder)]
        path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})  # noqa: S603  our own module
    return Snapshot(read_catalogue(folder / CATALOGUE), dataset_in(folder))


def key(root: Path) -> str:
    """The name of a snapshot: it changes with the texts, with how the dataset is made and with the reasoner."""
    code = [file.read_bytes() for file in (PACKAGE / "dataset.py", Path(__file__))]
    texts = sorted((str(file.relative_to(root)).encode(), file.read_bytes()) for file in dataset_files(root))
    parts = [*code, version("reasonable").encode(), *(name + b"\0" + text for name, text in texts)]
    return "dataset-" + hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def trusted(folder: Path) -> bool:
    """Whether a snapshot is there, and nobody but this user can have written it."""
    try:
        found = [path.stat() for path in (folder, *(folder / name for name in (QUADS, TRIPLES, CATALOGUE)))]
    except OSError:
        return False
    return all(f.st_uid == os.getuid() and not f.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for f in found)


def build(root: Path, folder: Path) -> None:
    """Write the snapshot, whole or not at all."""
    import pyoxigraph as ox  # noqa: PLC0415  only who builds one needs these

    from engine.dataset import LAW, dataset_of, texts_of  # noqa: PLC0415  only who builds one needs these

    catalogue, quads = dataset_of(texts_of(root))
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix="making-"))
    ox.serialize(quads, str(made / QUADS), ox.RdfFormat.N_QUADS)
    ox.serialize((q.triple for q in quads if q.graph_name == ox.NamedNode(LAW)), str(made / TRIPLES), ox.RdfFormat.N_TRIPLES)
    (made / CATALOGUE).write_text(json.dumps(asdict(catalogue) | {"overlaps": sorted(catalogue.overlaps), "default": LAW}), encoding="utf-8")
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


def dataset_in(folder: Path) -> Dataset:
    """Where the dataset of a snapshot is."""
    found = json.loads((folder / CATALOGUE).read_text(encoding="utf-8"))
    overlaps = tuple((a, b) for a, b in found["overlaps"])
    return Dataset((str(folder / QUADS),), found["default"], overlaps, str(folder / TRIPLES))


def read_catalogue(file: Path) -> "Catalogue":
    """What is in a snapshot."""
    from engine.dataset import Catalogue, NamedGraph  # noqa: PLC0415  the service starts without it

    found = json.loads(file.read_text(encoding="utf-8"))
    return Catalogue(found["version"], tuple(NamedGraph(**g) for g in found["graphs"]), frozenset((a, b) for a, b in found["overlaps"]))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
