"""Decided cases as data: read as cases, seen by queries, and no part of the law that is evaluated."""

import datetime
import shutil
from pathlib import Path

import pytest
from court import ONTOLOGY
from tests_today import TODAY

from engine.assess import Assessor
from engine.case_files import case_of_text, load_case
from engine.cases import Case
from engine.decisions import read_decision, with_given
from engine.errors import CaseError
from engine.graph import dataset_files, decision_files, ontology_files
from engine.knowledge import Knowledge, load
from engine.queries import bind, find_query, law_store, read_queries, run_query

FILES = decision_files(ONTOLOGY)
JSON = """{"case": "x", "jurisdiction": "US-TX", "law_as_of": "2024-05-01", "facts": {"threat.expression": ["explicit"],
  "disclosure.recipient": ["victim"], "disclosure.necessity": "necessary", "patient.consents_to_disclosure": null}}"""
TURTLE = """@prefix dg: <https://w3id.org/dutygraph/domain#> . @prefix norm: <https://w3id.org/dutygraph/norms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://example.org/> .
:x a dg:Case ; norm:forum "US-TX" ; norm:lawAsOf "2024-05-01"^^xsd:date ; dg:threat :threat ; dg:patient :patient ; norm:anyAct :act .
:threat a dg:ExplicitThreat ; norm:completeFor dg:threat.expression ; dg:target :target .
:patient norm:notKnown dg:patient.consents_to_disclosure .
:act a dg:NecessaryDisclosure ; dg:recipient :recipient .
:recipient a dg:VictimRecipient ; norm:completeFor dg:disclosure.recipient .
"""


def spoken(kb: Knowledge, case: Case) -> set[object]:
    """What a case says, without the names of its things and that it is a case."""
    return {(s.cls, s.holds, s.origin) for s in case.said if s.cls != kb.schema.focus} | set(case.about_acts) | {s.fact for s in case.silent}


def test_turtle_says_all_that_json_says(kb: Knowledge) -> None:
    """Complete lists, facts about any act and facts that are not known have a form in Turtle."""
    assert spoken(kb, case_of_text(kb, TURTLE, "x.ttl", TODAY)) == spoken(kb, case_of_text(kb, JSON, "x.json", TODAY))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_is_a_case_that_the_command_takes(assessor: Assessor, path: Path) -> None:
    """The file of a decision is a case file: it can be assessed as it is, under its own name, and what it says does not clash."""
    case = load_case(assessor.kb, str(path), TODAY)
    assert case.name == path.stem
    assert case.said
    facts = assessor.kb.schema.facts
    clashes = [c for forum in assessor.assess(case).forums for c in forum.contradictions if c.fact]
    assert [c for c in clashes if facts[c.fact].path[:1] != (assessor.kb.schema.act_role,)] == []


def test_decisions_are_no_part_of_the_law(kb: Knowledge, tmp_path: Path) -> None:
    """Without them the body of norms is the same, hash and all; in the data set of queries they are there."""
    alone = shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    shutil.rmtree(alone / "decisions")
    assert load(alone).digest == kb.digest
    assert not set(ontology_files(ONTOLOGY)) & set(FILES)
    query = find_query(read_queries(ONTOLOGY.parent / "queries"), "court-questions")
    rows = run_query(law_store(dataset_files(ONTOLOGY)), query, bind(kb, query, {}, TODAY)).rows
    assert len({row[0] for row in rows}) == len(FILES)


def test_what_is_given_takes_the_place_of_what_the_case_says(kb: Knowledge) -> None:
    """A value given for one question replaces the case's values of the same fact and leaves the rest."""
    case = case_of_text(kb, JSON, "x.json", TODAY)
    values = kb.schema.facts["disclosure.recipient"].values
    given = with_given(kb.schema, case, [values["press"]])
    recipients = {cls for _, cls, holds, _ in given.about_acts if holds and cls in values.values()}
    assert recipients == {values["press"]}
    assert set(given.said) == set(case.said)


GOOD = (ONTOLOGY / "decisions" / "tarasoff-1976.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("norm:about dg:WarnVictim , dg:Notify", "norm:about dg:WarnVictm , dg:Notify", "WarnVictm is no act\n  fix: did you mean WarnVictim"),
        ("norm:bearer dg:LawEnforcement", "norm:bearer dg:LawEnforcment", "LawEnforcment is no value of a fact\n  fix: did you mean LawEnforcement"),
        ("norm:decisive dg:threat.target", "norm:decisive dg:threat.targt", "threat.targt is no fact\n  fix: did you mean threat.target"),
        ("norm:completeFor dg:setting.kind", "norm:completeFor dg:setting.kid", "unknown fact 'setting.kid'\n  fix: did you mean setting.kind"),
        ("norm:facts case:", "norm:factz case:", "no decision has these facts"),
        ('"1969-10-27"^^xsd:date', '"1969-13-27"^^xsd:date', "lawAsOf '1969-13-27' is not a date"),
    ],
)
def test_a_mistake_in_a_decision_is_refused(kb: Knowledge, old: str, new: str, problem: str) -> None:
    """With file, problem and cure."""
    assert old in GOOD
    with pytest.raises(CaseError) as caught:
        read_decision(kb, GOOD.replace(old, new), "decisions/x.ttl", datetime.date(2026, 11, 24))
    assert problem in str(caught.value)
    assert str(caught.value).startswith("decisions/x.ttl")
