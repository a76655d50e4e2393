"""From class expressions in the graph to one program of nodes, shared wherever equal."""

import difflib
from collections.abc import Callable, Iterable, Mapping

from engine.axioms import ALL, COMPLEMENT, INTERSECTION, ON_PROPERTY, UNION, Axioms, conjuncts, invert, named, unwrap
from engine.errors import OntologyError
from engine.graph import Graph, Literal
from engine.nodes import AllOf, AllValuesFrom, AnyOf, Complement, DataSome, HasValue, NamedClass, Node, Nothing, OneOf, Program, SomeValuesFrom, Thing
from engine.order import components
from engine.terms import NOTHING, OWL, THING, XSD, local_name
from engine.world import INVERSE

FACETS = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength", "maxLength", "length")
SOME, HAS, ONE_OF = OWL + "someValuesFrom", OWL + "hasValue", OWL + "oneOf"
MINIMA = (OWL + "minCardinality", OWL + "minQualifiedCardinality")


class Compiler:
    """Collects nodes. `class_node` takes a class term and gives its place in the program.

    late: classes whose members are found while running (by a query or by outcomes), though nothing is told of them.
    settled: classes to which everything that can be a late member belongs anyway, so that they wait for nothing.
    """

    def __init__(self, graph: Graph, axioms: Axioms, late: Iterable[str] = (), settled: Iterable[str] = ()) -> None:
        self.graph, self.axioms = graph, axioms
        self.nodes: list[Node] = []
        self._by_node: dict[Node, int] = {}
        self._by_term: dict[str, int] = {}
        rising = set(axioms.below) | set(late)
        self._settled = frozenset(settled)
        self._narrower = invert(axioms.told)
        wider = {cls: wide - self._implied(cls) for cls, wide in axioms.told.items()}
        self._rising = reach(rising, wider) - self._settled
        falling = set(axioms.above) | {r for c in self._rising for r in axioms.disjoint.get(c, ())}
        self._falling = reach(falling, invert(axioms.told))

    def program(self) -> Program:
        """The nodes so far, and which of them define each other."""
        found = components(len(self.nodes), [n.parts for n in self.nodes])
        return Program(tuple(self.nodes), {i: group for group in found for i in group if len(group) > 1 or i in self.nodes[i].parts})

    def class_node(self, term: str) -> int:
        """The node of a class term: a name, a blank node, or a term made by the axioms."""
        if term not in self._by_term:
            if named(term):
                return self._named(term)
            self._by_term[term] = self._expression(term)
        return self._by_term[term]

    def intern(self, node: Node) -> int:
        """The place of a node; equal nodes have one place."""
        if node not in self._by_node:
            self._by_node[node] = len(self.nodes)
            self.nodes.append(node)
        return self._by_node[node]

    def any_of(self, places: Iterable[int]) -> int:
        """The union of nodes."""
        return self.intern(AnyOf(tuple(dict.fromkeys(places))))

    def _named(self, iri: str) -> int:
        if iri in (THING, NOTHING):
            return self.intern(Thing() if iri == THING else Nothing())
        if iri not in self.graph.by_subject:
            raise self.refuse(iri, f"uses the class {local_name(iri)}, which is not defined", f"define it, or {nearest(local_name(iri), self._class_names())}")
        place = self._by_term[iri] = len(self.nodes)
        self.nodes.append(NamedClass(iri))  # holds the place: the class may be defined by itself
        below = list(self.axioms.below.get(iri, ())) + self._feeders(iri)
        above = list(self.axioms.above.get(iri, ())) + sorted(c for c in self.axioms.told.get(iri, ()) if c in self._falling)
        rivals = sorted(c for c in self.axioms.disjoint.get(iri, ()) if c in self._rising)
        parts = (tuple(self.class_node(t) for t in terms) for terms in (below, above, rivals))
        self.nodes[place] = NamedClass(iri, *parts)
        return place

    def _implied(self, cls: str) -> frozenset[str]:
        """Wider classes that every definition of a class already demands: it can add nothing to them."""
        if self._narrower.get(cls):
            return frozenset()
        demanded = [frozenset(t for t in conjuncts(self.graph, d) if named(t)) for d in self.axioms.below.get(cls, ()) if not d.startswith("_:from ")]
        return frozenset.intersection(*demanded) if demanded and len(demanded) == len(self.axioms.below.get(cls, ())) else frozenset()

    def _feeders(self, iri: str) -> list[str]:
        """Narrower classes that can gain members while running, other than those that could add none here."""
        if iri in self._settled:
            return []
        return sorted(c for c in self._narrower.get(iri, ()) if c in self._rising and iri not in self._implied(c))

    def _expression(self, term: str) -> int:
        if term.startswith("_:from "):
            _, role, cls = term.split(" ")
            return self.intern(SomeValuesFrom(inverse_of(role), (self.class_node(cls),)))
        place = unwrap(term)
        for predicate, compile_construct in COMPILERS.items():
            if predicate in self.graph.by_subject.get(place, {}):
                return compile_construct(self, place)
        names = ", ".join(local_name(p) for p in COMPILERS)
        raise self.refuse(term, "holds an expression outside the compiled fragment", f"write it with {names}")

    def _class_names(self) -> list[str]:
        return [local_name(c) for c in self.graph.instances(OWL + "Class") if named(c)]

    def refuse(self, term: str, problem: str, fix: str) -> OntologyError:
        """The error for an expression: it names the subject that the expression is written under, and its line."""
        place, seen = unwrap(term), {unwrap(term)}
        while place.startswith("_:") or place not in self.graph.by_subject:
            parent = next((s for s, ps in self.graph.by_subject.items() if s not in seen and any(place in os for os in ps.values())), None)
            if parent is None:
                break
            seen.add(parent)
            place = parent
        return OntologyError(self.graph.place(place), "class expression" if place.startswith("_:") else local_name(place), problem, fix)

    def list_nodes(self, term: str, predicate: str) -> tuple[int, ...]:
        """The nodes of a list of classes, in the order in which it is written, which is the order of an explanation."""
        head = self.graph.resource(term, predicate)
        return tuple(dict.fromkeys(self.class_node(m) for m in self.graph.members(head or "")))

    def filler(self, term: str, predicate: str) -> tuple[str, int]:
        """(role, node of the filler) of a restriction."""
        filler = self.graph.resource(term, predicate)
        return self.role(term), self.class_node(filler or THING)

    def role(self, term: str) -> str:
        """The property of a restriction; an inverse expression gives the name of the inverse."""
        role = self.graph.resource(term, ON_PROPERTY)
        if role is None:
            raise self.refuse(term, "a restriction names no property", "add owl:onProperty")
        if named(role) and role not in self.graph.by_subject:
            known = [local_name(r) for kind in ("ObjectProperty", "DatatypeProperty") for r in self.graph.instances(OWL + kind)]
            raise self.refuse(term, f"uses the property {local_name(role)}, which is not defined", f"define it, or {nearest(local_name(role), known)}")
        if not named(role):
            return inverse_of(self.graph.resource(role, OWL + "inverseOf") or "")
        return role


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint at the names that are most like one."""
    near = difflib.get_close_matches(name, list(names), n=2, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else "correct its name"


def inverse_of(role: str) -> str:
    """The name under which the world keeps the arrows of a role turned round."""
    return INVERSE + role


def reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything reachable, start included."""
    seen, todo = set(start), list(start)
    while todo:
        for target in edges.get(todo.pop(), ()):
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def _some(c: Compiler, term: str) -> int:
    filler = c.graph.resource(term, SOME)
    if filler is not None and (filler.startswith(XSD) or c.graph.resource(filler, OWL + "onDatatype") or c.graph.resource(filler, OWL + "withRestrictions")):
        return c.intern(_data(c, c.role(term), filler))
    role, node = c.filler(term, SOME)
    return c.intern(SomeValuesFrom(role, (node,)))


