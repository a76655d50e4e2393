"""Classes that a SPARQL SELECT defines: joins that no class expression can say, such as one person in two roles."""

from collections.abc import Iterable

import pyoxigraph as ox

from engine.cases import Case, Said
from engine.errors import OntologyError
from engine.graph import Graph
from engine.terms import TYPE, local_name, norm

BASE = "urn:dutygraph:case:"


def select_definitions(graph: Graph) -> tuple[tuple[str, str], ...]:
    """(class, query text) for every class with norm:definedBy."""
    found = []
    for cls, node in graph.pairs(norm("definedBy")):
        query = graph.text(str(node), norm("select"))
        if not query:
            raise OntologyError(
                graph.place(cls), local_name(cls), "its definition has no query", 'write norm:definedBy [ norm:select "SELECT ?x WHERE { … }" ]'
            )
        found.append((cls, query))
    return tuple(found)


def with_found(case: Case, definitions: Iterable[tuple[str, str]], graph: Graph) -> Case:
    """The case with the members that the queries find among what it states.

    A member found holds. One not found is excluded only if the class is marked norm:closed; else it stays unknown.
    """
    definitions = tuple(definitions)
    if not definitions:
        return case
    store = case_store(case)
    said: list[Said] = []
    for cls, query in definitions:
        members = set(run_select(store, query, cls, graph))
        said += [Said(t.name, cls, True, "found") for t in case.things if t.name in members]
        if graph.flag(cls, norm("closed")):
            said += [Said(t.name, cls, False, "found") for t in case.things if t.name not in members]
    return case.adding(said)


def case_store(case: Case) -> ox.Store:
    """What a case states, as triples about its things."""
    store = ox.Store()
    for thing in case.things[1:]:
        store.add(ox.Quad(_node(thing.parent), ox.NamedNode(thing.role), _node(thing.name)))
    for said in case.said:
        if said.holds:
            store.add(ox.Quad(_node(said.thing), ox.NamedNode(TYPE), ox.NamedNode(said.cls)))
    return store


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if ":" in name else BASE + name)


def run_select(store: ox.Store, query: str, cls: str, graph: Graph) -> Iterable[str]:
    """Names of the things in the first column of a query."""
    try:
        solutions = store.query(query)
        variable = solutions.variables[0]  # type: ignore[union-attr]  # a SELECT has variables, and anything else fails here
        return [str(s[variable].value).removeprefix(BASE) for s in solutions if s[variable] is not None]  # type: ignore[union-attr]  # a term that is bound
    except (SyntaxError, AttributeError, IndexError) as error:
        problem = f"its query is no SELECT that can be run: {getattr(error, 'msg', error)}"
        raise OntologyError(graph.place(cls), local_name(cls), problem, "correct the query in norm:select") from error
