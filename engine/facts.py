"""From statements about things to a world of columns, closed under what is told of classes and roles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.axioms import Axioms, Roles
from engine.graph import Graph, Literal
from engine.terms import NOTHING, OWL, RDF, RDFS, THING, TYPE
from engine.world import Datum, Edge, World


@dataclass(frozen=True, slots=True)
class Statement:
    """That the things in some rows are (or are not) of a class.

    origin: stated, listed (left out of a list that is complete), presumed, act (said by naming the act) or found.
    """

    cls: str
    holds: bool
    rows: int
    origin: str = "stated"


def build_world(
    axioms: Axioms,
    cases: int,
    slots: Sequence[str],
    statements: Iterable[Statement],
    edges: Mapping[str, Iterable[Edge]],
    data: Mapping[str, Sequence[Datum]] | None = None,
) -> World:
    """Columns for statements and edges. Nothing is guessed: what is not told stays 00."""
    columns: dict[str, list[int]] = {}
    arrows = close_roles(axioms.roles, edges)
    for statement in statements:
        tell(axioms, columns, statement.cls, statement.rows, statement.holds)
    tell_ends(axioms, columns, arrows, cases)
    pairs = {cls: (holds, excluded) for cls, (holds, excluded) in columns.items()}
    return World(cases, tuple(slots), pairs, arrows, axioms.roles.closed, axioms.roles.functional, data or {})


def tell_ends(axioms: Axioms, columns: dict[str, list[int]], arrows: Mapping[str, Iterable[Edge]], cases: int) -> None:
    """What the domains and ranges of roles say of the things at the ends of arrows."""
    for role, found in arrows.items():
        domains, ranges = axioms.roles.domains.get(role, ()), axioms.roles.ranges.get(role, ())
        for parent, child, there in found if domains or ranges else ():
            for cls in domains:
                tell(axioms, columns, cls, there << parent * cases, True)
            for cls in ranges:
                tell(axioms, columns, cls, there << child * cases, True)


def tell(axioms: Axioms, columns: dict[str, list[int]], cls: str, rows: int, holds: bool) -> None:
    """Set bits for a class and for all that told axioms derive from it."""
    if not holds:
        for narrow in axioms.narrower(cls):
            columns.setdefault(narrow, [0, 0])[1] |= rows
        return
    for wide in axioms.wider(cls):
        columns.setdefault(wide, [0, 0])[0] |= rows
    for barred in axioms.barred(cls):
        columns.setdefault(barred, [0, 0])[1] |= rows


def close_roles(roles: Roles, edges: Mapping[str, Iterable[Edge]]) -> dict[str, tuple[Edge, ...]]:
    """All arrows that follow from the axioms about roles (OWL 2 RL prp-spo1, prp-inv, prp-symp, prp-trp, prp-spo2)."""
    found = {role: {(p, c): 0 for p, c, _ in es} for role, es in edges.items()}
    for role, es in edges.items():
        for parent, child, cases in es:
            found[role][parent, child] |= cases
    if any(role in roles.plain for role in edges):
        while _role_step(roles, found):
            pass
    return {role: tuple((p, c, cases) for (p, c), cases in arrows.items()) for role, arrows in found.items()}


Arrows = dict[str, dict[tuple[int, int], int]]


def _role_step(roles: Roles, found: Arrows) -> bool:
    changed = False
    for role in tuple(found):
        for (parent, child), cases in tuple(found[role].items()):
            for wide in roles.wider.get(role, ()):
                changed |= _add(found, wide, parent, child, cases)
            for turned in roles.inverse.get(role, ()):
                changed |= _add(found, turned, child, parent, cases)
            if role in roles.symmetric:
                changed |= _add(found, role, child, parent, cases)
    chains = roles.chains + tuple(((role, role), role) for role in roles.transitive)
    for steps, role in chains:
        for (parent, child), cases in _compose(found, steps).items():
            changed |= _add(found, role, parent, child, cases)
    return changed


def _add(found: Arrows, role: str, parent: int, child: int, cases: int) -> bool:
    arrows = found.setdefault(role, {})
    before = arrows.get((parent, child), 0)
    arrows[parent, child] = before | cases
    return before | cases != before


def _compose(found: Arrows, steps: Sequence[str]) -> dict[tuple[int, int], int]:
    so_far = dict(found.get(steps[0], {}))
    for step in steps[1:]:
        following: dict[tuple[int, int], int] = {}
        for (a, b), cases in so_far.items():
            for (c, d), there in found.get(step, {}).items():
                if b == c and cases & there:
                    following[a, d] = following.get((a, d), 0) | cases & there
        so_far = following
    return so_far


RESERVED = (RDF, RDFS, OWL)


def world_of_graph(axioms: Axioms, graph: Graph, things: Sequence[str] | None = None) -> World:
    """One case: the individuals of an RDF graph, their types and their properties, as they stand.

    things: the individuals, or None for every subject and object that is not vocabulary.
    """
    names = tuple(things) if things is not None else individuals(graph)
    slot_of = {name: slot for slot, name in enumerate(names)}
    statements: list[Statement] = []
    edges: dict[str, list[Edge]] = {}
    data: dict[str, list[Datum]] = {}
    for name, slot in slot_of.items():
        for predicate, objects in graph.by_subject.get(name, {}).items():
            for o in objects:
                if predicate == TYPE and isinstance(o, str):
                    statements += type_statements(graph, slot, o)
                elif isinstance(o, Literal):
                    data.setdefault(predicate, []).append(Datum(slot, o.value, o.datatype, 1))
                elif o in slot_of and not predicate.startswith(RESERVED):
                    edges.setdefault(predicate, []).append((slot, slot_of[o], 1))
    return build_world(axioms, 1, names, statements, edges, data)


def type_statements(graph: Graph, slot: int, cls: str) -> list[Statement]:
    """What `a <cls>` says: membership, or for a complement of a named class, non-membership."""
    barred = graph.resource(cls, OWL + "complementOf")
    if cls.startswith("_:") and barred is not None:
        return [Statement(barred, False, 1 << slot)]
    return [] if cls.startswith("_:") else [Statement(cls, True, 1 << slot)]


def individuals(graph: Graph) -> tuple[str, ...]:
    """Subjects and objects of properties outside the OWL and RDF vocabularies, and those that axioms name, in a fixed order."""
    found = {m for _, head in graph.pairs(OWL + "oneOf") if isinstance(head, str) for m in graph.members(head)}
    found |= {o for _, o in graph.pairs(OWL + "hasValue") if isinstance(o, str)}
    for subject, predicates in graph.by_subject.items():
        types = {o for o in predicates.get(TYPE, ()) if isinstance(o, str)}
        if any(t.startswith(RESERVED) and t not in (THING, NOTHING, OWL + "NamedIndividual") for t in types):
            continue
        for predicate, objects in predicates.items():
            if predicate == TYPE:
                found.add(subject)
            elif not predicate.startswith(RESERVED):
                found |= {subject, *(o for o in objects if isinstance(o, str))}
    return tuple(sorted(found))
