"""Norms as they stand in the graph: frozen records, before any case."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as Choice

from engine.dates import Interval, PartialDate, partial_date
from engine.errors import OntologyError
from engine.graph import Graph, Literal
from engine.terms import DCT, DEFINITION, LABEL, NOTE, RDFS, local_name, norm
from engine.truth import NO, YES, Value

TreeKind = Choice["act", "allOf", "anyOf", "sequence"]
TREES: tuple[TreeKind, ...] = ("allOf", "anyOf", "sequence")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A node of a requirement tree. kind 'act': a leaf, with the act class and perhaps a condition on the case."""

    kind: TreeKind
    parts: tuple["Requirement", ...] = ()
    act: str = ""
    condition: str | None = None

    def leaves(self) -> tuple["Requirement", ...]:
        """The leaves, in order."""
        return (self,) if self.kind == "act" else tuple(leaf for part in self.parts for leaf in part.leaves())

    def later(self) -> tuple["Requirement", ...]:
        """The leaves that come after another in a sequence."""
        own = tuple(leaf for part in self.parts[1:] for leaf in part.leaves()) if self.kind == "sequence" else ()
        return own + tuple(leaf for part in self.parts for leaf in part.later())


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a norm and what it says."""

    address: str
    says: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a norm is found. confidence: high, medium or low."""

    kind: str
    citation: str
    pinpoint: str
    title: str
    urls: tuple[str, ...]
    confidence: str
    checked: str
    readings: tuple[Reading, ...]

    @property
    def cited(self) -> str:
        """The citation with its pinpoint, as a lawyer writes it."""
        if not self.pinpoint or self.pinpoint in self.citation:
            return self.citation
        return f"{self.citation}{'' if self.pinpoint.startswith('(') else ', '}{self.pinpoint}"


