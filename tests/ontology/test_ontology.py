"""The ontology as a whole: it loads, is consistent, meets its shapes, and says all that the engine and a reader need."""

import io
import re
from collections.abc import Iterable
from pathlib import Path

import owlready2
import pyshacl
import pytest
import rdflib

from engine.axioms import outside, told_restrictions
from engine.forum import compile_forum
from engine.graph import decision_files, ontology_files
from engine.knowledge import Knowledge
from engine.terms import local_name, norm
from engine.turtle import graph_of_texts

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
TOLD = """@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:D owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :C ] . {}
"""


@pytest.fixture(scope="module")
def triples() -> rdflib.Graph:
    """The whole body of norms, by another parser; what is imported is all there, so nothing need be fetched."""
    graph = rdflib.Graph()
    for path in ontology_files(ONTOLOGY):
        graph.parse(path, format="turtle")
    graph.remove((None, rdflib.OWL.imports, None))
    return graph


def test_shapes_are_met(triples: rdflib.Graph) -> None:
    """Every norm, fact, value, act and source says what it must, and so does every decided case."""
    everything = triples + sum((rdflib.Graph().parse(path, format="turtle") for path in decision_files(ONTOLOGY)), rdflib.Graph())
    conforms, _, text = pyshacl.validate(everything, shacl_graph=rdflib.Graph().parse(ONTOLOGY / "shapes.ttl"), advanced=False)
    messages = sorted({line.strip() for line in str(text).splitlines() if "Message" in line or "Focus Node" in line})
    assert conforms, "\n".join(messages[:40])


def test_a_case_in_turtle_meets_its_shape() -> None:
    """The example is a valid case; one without a forum is not."""
    shapes = rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")
    example = rdflib.Graph().parse(ONTOLOGY.parent / "examples" / "tarasoff.ttl")
    assert pyshacl.validate(example, shacl_graph=shapes)[0]
    example.remove((None, rdflib.URIRef(norm("forum")), None))
    assert not pyshacl.validate(example, shacl_graph=shapes)[0]


BROKEN = """@prefix dg: <https://w3id.org/dutygraph/domain#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
dg:Impossible a owl:Class ; rdfs:subClassOf dg:AwareVictim , dg:UnawareVictim ."""


def unsatisfiable(triples: rdflib.Graph) -> set[str]:
    """Names of the classes that HermiT finds can have no member; an inconsistent ontology is an error."""
    world = owlready2.World()
    data = io.BytesIO(triples.serialize(format="nt").encode())
    world.get_ontology("https://w3id.org/dutygraph/all").load(fileobj=data, format="ntriples")
    assert len(list(world.classes())) > 500
    owlready2.sync_reasoner_hermit(world, debug=0)
    return {cls.name for cls in world.inconsistent_classes() if cls.name != "Nothing"}


FILES = ontology_files(ONTOLOGY)
SHARED = tuple(path for path in FILES if path.parent == ONTOLOGY)
LAW = tuple(path for path in FILES if path.parent != ONTOLOGY)
SOME = 8
"""How many files of law a description logic reasoner is given at once: with all of them it takes more than ten minutes."""


def together(paths: Iterable[Path]) -> rdflib.Graph:
    """The shared vocabularies with some files of law, by another parser."""
    graph = rdflib.Graph()
    for path in (*SHARED, *paths):
        graph.parse(path, format="turtle")
    graph.remove((None, rdflib.OWL.imports, None))
    return graph


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, len(LAW), SOME))
def test_a_description_logic_reasoner_finds_it_consistent(start: int) -> None:
    """HermiT finds no contradiction, and no class that can have no member. A file of law defines classes of its own alone."""
    assert unsatisfiable(together(LAW[start : start + SOME])) == set()


@pytest.mark.slow
def test_the_reasoner_would_find_one() -> None:
    """A class below two disjoint ones is found to have no member."""
    assert unsatisfiable(together(()) + rdflib.Graph().parse(data=BROKEN, format="turtle")) == {"Impossible"}


def test_every_forum_compiles(kb: Knowledge) -> None:
    """All the law of every place compiles, without a cycle and inside the fragment."""
    for place in {p.code: p for p in kb.jurisdictions.values()}.values():
        compile_forum(kb, place)


def test_a_restriction_told_of_members_is_named() -> None:
    """A class with ∃ in its definition and a second source lies outside the fragment; with the definition alone it does not."""
    once = TOLD.format("")
    assert list(told_restrictions(graph_of_texts({"once.ttl": once}))) == []
    for second in (":D owl:equivalentClass :C .", ":C rdfs:subClassOf :D ."):
        assert list(told_restrictions(graph_of_texts({"twice.ttl": TOLD.format(second)}))) == ["http://example.org/D"]


def test_no_axiom_is_outside_the_fragment(kb: Knowledge) -> None:
    """Every axiom is one that the evaluator honours itself."""
    assert list(outside(kb.graph)) == []


def test_every_norm_can_be_cited(kb: Knowledge) -> None:
    """Citation, confidence, modality and order are there; an address is an address."""
    for n in kb.norms.values():
        assert n.source.citation, n.id
        assert n.source.confidence in {"high", "medium", "low"}, n.id
        assert n.order, n.id
        assert n.bearers, n.id
        assert all(re.match(r"https?://[^\s<>\"]+$", url) for url in n.source.urls), n.id
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", n.id), n.id


def test_overrides_are_grounded(kb: Knowledge) -> None:
    """Whoever prevails does so on a named ground."""
    assert {local_name(o.winner) for o in kb.overrides if not o.ground} == set()


def test_every_fact_of_the_vocabulary_can_be_said_and_denied(kb: Knowledge) -> None:
    """Each value has a clause and its denial, and the two differ."""
    for fact in kb.schema.facts.values():
        assert fact.question.endswith("?"), fact.key
        for cls in fact.values.values():
            assert kb.schema.sentence(cls, True) != kb.schema.sentence(cls, False), cls


def test_names_are_in_the_style_of_owl(kb: Knowledge) -> None:
    """Classes of the domain in CamelCase, properties in lowerCamelCase."""
    for cls in kb.schema.fact_of:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", local_name(cls)), cls
    assert all(re.fullmatch(r"[a-z][A-Za-z]*", local_name(r)) for path in kb.schema.paths for r in path)


def test_what_cannot_be_expressed_says_why(kb: Knowledge) -> None:
    """A note of what the vocabulary cannot state is a sentence."""
    notes = [o.value for _, o in kb.graph.pairs(norm("notExpressed")) if not isinstance(o, str)]
    assert all(len(note.split()) > 3 for note in notes)
