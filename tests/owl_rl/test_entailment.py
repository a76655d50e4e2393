"""*Holds* is what OWL 2 RL entails: the engine against owlrl, on random ontologies and cases."""

import owlrl
import rdflib
from generated import CLASSES, THINGS, cases, document, ontologies
from hypothesis import HealthCheck, given, settings

from engine.axioms import read_axioms
from engine.compiler import Compiler
from engine.facts import world_of_graph
from engine.nodes import UNSET, run
from engine.order import components
from engine.turtle import graph_of_texts

BASE = "http://example.org/"
IRIS = {name: BASE + name[1:] for name in CLASSES + THINGS}


def by_engine(text: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(thing, class) for each membership that holds, and for each that is excluded."""
    graph = graph_of_texts({"generated.ttl": text})
    axioms = read_axioms(graph)
    compiler = Compiler(graph, axioms)
    places = {name: compiler.class_node(IRIS[name]) for name in CLASSES}
    program = compiler.program()
    world = world_of_graph(axioms, graph)
    columns = [UNSET] * len(program.nodes)
    run(program, [i for group in components(len(program.nodes), [n.parts for n in program.nodes]) for i in group], columns, world)
    here = [name for name in THINGS if IRIS[name] in world.slot_of]
    held = {(a, c) for a in here for c in CLASSES if columns[places[c]].holds >> world.slot_of[IRIS[a]] & 1}
    barred = {(a, c) for a in here for c in CLASSES if columns[places[c]].excluded >> world.slot_of[IRIS[a]] & 1}
    return held, barred


def by_owlrl(text: str) -> set[tuple[str, str]]:
    """(thing, class) for each membership in the OWL 2 RL closure."""
    graph = rdflib.Graph().parse(data=text, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return {(a, c) for a in THINGS for c in CLASSES if (rdflib.URIRef(IRIS[a]), rdflib.RDF.type, rdflib.URIRef(IRIS[c])) in graph}


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ontologies, cases)
def test_holds_is_owl_2_rl_entailment(axioms: list[str], facts: list[str]) -> None:
    """Every membership that owlrl derives holds, and none besides."""
    text = document(axioms + facts)
    assert by_engine(text)[0] == by_owlrl(text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ontologies, cases)
def test_order_of_triples_changes_nothing(axioms: list[str], facts: list[str]) -> None:
    """The same triples in another order give the same bits."""
    assert by_engine(document(axioms + facts)) == by_engine(document([*reversed(facts), *reversed(axioms)]))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ontologies, cases, cases)
def test_more_facts_clear_no_bit(axioms: list[str], facts: list[str], more: list[str]) -> None:
    """What holds or is excluded stays so when facts are added."""
    held, barred = by_engine(document(axioms + facts))
    held_then, barred_then = by_engine(document(axioms + facts + more))
    assert held <= held_then
    assert barred <= barred_then
