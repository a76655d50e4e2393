"""Each construct of the fragment in four values, on worlds of a few things."""

import pytest

from engine.axioms import read_axioms
from engine.compiler import Compiler
from engine.facts import world_of_graph
from engine.nodes import UNSET, run
from engine.order import components
from engine.truth import Value
from engine.turtle import graph_of_texts

HEADER = """@prefix : <http://example.org/> .
@prefix norm: <https://w3id.org/dutygraph/norms#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A a owl:Class . :B a owl:Class ; owl:disjointWith :A . :C a owl:Class ; rdfs:subClassOf :A .
:open a owl:ObjectProperty . :closed a owl:ObjectProperty ; norm:closed true . :one a owl:ObjectProperty , owl:FunctionalProperty .
:age a owl:DatatypeProperty , owl:FunctionalProperty . :tag a owl:DatatypeProperty .
"""


def value(expression: str, facts: str, thing: str = "x") -> Value:
    """The value of a class expression for a thing, given facts."""
    graph = graph_of_texts({"t.ttl": f"{HEADER}\n:T a owl:Class ; owl:equivalentClass {expression} .\n{facts}"})
    axioms = read_axioms(graph)
    compiler = Compiler(graph, axioms)
    place = compiler.class_node("http://example.org/T")
    program = compiler.program()
    world = world_of_graph(axioms, graph)
    columns = [UNSET] * len(program.nodes)
    run(program, [i for group in components(len(program.nodes), [n.parts for n in program.nodes]) for i in group], columns, world)
    return columns[place].at(world.slot_of[f"http://example.org/{thing}"])


def some(role: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty :{role} ; owl:someValuesFrom {filler} ]"


def every(role: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty :{role} ; owl:allValuesFrom {filler} ]"


ADULT = some("age", "[ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 18 ] ) ]")
CASES = {
    "told": (":A", ":x a :A .", "yes"),
    "wider than told": (":A", ":x a :C .", "yes"),
    "disjoint with told": (":A", ":x a :B .", "no"),
    "narrower than what is excluded": (":C", ":x a :B .", "no"),
    "nothing told": (":A", ":x :open :y .", "unknown"),
    "told and excluded": (":A", ":x a :A , :B .", "contradictory"),
    "denied": (":A", ":x a [ owl:complementOf :A ] .", "no"),
    "and: one unknown": ("[ owl:intersectionOf ( :A :T2 ) ]", ":T2 a owl:Class . :x a :A .", "unknown"),
    "and: one no": ("[ owl:intersectionOf ( :A :T2 ) ]", ":T2 a owl:Class . :x a :B .", "no"),
    "or: one yes": ("[ owl:unionOf ( :A :T2 ) ]", ":T2 a owl:Class . :x a :A .", "yes"),
    "or: both no": ("[ owl:unionOf ( :A :C ) ]", ":x a :B .", "no"),
    "not yes": ("[ owl:complementOf :A ]", ":x a :A .", "no"),
    "not no": ("[ owl:complementOf :A ]", ":x a :B .", "yes"),
    "not unknown": ("[ owl:complementOf :A ]", ":x :open :y .", "unknown"),
    "some: a neighbour is": (some("open", ":A"), ":x :open :y . :y a :A .", "yes"),
    "some: a neighbour is not, others may be": (some("open", ":A"), ":x :open :y . :y a :B .", "unknown"),
    "some, closed: no neighbour is": (some("closed", ":A"), ":x :closed :y . :y a :B .", "no"),
    "some, closed: nobody is stated": (some("closed", ":A"), ":x a :B .", "no"),
    "some, closed: one unknown": (some("closed", ":A"), ":x :closed :y , :z . :y a :B .", "unknown"),
    "some, functional: the one is not": (some("one", ":A"), ":x :one :y . :y a :B .", "no"),
    "every, closed: all are": (every("closed", ":A"), ":x :closed :y . :y a :A .", "yes"),
    "every, closed: nobody is stated": (every("closed", ":A"), ":x a :B .", "yes"),
    "every, open: all stated are": (every("open", ":A"), ":x :open :y . :y a :A .", "unknown"),
    "every: one is not": (every("open", ":A"), ":x :open :y . :y a :B .", "no"),
    "has value": ("[ a owl:Restriction ; owl:onProperty :open ; owl:hasValue :y ]", ":x :open :y .", "yes"),
    "has another value": ("[ a owl:Restriction ; owl:onProperty :open ; owl:hasValue :y ]", ":x :open :z .", "unknown"),
    "one of": ("[ a owl:Class ; owl:oneOf ( :x :y ) ]", ":x a :B .", "yes"),
    "one of others": ("[ a owl:Class ; owl:oneOf ( :y ) ]", ":x a :B .", "unknown"),
    "at least one": ("[ a owl:Restriction ; owl:onProperty :open ; owl:minCardinality 1 ]", ":x :open :y .", "yes"),
    "a number in range": (ADULT, ":x :age 20 .", "yes"),
    "a number out of range": (ADULT, ":x :age 12 .", "no"),
    "no number": (ADULT, ":x a :A .", "unknown"),
    "a literal": ('[ a owl:Restriction ; owl:onProperty :tag ; owl:hasValue "red" ]', ':x :tag "red" .', "yes"),
    "another literal": ('[ a owl:Restriction ; owl:onProperty :tag ; owl:hasValue "red" ]', ':x :tag "blue" .', "unknown"),
    "everything": ("owl:Thing", ":x a :B .", "yes"),
    "nothing": ("owl:Nothing", ":x a :B .", "no"),
}


@pytest.mark.parametrize(("expression", "facts", "expected"), CASES.values(), ids=CASES)
def test_four_values(expression: str, facts: str, expected: str) -> None:
    """The value that the semantics gives."""
    assert value(expression, facts) == expected


def test_a_definition_in_a_circle_has_a_least_answer() -> None:
    """Whoever knows someone in danger is in danger: reached along the arrows, and no further."""
    circle = f"[ owl:unionOf ( :A {some('open', ':T')} ) ]"
    facts = ":x :open :y . :y :open :z . :z a :A . :u :open :v ."
    assert value(circle, facts, "x") == "yes"
    assert value(circle, facts, "u") == "unknown"
