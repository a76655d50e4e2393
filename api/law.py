"""The law as the service holds it: one snapshot, read at the start, shared by every request."""

import datetime
import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, cast

import pyoxigraph as ox
from fastapi import Depends, Request

from api.problems import Problem
from engine.assess import Assessor
from engine.cache import load_cached
from engine.case_json import nearest
from engine.errors import CaseError, Location
from engine.explanations import Desk
from engine.graph import dataset_files, ontology_files
from engine.jurisdictions import Jurisdiction, find_jurisdiction
from engine.knowledge import Knowledge
from engine.norms import Norm
from engine.paths import data
from engine.queries import Query, law_store, read_queries
from engine.receipt import law_hashes

Subject = ox.NamedNode | ox.BlankNode | ox.Triple


class Law:
    """The ontology, the engine over it, and its named queries. version: hash of the ontology."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kb: Knowledge = load_cached(folder)
        self.assessor = Assessor(self.kb)
        self.version = self.kb.digest
        self._lock = threading.Lock()

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """The named queries."""
        return read_queries(data("queries"))

    @cached_property
    def _triples(self) -> Mapping[Subject, tuple[ox.Triple, ...]]:
        found: dict[Subject, list[ox.Triple]] = {}
        for number, path in enumerate(dataset_files(self.folder)):
            for triple in steady_triples(path.read_bytes(), number):
                found.setdefault(triple.subject, []).append(triple)
        return {subject: tuple(triples) for subject, triples in found.items()}

    @property
    def triples(self) -> Mapping[Subject, tuple[ox.Triple, ...]]:
        """The asserted law by subject, in the order of its files, the same in every process; read when first asked for."""
        with self._lock:
            return self._triples

    @cached_property
    def _store(self) -> ox.Store:
        return law_store(dataset_files(self.folder))

    @property
    def store(self) -> ox.Store:
        """The same as a store, for named queries."""
        with self._lock:
            return self._store

    @cached_property
    def _desk(self) -> Desk:
        return Desk(self.assessor, dataset_files(self.folder))

    @property
    def desk(self) -> Desk:
        """Where explanations are made."""
        with self._lock:
            return self._desk

    @cached_property
    def _hashes(self) -> Mapping[str, str]:
        return law_hashes(ontology_files(self.folder), self.folder)

    @property
    def hashes(self) -> Mapping[str, str]:
        """File of the ontology → canonical hash, for receipts."""
        with self._lock:
            return self._hashes

    def warm(self) -> None:
        """Read what the first explanation, named query and receipt would wait for."""
        _ = self.desk, self.store, self.queries, self.hashes

    def norm(self, name: str) -> Norm:
        """A norm by its id; another is not found."""
        if name not in self.kb.by_id:
            raise Problem("not-found", f"there is no norm {name!r}", nearest(name, list(self.kb.by_id)).replace("`dutygraph facts`", "/v1/norms"))
        return self.kb.by_id[name]

    def place(self, code: str) -> Jurisdiction:
        """A jurisdiction by its code; another is not found."""
        try:
            return find_jurisdiction(self.kb.jurisdictions, code, Location("jurisdiction"))
        except CaseError as error:
            raise Problem("not-found", error.args[1], error.args[2]) from error


def steady_triples(text: bytes, number: int) -> Iterator[ox.Triple]:
    """The triples of a file, with blank nodes named by their order, so that every process names them alike."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def steady(node: Subject | ox.Literal | ox.Triple) -> Any:
        return names.setdefault(node, ox.BlankNode(f"f{number}n{len(names)}")) if isinstance(node, ox.BlankNode) else node

    for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE):
        yield ox.Triple(steady(quad.subject), quad.predicate, steady(quad.object))


def today() -> datetime.date:
    """The date, in UTC."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def the_law(request: Request) -> Law:
    """The law of the application."""
    return cast("Law", request.app.state.law)


LawDep = Annotated[Law, Depends(the_law)]
