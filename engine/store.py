"""Assessments kept: each in its named graph, beside the law they were made under in the default graph."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from engine.errors import CaseError, Location
from engine.queries import Bindings, Query, Rows, run_query
from engine.record.quads import BASE
from engine.terms import NORM, local_name

LAW = ox.NamedNode(NORM.rsplit("/", 1)[0] + "/law")
VERSION = ox.NamedNode(NORM + "lawVersion")


class AssessmentStore:
    """An Oxigraph store, in memory or on disk, with the law and the assessments that were kept."""

    def __init__(self, path: Path | None = None) -> None:
        try:
            self._store = ox.Store(str(path)) if path else ox.Store()
        except OSError as error:
            raise CaseError(Location(str(path)), f"the store cannot be opened: {error}", "name a folder that no other program has open for writing") from error

    def put_law(self, files: Iterable[Path], digest: str) -> None:
        """Put what queries see of an ontology into the default graph, unless these very files are there already.

        digest: of the law. Decided cases lie beside the law, so the version counts every file.
        """
        files = tuple(files)
        texts = b"".join(path.read_bytes() for path in files)
        version = ox.Literal(hashlib.sha256(digest.encode() + texts).hexdigest())
        if ox.Quad(LAW, VERSION, version) in self._store:
            return
        self._store.remove_graph(ox.DefaultGraph())
        for path in files:
            self._store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        self._store.add(ox.Quad(LAW, VERSION, version))
        self._store.flush()

    def keep(self, graph: str, triples: bytes) -> None:
        """Keep an assessment's graph, in place of one of the same name. It is on disk when this returns."""
        name = ox.NamedNode(graph)
        self._store.remove_graph(name)
        self._store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=name)
        self._store.flush()

    def names(self) -> tuple[str, ...]:
        """Ids of the assessments kept."""
        return tuple(sorted(local_name(g.value) for g in self._store.named_graphs() if isinstance(g, ox.NamedNode) and g.value.startswith(BASE)))

    def triples(self, name: str) -> bytes:
        """The graph of an assessment as N-Triples; empty where there is none."""
        return self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(BASE + name)) or b""

    def remove(self, name: str) -> None:
        """Forget an assessment."""
        self._store.remove_graph(ox.NamedNode(BASE + name))
        self._store.flush()

    def ask(self, query: Query, bindings: Bindings) -> Rows:
        """The rows of a query over the law and the assessments."""
        return run_query(self._store, query, bindings)
