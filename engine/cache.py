"""Loading the ontology fast: parsed once, kept in the user's cache under the hash of its texts."""

import hashlib
import os
import pickle
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine.graph import ontology_files
from engine.knowledge import Knowledge, knowledge_of, without_collection
from engine.paths import PACKAGE

VARIABLE = "DUTYGRAPH_CACHE"
"""Folder of the cache; empty to do without one."""


def load_cached(root: Path) -> Knowledge:
    """Every Turtle file below a folder, from the cache if its texts and the engine are unchanged."""
    texts = {str(f.relative_to(root.parent)): f.read_text(encoding="utf-8") for f in ontology_files(root)}
    with without_collection():
        place = cache_file(texts)
        found = read_cache(place) if place else None
        if found is None:
            found = knowledge_of(texts)
            if place:
                write_cache(place, found)
    return found


def cache_file(texts: Mapping[str, str]) -> Path | None:
    """Where the knowledge of these texts is kept; None where there is no cache."""
    chosen = os.environ.get(VARIABLE)
    if chosen == "":
        return None
    base = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dutygraph"
    code = [f"{p.name}:{p.stat().st_mtime_ns}:{p.stat().st_size}" for p in sorted(PACKAGE.glob("*.py"))]
    key = hashlib.sha256("\0".join([*code, *(f"{n}\0{t}" for n, t in sorted(texts.items()))]).encode()).hexdigest()
    return base / f"{key[:32]}.pickle"


def read_cache(place: Path) -> Knowledge | None:
    """What is kept there, if it is ours alone to write: a pickle that others can write could run their code."""
    try:
        for path in (place.parent, place):
            found = path.stat()
            if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
        kept = pickle.loads(place.read_bytes())  # noqa: S301  written by this user's own process, checked just above
    except (OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError):
        return None
    return kept if isinstance(kept, Knowledge) else None


def write_cache(place: Path, found: Knowledge) -> None:
    """Keep it, whole or not at all; older ones are dropped. A cache that cannot be written is no error."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(pickle.dumps(found, protocol=5))
        Path(file.name).replace(place)
        for old in sorted(place.parent.glob("*.pickle"), key=lambda p: p.stat().st_mtime)[:-4]:
            old.unlink(missing_ok=True)
    except OSError:
        return
