"""Axioms outside the compiled fragment: the OWL 2 RL closure of the case, by owlrl, so that none is ignored."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from engine.cases import Case, Said
from engine.errors import Location, OntologyError
from engine.graph import Graph, Literal
from engine.terms import FIRST, OWL, RDFS, REST, TYPE, local_name

if TYPE_CHECKING:
    import rdflib

BASE = "urn:dutygraph:case:"
KEPT = (FIRST, REST, TYPE)


def outside_words(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What lies outside, as sentences for the list of problems."""
    return tuple(f"{local_name(s)}: {axiom} is outside the compiled fragment, so the OWL RL closure of the case was computed" for s, axiom in found)


def close_case(case: Case, graph: Graph, known: Mapping[str, object]) -> Case:
    """The case with every membership that OWL 2 RL derives from all axioms. known: the classes that the engine speaks of.

    Needs the extra `closure` (owlrl, rdflib); without it an ontology with such axioms is refused rather than half honoured.
    """
    try:
        import owlrl  # noqa: PLC0415  heavy, and needed only for such an ontology
        import rdflib  # noqa: PLC0415  only who asks for it waits for it
    except ImportError as error:
        fix = "pip install 'dutygraph[closure]', or write the axiom within the fragment (docs/editing.md)"
        raise OntologyError(Location("ontology"), "axioms", "some lie outside the compiled fragment", fix) from error
    triples = rdflib.Graph()
    for subject, predicate, o in (*ontology_triples(graph), *case_triples(case)):
        triples.add((as_rdflib(subject), as_rdflib(predicate), as_rdflib(o)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(triples)
    told = {(s.thing, s.cls) for s in case.said if s.holds}
    types = ((t.name, str(cls)) for t in case.things for cls in triples.objects(rdflib.URIRef(absolute(t.name)), rdflib.RDF.type))
    return case.adding([Said(name, cls, True, "inferred") for name, cls in sorted(set(types)) if cls in known and (name, cls) not in told])


def ontology_triples(graph: Graph) -> Iterable[tuple[str, str, str | Literal]]:
    """The triples of the ontology that OWL gives a meaning to."""
    for subject, predicates in graph.by_subject.items():
        for predicate, objects in predicates.items():
            if predicate in KEPT or predicate.startswith((OWL, RDFS)):
                yield from ((subject, predicate, o) for o in objects)


def case_triples(case: Case) -> Iterable[tuple[str, str, str]]:
    """What the case states."""
    yield from ((absolute(t.parent), t.role, absolute(t.name)) for t in case.things[1:])
    yield from ((absolute(s.thing), TYPE, s.cls) for s in case.said if s.holds)


def absolute(name: str) -> str:
    """A thing's name as an IRI."""
    return name if ":" in name else BASE + name


def as_rdflib(part: str | Literal) -> "rdflib.term.Node":
    """One of our terms as one of rdflib's."""
    import rdflib  # noqa: PLC0415  only who asks for it waits for it

    if isinstance(part, Literal):
        return rdflib.Literal(part.value)
    return rdflib.BNode(part[2:].replace(" ", "_")) if part.startswith("_:") else rdflib.URIRef(part)
