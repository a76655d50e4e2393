"""Reading a case in RDF: Turtle, or JSON-LD with its context inside. Nothing is fetched, nothing is skipped in silence."""

import datetime
from collections.abc import Iterable

import pyoxigraph as ox

from engine.case_json import check_size, parse_date, unknown
from engine.cases import Case, Said, Silent, Taken, Thing
from engine.errors import CaseError, Location
from engine.graph import Graph, Literal, Term, build_graph
from engine.schema import Fact, Schema
from engine.terms import LABEL, OWL, RDFS, TYPE, local_name, norm
from engine.turtle import subject_lines, term

FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".jsonld": ox.RdfFormat.JSON_LD, ".nt": ox.RdfFormat.N_TRIPLES}
CASE_TERMS = (norm("forum"), norm("lawAsOf"), norm("knownAsOf"), norm("taken"), norm("anyAct"))
THING_TERMS = (norm("completeFor"), norm("notKnown"))
ANNOTATIONS = (LABEL, RDFS + "comment", RDFS + "seeAlso")


def parse_case_graph(text: str, name: str, format: ox.RdfFormat) -> Graph:  # noqa: A002  the word of RDF libraries
    """The triples of a case. A syntax error names its line."""
    check_size(text, name)
    triples: list[tuple[str, str, Term]] = []
    try:
        for quad in ox.parse(input=text, format=format):
            triples.append((str(term(quad.subject, "case")), quad.predicate.value, term(quad.object, "case")))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        problem = str(getattr(error, "msg", None) or error).removeprefix("Parser error at line").split(": ", 1)[-1]
        raise CaseError(
            Location(name, line), f"not {format.name}: {problem}", "correct the syntax; a JSON-LD context must stand inside the document"
        ) from error
    places = {subject: Location(name, line) for subject, line in subject_lines(text)} if format == ox.RdfFormat.TURTLE else {}
    return build_graph(triples, {**dict.fromkeys((s for s, _, _ in triples), Location(name)), **places})


def case_of_graph(graph: Graph, schema: Schema, codes: dict[str, str], name: str, today: datetime.date, instead: tuple[str, ...] = ()) -> Case:
    """A case from RDF. codes: IRI of a jurisdiction → its code. instead: codes that take the place of the case's forums."""
    focuses = graph.instances(schema.focus)
    if len(focuses) != 1:
        problem = f"{len(focuses)} resources are of class {local_name(schema.focus)}"
        raise CaseError(Location(name), problem, f"describe exactly one: <case> a <{schema.focus}>")
    focus = focuses[0]
    things = list(find_things(graph, schema, focus))
    names = {t.name: t for t in things}
    missing = [role for role in schema.one if not graph.resources(focus, role)]
    things += [Thing(local_name(role), role, focus) for role in missing]
    said: list[Said] = []
    silent: list[Silent] = []
    for thing in names:
        said += [*read_types(graph, schema, thing), *read_lists(graph, schema, thing)]
        silent += [Silent(thing, fact.key) for fact in facts_named(graph, schema, thing, "notKnown")]
        refuse_strange(graph, schema, thing)
    acts: list[tuple[tuple[str, ...], str, bool, str]] = []
    for node, path in [pair for act in graph.resources(focus, norm("anyAct")) for pair in act_nodes(graph, schema, act)]:
        acts += [(path, s.cls, s.holds, s.origin) for s in (*read_types(graph, schema, node), *read_lists(graph, schema, node))]
        silent += [Silent("", fact.key) for fact in facts_named(graph, schema, node, "notKnown")]
    law_as_of = read_date(graph, focus, "lawAsOf", today)
    known_as_of = read_date(graph, focus, "knownAsOf", max(today, law_as_of))
    return Case(
        local_name(focus),
        instead or forums(graph, focus, codes),
        law_as_of,
        known_as_of,
        tuple(things),
        tuple(said),
        tuple(acts),
        tuple(silent),
        read_taken(graph, schema, focus),
    )


def find_things(graph: Graph, schema: Schema, focus: str) -> Iterable[Thing]:
    """The focus and everything that the roles of the ontology lead to from it, each after its parent."""
    roles = {role for path in schema.paths for role in path}
    todo, seen = [Thing(focus)], {focus}
    while todo:
        thing = todo.pop(0)
        yield thing
        for role in sorted(roles):
            for child in graph.resources(thing.name, role):
                if child in seen:
                    fix = "give each thing one place in the case"
                    raise CaseError(graph.place(thing.name), f"{local_name(child)} hangs on two things, or on itself", fix)
                seen.add(child)
                todo.append(Thing(child, role, thing.name))