def _data(c: Compiler, role: str, filler: str) -> DataSome:
    if filler.startswith(XSD):
        return DataSome(role, filler, ())
    datatype = c.graph.resource(filler, OWL + "onDatatype") or XSD + "string"
    tests = []
    for facet in c.graph.members(c.graph.resource(filler, OWL + "withRestrictions") or ""):
        for name in FACETS:
            tests += [(name, bound) for bound in c.graph.texts(facet, XSD + name)]
    if not tests:
        raise c.refuse(filler, "a datatype restriction has no known facet", f"use {', '.join(FACETS)}")
    return DataSome(role, datatype, tuple(sorted(tests)))


def _has_value(c: Compiler, term: str) -> int:
    value = c.graph.objects(term, HAS)[0]
    if isinstance(value, Literal):
        return c.intern(DataSome(c.role(term), value.datatype, (("minInclusive", value.value), ("maxInclusive", value.value))))
    return c.intern(HasValue(c.role(term), value))


def _one_of(c: Compiler, term: str) -> int:
    return c.intern(OneOf(tuple(sorted(c.graph.members(c.graph.resource(term, ONE_OF) or "")))))


def _minimum(c: Compiler, term: str) -> int:
    number = next(n for m in MINIMA for n in c.graph.texts(term, m))
    if number != "1":
        raise c.refuse(term, f"a minimum of {number} cannot be compiled", "only a minimum of 1 can; write owl:someValuesFrom")
    return c.intern(SomeValuesFrom(c.role(term), (c.class_node(c.graph.resource(term, OWL + "onClass") or THING),)))


def _all_values(c: Compiler, term: str) -> int:
    role, node = c.filler(term, ALL)
    return c.intern(AllValuesFrom(role, (node,)))


COMPILERS: Mapping[str, Callable[[Compiler, str], int]] = {
    INTERSECTION: lambda c, term: c.intern(AllOf(c.list_nodes(term, INTERSECTION))),
    UNION: lambda c, term: c.intern(AnyOf(c.list_nodes(term, UNION))),
    COMPLEMENT: lambda c, term: c.intern(Complement((c.class_node(c.graph.resource(term, COMPLEMENT) or THING),))),
    SOME: _some,
    ALL: _all_values,
    HAS: _has_value,
    ONE_OF: _one_of,
    MINIMA[0]: _minimum,
    MINIMA[1]: _minimum,
}
