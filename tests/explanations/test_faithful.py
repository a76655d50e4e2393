"""Explanations are faithful: what they cite as necessary is, what they cite as stated was, and every construct shows up in them."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import court
import pytest

from engine.assess import Assessor
from engine.case_files import case_of_text
from engine.cases import Case, Silent
from engine.explanations import EXPLANATIONS, Ask, Desk, Document
from engine.findings import CONSTRUCTS
from engine.knowledge import Knowledge, knowledge_of

HERE = Path(__file__).resolve().parent
TODAY = datetime.date(2026, 11, 24)
APPLIES = ("effective", "defeated")


def court_cases(kb: Knowledge) -> Iterator[Case]:
    """Every set of facts that a court was asked about, once."""
    seen = set()
    for question in court.questions(kb):
        case = question.asked.case
        if (case.said, case.law_as_of, case.jurisdictions) not in seen and court.encoded(kb, question):
            seen.add((case.said, case.law_as_of, case.jurisdictions))
            yield case


def without(kb: Knowledge, case: Case, thing: str, fact: str) -> Case:
    """The case with a fact of a thing not known: nothing said of it, and no presumption either."""
    classes = set(kb.schema.facts[fact].values.values())
    kept = tuple(s for s in case.said if s.thing != thing or s.cls not in classes)
    acts = tuple(a for a in case.about_acts if a[1] not in classes)
    return replace(case, said=kept, about_acts=acts, silent=(*case.silent, Silent(thing, fact)))


def explanations(desk: Desk, case: Case) -> Iterator[tuple[str, Document]]:
    """Why each norm that applies to a case does."""
    assessment = desk.assessor.assess(case, refined=False)
    for status in assessment.forums[0].norms:
        if status.status in APPLIES:
            yield status.norm.id, desk.explain(case, EXPLANATIONS["why"], Ask(norm=status.norm.id))


def sources(case: Case, kb: Knowledge, thing: str, cls: str) -> set[str]:
    """The facts whose statements about a thing bear on a class."""
    axioms, found = kb.schema.axioms, set()
    for said in case.said:
        told = axioms.wider(said.cls) | axioms.barred(said.cls) if said.holds else axioms.narrower(said.cls)
        if said.thing == thing and cls in told and said.cls in kb.schema.fact_of:
            found.add(kb.schema.fact_of[said.cls][0].key)
    return found


@pytest.mark.slow
def test_without_a_necessary_premise_the_conclusion_falls(desk: Desk, kb: Knowledge) -> None:
    """For every norm that applies in a court's case: make one premise unknown, and the norm no longer surely applies."""
    dropped = 0
    for case in court_cases(kb):
        names = {t.name for t in case.things}
        for norm, document in explanations(desk, case):
            premises = {(r["about"], r["fact"]) for r in document.rows if r["necessary"] and r["part"] != "act" and r["fact"] and r["about"] in names}
            for thing, fact in sorted(premises):
                after = desk.assessor.assess(without(kb, case, thing, fact), refined=False).norm(norm)
                assert after is not None
                assert after.status not in APPLIES, (case.name, norm, thing, fact)
                dropped += 1
    assert dropped > 100


def test_what_is_cited_was_said(desk: Desk, kb: Knowledge) -> None:
    """Every condition that holds says how: stated, listed, presumed, by naming the act, inferred, or found by other norms; `stated` is so."""
    cited = 0
    for case in list(court_cases(kb))[::4]:
        stated = {(s.thing, kb.schema.fact_of[s.cls][0].key) for s in case.said if s.cls in kb.schema.fact_of and s.origin == "stated"}
        about_acts = {kb.schema.fact_of[cls][0].key for _, cls, _, _ in case.about_acts}
        for _, document in explanations(desk, case):
            for row in document.rows:
                if row["kind"] == "finding" and row["fact"] and row["value"] in ("yes", "no"):
                    assert row["origin"], row["text"]
                    if row["origin"] == "stated":
                        assert (row["about"], row["fact"]) in stated or row["fact"] in about_acts, row
                    cited += 1
    assert cited > 100


EXAMPLE = """
@prefix ex: <http://example.org/extras#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix norm: <https://w3id.org/dutygraph/norms#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:price a owl:DatatypeProperty . ex:friend a owl:ObjectProperty . ex:bob a ex:Party .
ex:Everything a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ex:Case
    [ a owl:Class ; owl:unionOf ( ex:SelfDealing [ a owl:Restriction ; owl:onProperty ex:buyer ; owl:someValuesFrom ex:BuyerAnna ] ) ]
    [ a owl:Class ; owl:complementOf [ a owl:Restriction ; owl:onProperty ex:seller ; owl:someValuesFrom ex:SellerBen ] ]
    [ a owl:Restriction ; owl:onProperty ex:buyer ; owl:allValuesFrom ex:BuyerAnna ]
    [ a owl:Restriction ; owl:onProperty ex:friend ; owl:hasValue ex:bob ]
    [ a owl:Class ; owl:oneOf ( ex:bob ) ]
    [ a owl:Restriction ; owl:onProperty ex:price ; owl:someValuesFrom
        [ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 5 ] ) ] ]
    owl:Thing
    [ a owl:Class ; owl:complementOf owl:Nothing ] ) ] .
ex:rule-everything a norm:Prohibition ; norm:jurisdiction ex:place ; norm:trigger ex:Everything ; norm:regulates ex:Stop ;
    norm:inForceFrom "2000-01-01"^^xsd:date .
"""


def test_every_construct_of_the_fragment_appears(tmp_path: Path) -> None:
    """A trigger that uses them all is explained with them all, through the query."""
    ontology = HERE.parents[1] / "ontology"
    texts = {
        "norms.ttl": (ontology / "norms.ttl").read_text(encoding="utf-8"),
        "extras.ttl": (HERE.parent / "bodies" / "extras.ttl").read_text(encoding="utf-8"),
        "everything.ttl": EXAMPLE,
    }
    files = []
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        files.append(tmp_path / name)
    desk = Desk(Assessor(knowledge_of(texts)), tuple(files))
    document = {"jurisdiction": "P", "law_as_of": "2020-01-01", "buyers": [{"facts": {"buyer.name": "anna"}}], "sellers": [{"facts": {"seller.name": "ben"}}]}
    case = case_of_text(desk.assessor.kb, json.dumps(document), "case.json", TODAY)
    rows = desk.explain(case, EXPLANATIONS["why"], Ask(norm="rule-everything")).rows
    assert {r["construct"] for r in rows if r["construct"]} == set(CONSTRUCTS.values())
