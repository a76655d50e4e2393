"""Every kind of explanation says what the law says, from the rows of its query alone."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from engine.cases import Case, Taken
from engine.errors import CaseError
from engine.explanations import EXPLANATIONS, Ask, Desk, Document
from engine.graph import dataset_files
from engine.queries import bound_text, read_queries
from engine.record.quads import BASE
from engine.store import AssessmentStore

ROOT = Path(__file__).resolve().parent.parent.parent
DUTY = Ask(norm="us-ca-civ-43-92")
WARN = Ask(modality="obligation", act="warn_victim")
ASKED = {
    "why": DUTY,
    "why-not": Ask(norm="us-ca-civ-56.10-c-19"),
    "missing": Ask(modality="permission", act="warn_family_of_victim"),
    "what-if": WARN,
    "next-question": Ask(),
    "contrast": replace(WARN, against="US-TX"),
    "balance": Ask(act="warn_victim"),
    "compliance": Ask(),
    "timeline": WARN,
}


def texts(document: Document) -> str:
    """All that an outline says."""
    return "\n".join(f"{i.mark} {i.text} [{i.note}]" for item in document.items for i in item.walk())


def test_every_kind_is_tested_here() -> None:
    """A new kind brings its example."""
    assert set(EXPLANATIONS) == set(ASKED)


@pytest.mark.parametrize("kind", ASKED)
def test_the_named_query_by_hand_gives_the_rows(desk: Desk, tarasoff: Case, kind: str, tmp_path: Path) -> None:
    """At a store on disk that keeps the assessment, the file in queries/ gives the rows that the explanation was built from."""
    document = desk.explain(tarasoff, EXPLANATIONS[kind], ASKED[kind])
    kept = AssessmentStore(tmp_path / "store")
    kept.put_law(dataset_files(ROOT / "ontology"), desk.assessor.kb.digest)
    kept.keep(document.graph, document.triples)
    del kept
    query = read_queries(ROOT / "queries" / "explanation")[document.query]
    terms = {ox.Variable(n): ox.NamedNode(v) if v.startswith("https:") else ox.Literal(v) for n, v in document.parameters.items()}
    solutions = ox.Store(str(tmp_path / "store")).query(bound_text(query, terms))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [v.value for v in solutions.variables]
    rows = [tuple("" if cell is None else cell.value for cell in row) for row in solutions]  # type: ignore[union-attr]  # no triple terms here
    assert rows
    assert sorted(rows) == sorted(tuple(row[n] for n in names) for row in document.rows)


def test_explanations_of_one_case_are_kept_beside_each_other(desk: Desk, tarasoff: Case, tmp_path: Path) -> None:
    """Another question about the same case does not replace the first in a store; the same one asked again does."""
    asked = [("why", DUTY), ("why", Ask(norm="us-ca-evid-1014")), ("what-if", WARN), ("what-if", replace(WARN, wanted="no")), ("why", DUTY)]
    documents = [desk.explain(tarasoff, EXPLANATIONS[kind], ask) for kind, ask in asked]
    kept = AssessmentStore(tmp_path / "store")
    for document in documents:
        kept.keep(document.graph, document.triples)
    assert len(kept.names()) == 4
    for document in documents:
        assert sorted(kept.triples(document.graph.removeprefix(BASE)).splitlines()) == sorted(set(document.triples.splitlines()))


def test_why_names_fact_provision_and_conclusion(desk: Desk, tarasoff: Case) -> None:
    """§ 43.92 binds since the threat was stated to be serious; the harm was inferred from death."""
    said = texts(desk.explain(tarasoff, EXPLANATIONS["why"], DUTY))
    assert "yes the threat is serious [stated]" in said
    assert "[inferred: the harm threatened or feared is death]" in said
    assert "Cal. Civ. Code § 43.92" in said
    assert "nothing prevails over it" in said


def test_why_not_gives_the_nearest_condition_and_what_was_said_instead(desk: Desk, tarasoff: Case) -> None:
    """The CMIA's permission waits for imminence and necessity; no court ordered anything, which is presumed."""
    said = texts(desk.explain(tarasoff, EXPLANATIONS["why-not"], ASKED["why-not"]))
    assert "unknown Whether a condition is met is not known: the harm is imminent [threat.imminence]" in said
    everyone = texts(desk.explain(tarasoff, EXPLANATIONS["why-not"], Ask(modality="permission", act="warn_family_of_victim")))
    assert "no A condition is not met: a court has not ordered it [presumed; court.order]" in everyone


def test_contrast_tells_denial_from_no_authority(desk: Desk, tarasoff: Case) -> None:
    """California requires a warning; Texas denies that it is due, by Thapar."""
    said = texts(desk.explain(tarasoff, EXPLANATIONS["contrast"], ASKED["contrast"]))
    assert "yes California, 2026-11-24: yes" in said
    assert "no Texas, 2026-11-24: denied" in said
    assert "Thapar" in said


