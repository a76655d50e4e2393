"""A case in RDF: parsed by a process that may die of it, then read by the engine."""

import dataclasses

import pyoxigraph as ox

from api.cases import RDF_FORMS
from api.law import Law, today
from api.problems import Fault, Problem
from api.sandbox.frames import Failure
from api.sparql.service import Sparql
from engine.case_files import Overriding, canonical, redated
from engine.case_rdf import case_of_graph
from engine.cases import Case
from engine.errors import Location
from engine.graph import Graph, build_graph
from engine.turtle import subject_lines, term

LARGEST = 4_000_000
"""Bytes of a case as N-Quads: a case is a page of facts, however it is abbreviated."""


class RdfReader:
    """Reads cases in RDF with the help of the sandbox."""

    def __init__(self, sparql: Sparql) -> None:
        self._sparql = sparql

    async def __call__(self, law: Law, text: str, form: str, instead: Overriding) -> Case:
        """The case that a document describes."""
        try:
            quads = await self._sparql.parse(text.encode(), form)
        except Failure as failed:
            raise refusal(failed) from None  # a failure is frozen, and cannot be a cause
        if len(quads) > LARGEST:
            raise Problem("too-large", f"the case has {len(quads):,} bytes as N-Quads", f"a case has at most {LARGEST:,}")
        return case_in(law, graph_of(quads, text, form), instead)


def refusal(failed: Failure) -> Problem:
    """What the sandbox refuses, as a problem."""
    where = f" (line {failed.line})" if failed.line else ""
    faults = (Fault(failed.detail, "correct the document there"),) if failed.kind == "malformed-document" else ()
    return Problem(failed.kind, failed.detail + where, faults=faults, headers={"Retry-After": "2"} if failed.kind in ("busy", "crashed", "failed") else None)


def graph_of(quads: bytes, text: str, form: str) -> Graph:
    """The triples of a document. Lines are known for Turtle alone."""
    name = RDF_FORMS[form]
    triples = [(str(term(q.subject, "case")), q.predicate.value, term(q.object, "case")) for q in ox.parse(input=quads, format=ox.RdfFormat.N_QUADS)]
    places = {subject: Location(name, line) for subject, line in subject_lines(text)} if form == "text/turtle" else {}
    return build_graph(triples, {**dict.fromkeys((s for s, _, _ in triples), Location(name)), **places})


def case_in(law: Law, graph: Graph, instead: Overriding) -> Case:
    """The case that a graph describes; what is wrong with it has its line where that is known."""
    kb = law.kb
    codes = {p.iri: p.code for p in kb.jurisdictions.values()}
    case = case_of_graph(graph, kb.schema, codes, "body", today(), instead.jurisdictions)
    return redated(dataclasses.replace(case, jurisdictions=canonical(kb, case.jurisdictions, Location("body"))), instead)
