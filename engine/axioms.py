"""What the ontology tells of classes and roles, and which axioms lie outside the compiled fragment."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.graph import Graph
from engine.terms import NIL, NOTHING, OWL, RDFS, THING, TYPE, norm

SUBCLASS, EQUIVALENT = RDFS + "subClassOf", OWL + "equivalentClass"
INTERSECTION, UNION, COMPLEMENT, ALL = OWL + "intersectionOf", OWL + "unionOf", OWL + "complementOf", OWL + "allValuesFrom"
ON_PROPERTY, INVERSE = OWL + "onProperty", OWL + "inverseOf"

OUTSIDE_TYPES = ("InverseFunctionalProperty", "AsymmetricProperty", "IrreflexiveProperty", "ReflexiveProperty", "NegativePropertyAssertion", "AllDifferent")
OUTSIDE_PREDICATES = ("sameAs", "differentFrom", "hasKey", "propertyDisjointWith", "equivalentProperty")


@dataclass(frozen=True, slots=True)
class Roles:
    """Axioms about object properties (OWL 2 §9.2), each direction spelled out.

    wider: role → roles it implies. inverse: role → inverse roles. chains: (steps, role). symmetric, transitive: roles.
    """

    wider: Mapping[str, frozenset[str]]
    inverse: Mapping[str, frozenset[str]]
    chains: tuple[tuple[tuple[str, ...], str], ...]
    symmetric: frozenset[str]
    transitive: frozenset[str]
    functional: frozenset[str]
    closed: frozenset[str]
    domains: Mapping[str, frozenset[str]]
    ranges: Mapping[str, frozenset[str]]

    @property
    def plain(self) -> frozenset[str]:
        """Roles from which nothing follows."""
        used = {step for steps, _ in self.chains for step in steps}
        return frozenset(used) | self.symmetric | self.transitive | frozenset(self.wider) | frozenset(self.inverse)


@dataclass(frozen=True)
class Axioms:
    """Axioms about classes, split by how the evaluator uses them.

    told: class → classes told to be wider. disjoint: pairs, both ways. below: class → expressions that imply it.
    above: class → expressions that it implies (used only to exclude it).
    """

    roles: Roles
    told: Mapping[str, frozenset[str]]
    disjoint: Mapping[str, frozenset[str]]
    below: Mapping[str, tuple[str, ...]]
    above: Mapping[str, tuple[str, ...]]

    @cached_property
    def supers(self) -> dict[str, frozenset[str]]:
        """Class → itself and every class told to be wider."""
        return closure(self.told)

    @cached_property
    def subs(self) -> dict[str, frozenset[str]]:
        """Class → itself and every class told to be narrower."""
        return closure(invert(self.told))

    def wider(self, cls: str) -> frozenset[str]:
        """A class and all wider ones."""
        return self.supers.get(cls) or frozenset((cls,))

    def narrower(self, cls: str) -> frozenset[str]:
        """A class and all narrower ones."""
        return self.subs.get(cls) or frozenset((cls,))

    @cached_property
    def _barred(self) -> dict[str, frozenset[str]]:
        return {}

    def barred(self, cls: str) -> frozenset[str]:
        """Every class that membership of `cls` excludes: what is disjoint with it or a wider class, and what is narrower than that."""
        if cls not in self._barred:
            rivals = (rival for sup in self.wider(cls) for rival in self.disjoint.get(sup, ()))
            self._barred[cls] = frozenset(n for rival in rivals for n in self.narrower(rival))
        return self._barred[cls]

    def compatible(self, one: str, other: str) -> bool:
        """Whether two classes have a narrower class in common, or one is narrower than the other."""
        return not self.narrower(one).isdisjoint(self.narrower(other))


def closure(edges: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Reflexive transitive closure of a relation; cycles are fine."""
    found: dict[str, frozenset[str]] = {}
    for start in {*edges, *(t for ts in edges.values() for t in ts)}:
        seen, todo = {start}, [start]
        while todo:
            for target in edges.get(todo.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        found[start] = frozenset(seen)
    return found


def invert(edges: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """The converse of a relation."""
    found: dict[str, set[str]] = {}
    for source, targets in edges.items():
        for target in targets:
            found.setdefault(target, set()).add(source)
    return {k: frozenset(v) for k, v in found.items()}


def both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """A symmetric relation as a mapping."""
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return {k: frozenset(v) for k, v in found.items()}


def named(term: object) -> bool:
    """Whether a term names something, rather than being a blank node or a literal."""
    return isinstance(term, str) and not term.startswith("_:")


def _relation(graph: Graph, predicate: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for s, o in graph.pairs(predicate):
        if isinstance(o, str):
            found.setdefault(s, set()).add(o)
    return {k: frozenset(v) for k, v in found.items()}


def read_roles(graph: Graph) -> Roles:
    """All axioms about object properties."""
    flagged = frozenset(s for s, _ in graph.pairs(norm("closed")) if graph.flag(s, norm("closed")))
    inverse = both_ways((s, o) for s, o in graph.pairs(INVERSE) if isinstance(o, str) and named(s))
    chains = tuple((graph.members(o), s) for s, o in graph.pairs(OWL + "propertyChainAxiom") if isinstance(o, str))
    return Roles(
        _relation(graph, RDFS + "subPropertyOf"),
        inverse,
        chains,
        frozenset(graph.instances(OWL + "SymmetricProperty")),
        frozenset(graph.instances(OWL + "TransitiveProperty")),
        frozenset(graph.instances(OWL + "FunctionalProperty")),
        flagged,
        _relation(graph, RDFS + "domain"),
        _relation(graph, RDFS + "range"),
    )


def disjoint_pairs(graph: Graph) -> Iterable[tuple[str, str]]:
    """Every pair of classes told to be disjoint, by any of the three axioms (OWL 2 §9.1.3–4)."""
    for s, o in graph.pairs(OWL + "disjointWith"):
        if isinstance(o, str):
            yield s, o
    heads = [o for s in graph.instances(OWL + "AllDisjointClasses") for o in graph.resources(s, OWL + "members")]
    heads += [o for _, o in graph.pairs(OWL + "disjointUnionOf") if isinstance(o, str)]
    for head in heads:
        members = graph.members(head)
        yield from ((a, b) for i, a in enumerate(members) for b in members[i + 1 :])


def class_axioms(graph: Graph) -> Iterable[tuple[str, str]]:
    """Every (narrower, wider) pair of class terms that the ontology states, with equivalence as both directions."""
    for s, o in graph.pairs(SUBCLASS):
        if isinstance(o, str):
            yield s, o
    for s, o in graph.pairs(EQUIVALENT):
        if isinstance(o, str):
            yield s, o
            yield o, s
    for s in sorted({s for predicate in (INTERSECTION, UNION, COMPLEMENT, OWL + "oneOf") for s, _ in graph.pairs(predicate) if named(s)}):
        yield s, expression_of(s)  # a named class described without an axiom is equivalent to its description
        yield expression_of(s), s
    yield from ((member, s) for s, o in graph.pairs(OWL + "disjointUnionOf") if isinstance(o, str) for member in graph.members(o))


def expression_of(cls: str) -> str:
    """The expression written on a named class itself, as a term of its own."""
    return "_:expression." + cls


def read_axioms(graph: Graph) -> Axioms:
    """Sort the axioms about classes into told, disjoint, below and above."""
    told: dict[str, set[str]] = {}
    below: dict[str, list[str]] = {}
    above: dict[str, list[str]] = {}
    rivals = list(disjoint_pairs(graph))
    for narrow, wide in class_axioms(graph):
        for part in conjuncts(graph, wide):
            if narrow == THING:
                below.setdefault(part, []).append(THING)
            elif part == NOTHING and named(narrow):
                above.setdefault(narrow, []).append(NOTHING)
            elif named(part) and named(narrow):
                told.setdefault(narrow, set()).add(part)
            elif named(part):
                below.setdefault(part, []).append(narrow)
            elif named(narrow):
                above.setdefault(narrow, []).append(part)
                for target, source in reversed_universals(graph, narrow, part):
                    below.setdefault(target, []).append(source)
                rivals += [(narrow, barred) for barred in graph.resources(part, COMPLEMENT) if named(barred)]
    return Axioms(
        read_roles(graph),
        {k: frozenset(v - {k, THING}) for k, v in told.items()},
        both_ways((a, b) for a, b in rivals if named(a) and named(b)),
        {k: tuple(dict.fromkeys(v)) for k, v in below.items() if k != THING},
        {k: tuple(dict.fromkeys(v)) for k, v in above.items() if k != NOTHING},
    )


def conjuncts(graph: Graph, term: str) -> Iterable[str]:
    """C ⊑ A ⊓ B says C ⊑ A and C ⊑ B, and also C ⊑ A ⊓ B as a whole, which can exclude C."""
    yield term
    head = None if named(term) else graph.resource(unwrap(term), INTERSECTION)
    if head is not None and head != NIL:
        for member in graph.members(head):
            yield from conjuncts(graph, member)


def unwrap(term: str) -> str:
    """The node on which an expression is written."""
    return term.removeprefix("_:expression.")


def reversed_universals(graph: Graph, narrow: str, wide: str) -> Iterable[tuple[str, str]]:
    """C ⊑ ∀r.D says that whatever an r-arrow from a C reaches is a D (OWL 2 RL cls-avf): (D, a term for ∃r⁻.C)."""
    filler, role = graph.resource(unwrap(wide), ALL), graph.resource(unwrap(wide), ON_PROPERTY)
    if filler is not None and role is not None and named(filler):
        yield filler, universal_source(role, narrow)


def universal_source(role: str, cls: str) -> str:
    """A term for ∃role⁻.cls."""
    return f"_:from {role} {cls}"


def outside(graph: Graph) -> Iterable[tuple[str, str]]:
    """(subject, axiom) for every axiom outside the fragment. The OWL RL closure of the case honours them; lint names them."""
    for name in OUTSIDE_TYPES:
        yield from ((s, name) for s in graph.instances(OWL + name))
    for name in OUTSIDE_PREDICATES:
        yield from ((s, name) for s, _ in graph.pairs(OWL + name))
    for narrow, wide in class_axioms(graph):
        if named(narrow) and not named(wide) and graph.resource(unwrap(wide), OWL + "hasValue") is not None:
            yield narrow, "hasValue on the right of a subclass axiom"
    yield from ((cls, "someValuesFrom in the definition of a class with a second source") for cls in told_restrictions(graph))


def told_restrictions(graph: Graph) -> Iterable[str]:
    """Classes that demand a restriction and are told by more than one axiom. The evaluator finds ∃, and OWL 2 RL passes it on (scm-svf1)."""
    pairs = dict.fromkeys(class_axioms(graph))
    parts = [(narrow, part) for narrow, wide in pairs for part in conjuncts(graph, wide)]
    demanding = {narrow for narrow, part in parts if named(narrow) and not named(part) and graph.resource(unwrap(part), OWL + "someValuesFrom")}
    sources = Counter(part for _, part in parts if part in demanding)
    return sorted(cls for cls, number in sources.items() if number > 1)


def object_properties(graph: Graph) -> frozenset[str]:
    """Properties declared as object properties."""
    return frozenset(s for s, o in graph.pairs(TYPE) if o == OWL + "ObjectProperty")
