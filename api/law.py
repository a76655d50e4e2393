"""The law as the service holds it: one snapshot, read at the start, shared by every request."""

import datetime
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, cast

import pyoxigraph as ox
from fastapi import Depends, Request

from api.problems import from_engine, no_such
from engine.assess import Assessor
from engine.cache import awaken, load_cached
from engine.case_json import unknown
from engine.errors import CaseError, Location
from engine.explanations import Desk
from engine.graph import dataset_files, ontology_files
from engine.jurisdictions import Jurisdiction, find_jurisdiction
from engine.knowledge import Knowledge
from engine.norms import Norm
from engine.paths import data
from engine.queries import Query, read_queries
from engine.receipt import law_hashes

T = TypeVar("T")
Subject = ox.NamedNode | ox.BlankNode | ox.Triple


class Once(Generic[T]):
    """Something that is made when it is first asked for, and once, whoever asks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]


class Law:
    """The ontology, the engine over it, and its named queries. version: hash of the ontology."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kb: Knowledge = load_cached(folder)
        self.assessor = Assessor(self.kb)
        self.version = self.kb.digest
        self._queries = Once(lambda: read_queries(data("queries")))
        self._triples = Once(lambda: triples_of(dataset_files(folder)))
        self._desk = Once(lambda: Desk(self.assessor, dataset_files(folder)))
        self._names = Once(lambda: names_of(self.kb))
        self._hashes = Once(lambda: law_hashes(ontology_files(folder), folder))

    @property
    def queries(self) -> Mapping[str, Query]:
        """The named queries."""
        return self._queries()

    @property
    def triples(self) -> Mapping[Subject, tuple[ox.Triple, ...]]:
        """The asserted law by subject, in the order of its files, the same in every process; read when first asked for."""
        return self._triples()

    @property
    def desk(self) -> Desk:
        """Where explanations are made."""
        return self._desk()

    @property
    def hashes(self) -> Mapping[str, str]:
        """File of the ontology → canonical hash, for receipts."""
        return self._hashes()

    def warm(self) -> None:
        """Read what the first assessment, explanation, named query and receipt would wait for."""
        awaken(self.kb.graph)
        _ = self.desk, self.queries, self.hashes

    @property
    def codes(self) -> list[str]:
        """The codes of all jurisdictions."""
        return sorted({p.code for p in self.kb.jurisdictions.values()})

    @property
    def names(self) -> Mapping[str, Collection[str]]:
        """Kind of thing → the names that a request may use for it."""
        return self._names()

    def check(self, kind: str, name: str | None, at: str) -> None:
        """Refuse a name that the law does not have; None is no name. at: `#/…` in a body, or `parameter …`."""
        if name is not None and name not in self.names[kind]:
            raise unknown(Location(at), kind, name, self.names[kind])

    def check_reach(self, names: Iterable[str], codes: Sequence[str], at: str) -> None:
        """Refuse a norm that is law in none of some places."""
        strange = next((n for n in names if not any(self.kb.reaches(n, self.kb.jurisdictions[code]) for code in codes)), None)
        if strange is not None:
            raise CaseError(Location(at), f"{strange} is not law in {' or '.join(codes)}", "ask about a norm that reaches the place of the case")

    def norm(self, name: str) -> Norm:
        """The norm of an address; another is not found."""
        if name not in self.kb.by_id:
            raise no_such("norm", name, self.kb.by_id)
        return self.kb.by_id[name]

    def place(self, code: str, at: str = "") -> Jurisdiction:
        """A jurisdiction by its code. Another is not found, or, where a parameter or a body names it (at), refused."""
        try:
            return find_jurisdiction(self.kb.jurisdictions, code, Location(at))
        except CaseError as error:
            raise from_engine(error, "" if at else "not-found") from error


def names_of(kb: Knowledge) -> Mapping[str, Collection[str]]:
    """Kind of thing → the names that a request may use for it."""
    norms = kb.norms.values()
    return {
        "norm": kb.by_id,
        "action": kb.schema.actions,
        "modality": {n.modality for n in norms},
        "order": {n.order_key for n in norms},
        "confidence": {"high", "medium", "low"},
    }


def triples_of(files: Iterable[Path]) -> Mapping[Subject, tuple[ox.Triple, ...]]:
    """The triples of all files by subject."""
    found: dict[Subject, list[ox.Triple]] = {}
    for number, path in enumerate(files):
        for triple in steady_triples(path.read_bytes(), number):
            found.setdefault(triple.subject, []).append(triple)
    return {subject: tuple(triples) for subject, triples in found.items()}


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


async def the_law(request: Request) -> Law:
    """The law of the application."""
    return cast("Law", request.app.state.law)


LawDep = Annotated[Law, Depends(the_law)]
