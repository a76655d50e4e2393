"""A frozen RDF graph indexed for reading, with the file and line of every subject."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import Location, OntologyError
from engine.terms import FIRST, NIL, REST, TYPE, local_name


@dataclass(frozen=True, slots=True)
class Literal:
    """An RDF literal: its text, the IRI of its datatype, its language or ''."""

    value: str
    datatype: str
    language: str = ""


Term = str | Literal
"""An IRI (or `_:` blank node) as text, or a literal."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Triples by subject and by object.

    by_subject: subject → predicate → objects in the order of the file. by_predicate: predicate → (subject, object).
    by_object: (predicate, object) → subjects.
    places: subject → where it is first described.
    """

    by_subject: Mapping[str, Mapping[str, tuple[Term, ...]]]
    by_predicate: Mapping[str, tuple[tuple[str, Term], ...]]
    by_object: Mapping[tuple[str, Term], tuple[str, ...]]
    places: Mapping[str, Location] = field(default_factory=dict)

    def objects(self, subject: str, predicate: str) -> tuple[Term, ...]:
        """All objects of a subject and a predicate."""
        return self.by_subject.get(subject, {}).get(predicate, ())

    def resources(self, subject: str, predicate: str) -> tuple[str, ...]:
        """The objects that are IRIs or blank nodes."""
        return tuple(o for o in self.objects(subject, predicate) if isinstance(o, str))

    def resource(self, subject: str, predicate: str) -> str | None:
        """The first object that is an IRI or a blank node."""
        return next(iter(self.resources(subject, predicate)), None)

    def texts(self, subject: str, predicate: str) -> tuple[str, ...]:
        """The objects that are literals, as text."""
        return tuple(o.value for o in self.objects(subject, predicate) if isinstance(o, Literal))

    def text(self, subject: str, predicate: str) -> str:
        """The first literal, preferring English, or ''."""
        found = [o for o in self.objects(subject, predicate) if isinstance(o, Literal)]
        best = [o for o in found if o.language.startswith("en")] or found
        return best[0].value if best else ""

    def flag(self, subject: str, predicate: str) -> bool:
        """Whether a boolean annotation is true."""
        return self.text(subject, predicate) in ("true", "1")

    def subjects(self, predicate: str, obj: Term) -> tuple[str, ...]:
        """Subjects that have this object."""
        return self.by_object.get((predicate, obj), ())

    def pairs(self, predicate: str) -> tuple[tuple[str, Term], ...]:
        """Every (subject, object) of a predicate."""
        return self.by_predicate.get(predicate, ())

    def instances(self, cls: str) -> tuple[str, ...]:
        """Subjects that are told to be of a class."""
        return self.subjects(TYPE, cls)

    def members(self, head: str) -> tuple[str, ...]:
        """The resources in an RDF list; a broken list is an error."""
        return tuple(self._walk(head))

    def _walk(self, head: str) -> Iterator[str]:
        seen: set[str] = set()
        while head != NIL:
            first, rest = self.resource(head, FIRST), self.resource(head, REST)
            if first is None or rest is None or head in seen:
                raise OntologyError(self.place(head), local_name(head), "the list has no end or an empty place", "write it as ( a b c )")
            seen.add(head)
            yield first
            head = rest

    def place(self, subject: str) -> Location:
        """Where a subject is described."""
        return self.places.get(subject, Location("ontology"))


def build_graph(triples: Iterable[tuple[str, str, Term]], places: Mapping[str, Location] | None = None) -> Graph:
    """Index triples. The order of the triples matters only for the order of lists of objects, never for a result."""
    by_subject: dict[str, dict[str, list[Term]]] = {}
    by_predicate: dict[str, list[tuple[str, Term]]] = {}
    by_object: dict[tuple[str, Term], list[str]] = {}
    for s, p, o in triples:
        objects = by_subject.setdefault(s, {}).setdefault(p, [])
        if o not in objects:
            objects.append(o)
            by_predicate.setdefault(p, []).append((s, o))
            by_object.setdefault((p, o), []).append(s)
    return Graph(
        {s: {p: tuple(os) for p, os in ps.items()} for s, ps in by_subject.items()},
        {p: tuple(sos) for p, sos in by_predicate.items()},
        {po: tuple(ss) for po, ss in by_object.items()},
        dict(places or {}),
    )


DECISIONS = "decisions"
"""The folder of decided cases inside an ontology: data beside the law, and no part of it."""


def ontology_files(root: Path) -> tuple[Path, ...]:
    """Every Turtle file of a body of norms, in a fixed order."""
    decided = frozenset(decision_files(root))
    return tuple(f for f in dataset_files(root) if f not in decided)


def decision_files(root: Path) -> tuple[Path, ...]:
    """Every Turtle file of a decided case, in a fixed order."""
    return tuple(sorted((root / DECISIONS).glob("*.ttl")))


def dataset_files(root: Path) -> tuple[Path, ...]:
    """Every Turtle file below a folder, in a fixed order: what queries see."""
    return tuple(sorted(root.rglob("*.ttl")))