@dataclass(frozen=True, slots=True)
class Override:
    """That one norm defeats another. by: the provision that says so, where it is not the winner itself."""

    winner: str
    loser: str
    ground: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm. IRIs of classes are terms still to be compiled; times are half-open intervals.

    order_key: the name by which JSON knows the order.
    declared: a court's statement of the law, whose dates run on the clock of knowledge (Interval.contains).
    checked: False where the collection that it is part of says that it has not been checked by hand.
    """

    iri: str
    label: str
    modality: str
    order: str
    jurisdiction: str
    bearers: tuple[str, ...]
    trigger: str | None
    regulates: str | None
    requires: Requirement | None
    where: str | None
    intervals: tuple[Interval, ...]
    declared: bool
    overruled: PartialDate | None
    within: str
    fulfils: tuple[str, ...]
    serves: tuple[str, ...]
    source: Source
    definition: str
    discharge: str
    consequence: str
    not_expressed: tuple[str, ...]
    note: str
    checked: bool = True
    order_key: str = ""

    @property
    def id(self) -> str:
        """The name by which JSON knows the norm."""
        return local_name(self.iri)

    def in_force(self, law_as_of: datetime.date, known_as_of: datetime.date) -> Value:
        """Whether the norm speaks for events of one date, asked with the knowledge of another (DESIGN: two clocks)."""
        if self.overruled is not None and self.overruled.latest <= known_as_of:
            return NO
        begun_by = known_as_of if self.declared else law_as_of
        found = {i.contains(begun_by, law_as_of) for i in self.intervals}
        return YES if YES in found else NO if found == {NO} else next(v for v in found if v not in (YES, NO))


def modalities(graph: Graph) -> Mapping[str, str]:
    """Class of a modality → its key, as the norm vocabulary lists them."""
    subs = {s for s, o in graph.pairs(RDFS + "subClassOf") if o == norm("Norm")}
    return {s: graph.text(s, norm("key")) for s in subs if graph.text(s, norm("key"))}


def read_norms(graph: Graph) -> tuple[Norm, ...]:
    """Every individual of a modality, by IRI."""
    kinds = modalities(graph)
    found = {iri: modality for cls, modality in kinds.items() for iri in graph.instances(cls)}
    return tuple(read_norm(graph, iri, found[iri]) for iri in sorted(found))


def read_norm(graph: Graph, iri: str, modality: str) -> Norm:
    """One norm; what it lacks to be applied is an error."""
    g = graph
    requires = g.resource(iri, norm("requires"))
    regulates = g.resource(iri, norm("regulates"))
    if requires is None and regulates is None:
        raise OntologyError(g.place(iri), local_name(iri), "says nothing about any act", "add norm:requires or norm:regulates")
    trigger = g.resource(iri, norm("trigger"))
    if trigger is not None and not g.by_subject.get(trigger):
        raise OntologyError(g.place(iri), local_name(iri), f"its trigger {local_name(trigger)} has no definition", "define the class with owl:equivalentClass")
    ends = g.objects(iri, norm("overruledOn"))
    return Norm(
        iri,
        g.text(iri, LABEL) or local_name(iri),
        modality,
        g.resource(iri, norm("order")) or "",
        g.resource(iri, norm("jurisdiction")) or "",
        g.resources(iri, norm("bearer")),
        trigger,
        regulates,
        read_requirement(g, requires) if requires else None,
        g.resource(iri, norm("where")),
        read_intervals(g, iri),
        iri in g.instances(norm("Declared")),
        _date(g, iri, ends[0]) if ends else None,
        g.text(iri, norm("within")),
        g.resources(iri, norm("fulfils")),
        tuple(g.text(p, norm("key")) or local_name(p) for p in g.resources(iri, norm("serves"))),
        read_source(g, g.resource(iri, norm("source")) or ""),
        g.text(iri, DEFINITION),
        g.text(iri, norm("discharge")),
        g.text(iri, norm("consequence")),
        g.texts(iri, norm("notExpressed")),
        g.text(iri, NOTE),
        g.text(g.resource(iri, DCT + "isPartOf") or "", norm("handChecked")) != "false",
        g.text(g.resource(iri, norm("order")) or "", norm("key")),
    )


def read_requirement(graph: Graph, term: str) -> Requirement:
    """A requirement tree; a term that is no tree is the act class of a leaf."""
    for kind in TREES:
        head = graph.resource(term, norm(kind))
        if head is not None:
            return Requirement(kind, tuple(read_requirement(graph, m) for m in graph.members(head)))
    act = graph.resource(term, norm("act"))
    return Requirement("act", (), act or term, graph.resource(term, norm("condition")))


def read_intervals(graph: Graph, iri: str) -> tuple[Interval, ...]:
    """The intervals in force; a norm without any date has one of unknown start."""
    nodes = graph.resources(iri, norm("inForce")) or (iri,)
    return tuple(_interval(graph, iri, node) for node in nodes)


def _interval(graph: Graph, iri: str, node: str) -> Interval:
    names = ("inForceFrom", "inForceTo", "attestedOn")
    start, end, attested = (next((_date(graph, iri, o) for o in graph.objects(node, norm(n))), None) for n in names)
    return Interval(start, end, attested)


def _date(graph: Graph, iri: str, value: object) -> PartialDate:
    literal = value if isinstance(value, Literal) else Literal(str(value), "")
    try:
        return partial_date(literal.value, literal.datatype)
    except ValueError as error:
        raise OntologyError(
            graph.place(iri), local_name(iri), str(error), 'write "2024-05-01"^^xsd:date, "2024-05"^^xsd:gYearMonth or "2024"^^xsd:gYear'
        ) from error


def read_source(graph: Graph, iri: str) -> Source:
    """The source of a norm; empty texts where it has none."""
    readings = (
        Reading(graph.resource(r, norm("url")) or graph.text(r, DCT + "title"), graph.text(r, norm("says"))) for r in graph.resources(iri, norm("reading"))
    )
    return Source(
        graph.text(iri, norm("sourceKind")),
        graph.text(iri, DCT + "bibliographicCitation"),
        graph.text(iri, norm("pinpoint")),
        graph.text(iri, DCT + "title"),
        graph.resources(iri, norm("url")),
        graph.text(iri, norm("confidence")),
        graph.text(iri, norm("readOn")),
        tuple(readings),
    )
