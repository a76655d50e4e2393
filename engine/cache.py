"""Loading the ontology fast: parsed once, kept in the user's cache under the hash of its texts.

The graph, by far the largest part, is kept apart and read when it is first asked: a norm's place, date and bearer are known without it.
"""

import hashlib
import os
import pickle
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from engine.graph import Graph, ontology_files
from engine.knowledge import Knowledge, knowledge_of, without_collection
from engine.paths import PACKAGE, cache_folder

INDEXES = tuple(f.name for f in fields(Graph))
"""The parts of a graph, each kept by itself."""


class DormantGraph(Graph):
    """A graph of which every index is read when it is first asked for. Two threads that ask at once read the same."""

    __slots__ = ("_kept",)

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        object.__setattr__(self, "_kept", kept)

    def __getattr__(self, name: str) -> Any:
        """Called for an index that has not been read yet."""
        if name not in INDEXES:
            raise AttributeError(name)
        with without_collection():
            found = pickle.loads(self._kept[name])  # noqa: S301  it came with the file that was checked before
        object.__setattr__(self, name, found)
        return found

    def __reduce__(self) -> tuple[type[Graph], tuple[object, ...]]:
        return Graph, tuple(getattr(self, name) for name in INDEXES)


def awaken(graph: Graph) -> None:
    """Read what has not been read of a graph, one index after the other, so that other threads come to their turn between them."""
    for name in INDEXES:
        getattr(graph, name)


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
    base = cache_folder()
    if base is None:
        return None
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
        kept, indexes = pickle.loads(place.read_bytes())  # noqa: S301  written by this user's own process, checked just above
    except (OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError, TypeError, ValueError):
        return None
    return replace(kept, graph=DormantGraph(indexes)) if isinstance(kept, Knowledge) else None


def write_cache(place: Path, found: Knowledge) -> None:
    """Keep it, whole or not at all; older ones are dropped. A cache that cannot be written is no error."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            indexes = {name: pickle.dumps(getattr(found.graph, name), protocol=5) for name in INDEXES}
            file.write(pickle.dumps((replace(found, graph=Graph({}, {}, {})), indexes), protocol=5))
        Path(file.name).replace(place)
        for old in sorted(place.parent.glob("*.pickle"), key=lambda p: p.stat().st_mtime)[:-4]:
            old.unlink(missing_ok=True)
    except OSError:
        return