def test_contrast_of_dates_names_the_condition(desk: Desk, tarasoff: Case) -> None:
    """In 1984 no safe harbour had been enacted: what differs is time."""
    ask = Ask(modality="immunity", act="warn_victim", against="1984-01-01")
    said = texts(desk.explain(tarasoff, EXPLANATIONS["contrast"], ask))
    assert "It was not in force then" in said


def test_balance_has_both_sides_with_principles_and_consequences(desk: Desk, tarasoff: Case) -> None:
    """For warning: the duty and non-maleficence. Possibly against it: HIPAA and privacy."""
    said = texts(desk.explain(tarasoff, EXPLANATIONS["balance"], ASKED["balance"]))
    assert "serves beneficence, non-maleficence" in said
    assert "possibly: 45 CFR § 164.502(a)" in said
    assert "would impair autonomy, respect for privacy" in said


def test_timeline_turns_on_the_days_of_the_statutes(desk: Desk, tarasoff: Case) -> None:
    """Tarasoff until 1986, then the section in its three versions."""
    rows = desk.explain(tarasoff, EXPLANATIONS["timeline"], WARN).rows
    assert [(r["from"], r["to"]) for r in rows] == [
        ("", "1986-01-01"),
        ("1986-01-01", "2007-01-01"),
        ("2007-01-01", "2013-01-01"),
        ("2013-01-01", ""),
    ]


def test_timeline_of_knowledge_begins_with_the_decision(desk: Desk, tarasoff: Case) -> None:
    """For events of 1969 the duty is known since Tarasoff was decided."""
    past = replace(tarasoff, law_as_of=tarasoff.law_as_of.replace(year=1969))
    rows = desk.explain(past, EXPLANATIONS["timeline"], replace(WARN, clock="known")).rows
    duty = [r for r in rows if r["answer"] == "yes"]
    assert duty[0]["from"] == "1974-12-23"


def test_compliance_says_what_is_done_open_and_due(desk: Desk, tarasoff: Case) -> None:
    """Having told the police alone, neither way of § 43.92 is complete; the report under § 8105 is due within a day."""
    told = replace(tarasoff, taken=(Taken("notify_law_enforcement"),))
    said = texts(desk.explain(told, EXPLANATIONS["compliance"], Ask()))
    assert "yes done: notify the police" in said
    assert "unknown outstanding: warn the person in danger" in said
    assert "deadline: PT24H" in said


def test_what_was_not_said_is_no_breach(desk: Desk, tarasoff: Case) -> None:
    """A case that does not speak of acts done leaves compliance unknown, and says so."""
    document = desk.explain(tarasoff, EXPLANATIONS["compliance"], Ask())
    assert {r["state"] for r in document.rows} == {""}
    assert "actions_taken" in document.limits[0]


def test_missing_names_what_the_answer_turns_on(desk: Desk, tarasoff: Case) -> None:
    """The family may be told if the harm is imminent and telling is necessary; both are unknown, and nothing else matters."""
    rows = desk.explain(tarasoff, EXPLANATIONS["missing"], ASKED["missing"]).rows
    assert {r["fact"] for r in rows if r["kind"] == "need"} == {"threat.imminence", "disclosure.necessity"}
    assert {r["fact"] for r in rows if r["wanted"] == "yes"} == {"threat.imminence", "disclosure.necessity"}


def test_what_if_gives_single_facts_that_undo_the_duty(desk: Desk, tarasoff: Case) -> None:
    """No duty to warn were the threat not serious, or the record a substance-use programme's; each says what is said now."""
    document = desk.explain(tarasoff, EXPLANATIONS["what-if"], WARN)
    assert {"threat.seriousness", "record.regime"} <= {r["fact"] for r in document.rows}
    assert "now: the threat is serious; threat.seriousness" in texts(document)


def test_next_question_says_what_waits_for_it(desk: Desk, tarasoff: Case) -> None:
    """The first question is one on which open answers turn, with its expected number."""
    rows = desk.explain(tarasoff, EXPLANATIONS["next-question"], Ask()).rows
    assert float(rows[0]["expected"]) >= 1
    assert rows[0]["act"]
    assert "expected to settle" in texts(desk.explain(tarasoff, EXPLANATIONS["next-question"], Ask()))


@pytest.mark.parametrize(
    ("kind", "ask", "problem"),
    [
        ("why", Ask(), "norm is not given"),
        ("why", Ask(norm="us-xx-1"), "unknown norm"),
        ("missing", Ask(), "neither a norm nor an answer"),
        ("what-if", Ask(modality="obligation"), "neither a norm nor an answer"),
        ("why-not", Ask(act="warn_victim"), "neither a norm nor an answer"),
        ("contrast", Ask(against="XX"), "unknown jurisdiction"),
        ("why", Ask(norm="us-ca-civ-43-92", jurisdiction="US-TX"), "not asked about"),
    ],
)
def test_bad_questions_are_refused(desk: Desk, tarasoff: Case, kind: str, ask: Ask, problem: str) -> None:
    """One message with the cure."""
    with pytest.raises(CaseError, match=problem):
        desk.explain(tarasoff, EXPLANATIONS[kind], ask)
