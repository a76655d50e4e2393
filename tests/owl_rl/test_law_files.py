"""*Holds* is what OWL 2 RL entails, on the real law: the triggers of each law file with a court case, over all the cases, against owlrl."""

from collections.abc import Iterable
from pathlib import Path

import court
import owlrl
import pytest
import rdflib

from engine.assess import Assessor
from engine.axioms import COMPLEMENT
from engine.graph import Graph
from engine.knowledge import load
from engine.nodes import UNSET, run
from engine.order import components
from engine.scene import set_scene
from engine.terms import FIRST, OWL, RDFS, REST, TYPE

ROOT = Path(__file__).resolve().parents[2]
KB = load(court.ONTOLOGY)
CASES = {q.case.name: q.asked.case for q in court.questions(KB)}
HEARD = {KB.jurisdictions[code].code for case in CASES.values() for code in case.jurisdictions}
FILES = sorted(p for p in (ROOT / "ontology" / "law").glob("*.ttl") if p.stem.upper().replace("US-FEDERAL", "US") in HEARD)
SILENT = {"us-va"}
"""Files of which no court case meets a trigger without complement: there both sides must be empty."""
OWL_TERMS = ("equivalentClass", "intersectionOf", "unionOf", "someValuesFrom", "onProperty")
FOLLOWED = (RDFS + "subClassOf", FIRST, REST, TYPE, *(OWL + name for name in OWL_TERMS))


def reachable(graph: Graph, start: str) -> set[str]:
    """Every term that a class is defined by, and every wider class."""
    seen, todo = {start}, [start]
    while todo:
        for predicate, objects in graph.by_subject.get(todo.pop(), {}).items():
            if predicate in (*FOLLOWED, COMPLEMENT):
                fresh = [o for o in objects if isinstance(o, str) and o not in seen]
                seen.update(fresh)
                todo += fresh
    return seen


def without_complement(graph: Graph, term: str) -> bool:
    """Whether no complement stands in the definition of a class."""
    return not any(COMPLEMENT in graph.by_subject.get(t, {}) for t in reachable(graph, term))


def as_rdflib(term: str) -> rdflib.term.Node:
    """A term of ours as one of rdflib's."""
    return rdflib.BNode(term[2:]) if term.startswith("_:") else rdflib.URIRef(term)


def module(graph: Graph, triggers: Iterable[str], stated: Iterable[str]) -> rdflib.Graph:
    """What the ontology says of triggers and stated classes."""
    found = rdflib.Graph()
    for term in {t for start in (*triggers, *stated) for t in reachable(graph, start)}:
        for predicate, objects in graph.by_subject.get(term, {}).items():
            if predicate in FOLLOWED:
                for o in objects:
                    found.add((as_rdflib(term), rdflib.URIRef(predicate), as_rdflib(str(o))))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_triggers_hold_as_owlrl_entails(assessor: Assessor, path: Path) -> None:
    """For every trigger of the file without complement and every court case: it holds if and only if owlrl derives it."""
    kb = assessor.kb
    here = {n.trigger for n in kb.norms.values() if n.trigger and kb.graph.place(n.iri).file.endswith(f"law/{path.name}")}
    triggers = sorted(t for t in here if without_complement(kb.graph, t))
    assert triggers
    ours: set[tuple[str, str]] = set()
    triples, stated = rdflib.Graph(), set()
    for case_id, case in CASES.items():
        scene = set_scene(kb.schema, kb.template, case)
        names = {slot: rdflib.URIRef(f"urn:{case_id}:{name}") for name, slot in scene.world.slot_of.items()}
        triples.add((names[0], rdflib.RDF.type, rdflib.URIRef(kb.schema.focus)))
        for role, edges in scene.world.edges.items():
            for parent, child, _ in edges if role != kb.schema.act_role and not role.startswith("inverse") else ():
                triples.add((names[parent], rdflib.URIRef(role), names[child]))
        for s in scene.statements:
            for slot in range(len(scene.world.slots)):
                if s.holds and s.rows >> slot & 1 and slot not in scene.act_slots.values():
                    triples.add((names[slot], rdflib.RDF.type, rdflib.URIRef(s.cls)))
                    stated.add(s.cls)
        forum = assessor.forum(kb.jurisdictions[path.stem.upper().replace("US-FEDERAL", "US")].code)
        columns = [UNSET] * len(forum.program.nodes)
        run(forum.program, [i for g in components(len(columns), [n.parts for n in forum.program.nodes]) for i in g], columns, scene.world)
        ours |= {(case_id, c.norm.trigger or "") for c in forum.norms.values() if c.norm.trigger in triggers and columns[c.trigger or 0].holds & 1}
    closed = module(kb.graph, triggers, stated) + triples
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(closed)
    theirs = {(str(c).split(":")[1], t) for t in triggers for c in closed.subjects(rdflib.RDF.type, rdflib.URIRef(t)) if str(c).endswith(":case")}
    assert ours == theirs
    assert bool(ours) != (path.stem in SILENT)
