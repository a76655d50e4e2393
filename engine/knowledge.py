"""Everything the ontology says, loaded once: axioms, the shape of cases, places, norms, and what overrides what."""

import contextlib
import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.axioms import Axioms, named, outside, read_axioms
from engine.compiler import Compiler
from engine.errors import OntologyError
from engine.facts import world_of_graph
from engine.graph import Graph, ontology_files
from engine.jurisdictions import Jurisdiction, read_jurisdictions
from engine.nodes import UNSET, run
from engine.norms import Norm, Override, read_norms
from engine.order import components
from engine.schema import Schema, read_schema
from engine.selects import select_definitions
from engine.template import Template, build_template
from engine.terms import local_name, norm
from engine.turtle import graph_of_texts
from engine.world import World


@dataclass(frozen=True, slots=True)
class Derived:
    """A class of acts found by the outcome of norms. norms: IRIs that count. outcome: effective or violated."""

    cls: str
    norms: frozenset[str]
    outcome: str


@dataclass(frozen=True)
class Knowledge:
    """A body of norms. digest: hash of the texts it was read from."""

    graph: Graph
    axioms: Axioms
    schema: Schema
    jurisdictions: Mapping[str, Jurisdiction]
    norms: Mapping[str, Norm]
    overrides: tuple[Override, ...]
    derived: tuple[Derived, ...]
    digest: str

    @cached_property
    def template(self) -> Template:
        """The part of the layout that every case shares."""
        return build_template(self.schema)

    @cached_property
    def selects(self) -> tuple[tuple[str, str], ...]:
        """Classes defined by a query."""
        return select_definitions(self.graph)

    @cached_property
    def outside(self) -> tuple[tuple[str, str], ...]:
        """(subject, axiom) for the axioms outside the compiled fragment."""
        return tuple(outside(self.graph))

    @cached_property
    def by_id(self) -> dict[str, Norm]:
        """Norms by the name that JSON uses."""
        return {n.id: n for n in self.norms.values()}

    def within_reach(self, place: Jurisdiction) -> tuple[Norm, ...]:
        """Norms whose jurisdiction is the place or contains it."""
        return tuple(n for n in self.norms.values() if n.jurisdiction in place.reached_by)

    def reaches(self, norm_id: str, place: Jurisdiction) -> bool:
        """Whether a norm is law in a place."""
        return self.by_id[norm_id].jurisdiction in place.reached_by


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Garbage collection off: loading makes a great many objects and no garbage."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def load(root: Path) -> Knowledge:
    """Read every Turtle file below a folder."""
    with without_collection():
        return knowledge_of({str(f.relative_to(root.parent)): f.read_text(encoding="utf-8") for f in ontology_files(root)})


def knowledge_of(texts: Mapping[str, str]) -> Knowledge:
    """Read Turtle documents by name."""
    graph = graph_of_texts(texts)
    axioms = read_axioms(graph)
    norms = {n.iri: n for n in read_norms(graph)}
    members = NormClasses(graph, axioms, tuple(norms))
    overrides = tuple(read_overrides(graph, norms, members))
    check_acyclic(graph, norms, overrides)
    derived = tuple(read_derived(graph, members))
    digest = hashlib.sha256("\0".join(f"{name}\0{text}" for name, text in sorted(texts.items())).encode()).hexdigest()
    return Knowledge(graph, axioms, read_schema(graph, axioms), read_jurisdictions(graph), norms, overrides, derived, digest)


class NormClasses:
    """Which norms belong to a class of norms: the engine reading its own norms as facts."""

    def __init__(self, graph: Graph, axioms: Axioms, iris: tuple[str, ...]) -> None:
        self._graph, self._axioms, self._iris = graph, axioms, iris
        self._compiler = Compiler(graph, axioms)

    @cached_property
    def _world(self) -> World:
        ends = {o for iri in self._iris for os in self._graph.by_subject[iri].values() for o in os if isinstance(o, str) and named(o)}
        return world_of_graph(self._axioms, self._graph, tuple(sorted({*self._iris, *ends})))

    def members(self, term: str) -> frozenset[str]:
        """The norms of a class term, or the one norm that the term names."""
        if term in self._iris:
            return frozenset((term,))
        place = self._compiler.class_node(term)
        program = self._compiler.program()
        columns = [UNSET] * len(program.nodes)
        order = [i for group in components(len(program.nodes), [n.parts for n in program.nodes]) for i in group]
        run(program, order, columns, self._world)
        return frozenset(iri for iri in self._iris if columns[place].holds >> self._world.slot_of[iri] & 1)


def read_overrides(graph: Graph, norms: Mapping[str, Norm], classes: NormClasses) -> Iterable[Override]:
    """Every override as a pair of norms, from single norms, classes of norms and rules about classes."""
    for iri in norms:
        ground = graph.resource(iri, norm("overrideGround")) or ""
        for predicate, wins in (("overrides", True), ("yieldsTo", False)):
            for target in graph.resources(iri, norm(predicate)):
                for other in _targets(graph, iri, target, norms, classes):
                    yield Override(iri, other, ground) if wins else Override(other, iri, ground)
    for rule in graph.instances(norm("OverrideRule")):
        ground = graph.resource(rule, norm("overrideGround")) or ""
        spared = {n for t in graph.resources(rule, norm("except")) for n in _targets(graph, rule, t, norms, classes)}
        winners = {n for t in graph.resources(rule, norm("prevailing")) for n in _targets(graph, rule, t, norms, classes)} - spared
        losers = {n for t in graph.resources(rule, norm("yielding")) for n in _targets(graph, rule, t, norms, classes)} - spared
        yield from (Override(w, x, ground, rule) for w in sorted(winners) for x in sorted(losers) if w != x)


def _targets(graph: Graph, subject: str, target: str, norms: Mapping[str, Norm], classes: NormClasses) -> list[str]:
    if named(target) and target not in norms and target not in graph.by_subject:
        problem = f"it names {local_name(target)}, which is not defined anywhere"
        raise OntologyError(graph.place(subject), local_name(subject), problem, "correct the name, or define the norm")
    return sorted(classes.members(target) - {subject})


def check_acyclic(graph: Graph, norms: Mapping[str, Norm], overrides: Iterable[Override]) -> None:
    """A cycle of overrides has no result; it is refused with its members."""
    names = sorted(norms)
    place = {iri: i for i, iri in enumerate(names)}
    parts: list[list[int]] = [[] for _ in names]
    for o in overrides:
        parts[place[o.loser]].append(place[o.winner])
    for group in components(len(names), parts):
        if len(group) > 1 or group[0] in parts[group[0]]:
            members = " → ".join(local_name(names[i]) for i in group)
            at = graph.place(names[group[0]])
            raise OntologyError(
                at, local_name(names[group[0]]), f"overrides run in a circle: {members}", "remove one norm:overrides or norm:yieldsTo among them"
            )


def read_derived(graph: Graph, classes: NormClasses) -> Iterable[Derived]:
    """Classes of acts that stand for outcomes of other norms."""
    for cls, pattern in graph.pairs(norm("derivedFrom")):
        target = graph.resource(str(pattern), norm("ofNorms"))
        if target is None:
            raise OntologyError(graph.place(cls), local_name(cls), "its outcome pattern names no norms", "add norm:ofNorms with a class of norms")
        yield Derived(cls, classes.members(target), graph.text(str(pattern), norm("outcome")) or "effective")