def read_types(graph: Graph, schema: Schema, thing: str) -> Iterable[Said]:
    """What the types of a thing say; a complement of a named class denies it."""
    for cls in graph.resources(thing, TYPE):
        barred = graph.resource(cls, OWL + "complementOf")
        if barred is not None:
            yield Said(thing, known(graph, schema, thing, barred), False)
        elif cls != OWL + "NamedIndividual":
            yield Said(thing, known(graph, schema, thing, cls), True)


def facts_named(graph: Graph, schema: Schema, thing: str, term: str) -> list[Fact]:
    """The facts that a thing names with a term; one that the ontology does not have is refused."""
    by_iri = {fact.iri: fact for fact in schema.facts.values()}
    found = graph.resources(thing, norm(term))
    for iri in found:
        if iri not in by_iri:
            raise unknown(graph.place(thing), "fact", local_name(iri), schema.facts)
    return [by_iri[iri] for iri in found]


def read_lists(graph: Graph, schema: Schema, thing: str) -> Iterable[Said]:
    """What a list that is complete leaves out: of a fact named with norm:completeFor, the values that are not stated."""
    stated = graph.resources(thing, TYPE)
    for fact in facts_named(graph, schema, thing, "completeFor"):
        mine = tuple(cls for cls in fact.values.values() if cls in stated)
        yield from (Said(thing, cls, False, "listed") for cls in schema.unmentioned(fact, mine))


def act_nodes(graph: Graph, schema: Schema, node: str, path: tuple[str, ...] = ()) -> Iterable[tuple[str, tuple[str, ...]]]:
    """A node that stands for whatever act is considered, and what hangs on it, each with its path below the act."""
    refuse_strange(graph, schema, node)
    yield node, path
    below = len(path) + 1
    for role in sorted({p[below] for p in schema.paths if len(p) > below and p[:below] == (schema.act_role, *path)}):
        for child in graph.resources(node, role):
            yield from act_nodes(graph, schema, child, (*path, role))


def known(graph: Graph, schema: Schema, thing: str, cls: str) -> str:
    """A class of the ontology; another is refused with the nearest."""
    if cls in schema.labels or cls in schema.fact_of or cls in schema.action_of:
        return cls
    names = [local_name(c) for c in schema.labels]
    raise unknown(graph.place(thing), "class", local_name(cls), names)


def refuse_strange(graph: Graph, schema: Schema, thing: str) -> None:
    """A property that the ontology does not have is refused, not skipped."""
    roles = {role for path in schema.paths for role in path}
    for predicate in graph.by_subject.get(thing, {}):
        if predicate not in roles and predicate not in (TYPE, *CASE_TERMS, *THING_TERMS, *ANNOTATIONS):
            raise unknown(graph.place(thing), "property", local_name(predicate), [local_name(r) for r in roles])


def read_date(graph: Graph, focus: str, name: str, default: datetime.date) -> datetime.date:
    """A date stated on the case, or the default."""
    found = graph.texts(focus, norm(name))
    return parse_date(found[0], local_name(norm(name)), graph.place(focus)) if found else default


def forums(graph: Graph, focus: str, codes: dict[str, str]) -> tuple[str, ...]:
    """Codes of the jurisdictions asked about; an IRI or a code."""
    found = []
    for value in graph.objects(focus, norm("forum")):
        if isinstance(value, Literal):
            found.append(value.value)
        elif value in codes:
            found.append(codes[value])
        else:
            raise unknown(graph.place(focus), "jurisdiction", local_name(value), codes.values())
    if not found:
        raise CaseError(graph.place(focus), "no jurisdiction is given", 'add norm:forum jur:US-CA (or "US-CA")', "place instead")
    return tuple(found)


def read_taken(graph: Graph, schema: Schema, focus: str) -> tuple[Taken, ...] | None:
    """The acts that were done; None where the case does not speak of them."""
    nodes = graph.resources(focus, norm("taken"))
    found = []
    for node in nodes:
        kinds = [schema.action_of[t].key for t in graph.resources(node, TYPE) if t in schema.action_of]
        if len(kinds) != 1:
            raise CaseError(graph.place(focus), "an act that was done is of no known kind", "give it one act class as its type")
        at = graph.text(node, norm("at"))
        found.append(Taken(kinds[0], datetime.datetime.fromisoformat(at) if at else None))
    return tuple(found) if nodes else None
