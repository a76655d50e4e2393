"""Another body of norms needs Turtle alone: lending in a library."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_files import case_of_text
from engine.knowledge import knowledge_of

HERE = Path(__file__).parent
NORMS = HERE.parents[1] / "ontology" / "norms.ttl"
MEMBER: dict[str, Any] = {"reader.kind": {"is": "member", "not": "scholar"}}
SCHOLAR = {"reader.kind": "scholar"}
OPEN, REFERENCE = {"item.kind": "open"}, {"item.kind": "reference"}


@pytest.fixture(scope="module")
def library() -> Assessor:
    """The rules of the library."""
    return Assessor(knowledge_of({p.name: p.read_text(encoding="utf-8") for p in (NORMS, HERE / "library.ttl")}))


def ask(library: Assessor, facts: dict[str, Any], on: str = "2020-03-01", known: str = "2020-03-01", taken: list[str] | None = None) -> Assessment:
    """An assessment of a loan."""
    document = {"jurisdiction": "TOWN", "law_as_of": on, "known_as_of": known, "facts": facts} | ({} if taken is None else {"actions_taken": taken})
    return library.assess(case_of_text(library.kb, json.dumps(document), "loan.json", datetime.date(2020, 3, 1)))


CASES = {
    "a member borrows": (MEMBER | OPEN, "rule-lend", "effective", set()),
    "a reference work stays": (MEMBER | REFERENCE, "rule-reference", "effective", set()),
    "and that takes the permission away": (MEMBER | REFERENCE, "rule-lend", "defeated", set()),
    "but a scholar may take it": (SCHOLAR | REFERENCE, "rule-reference", "defeated", set()),
    "and then the member's permission lives again": (SCHOLAR | REFERENCE, "rule-lend", "effective", set()),
    "a visitor is not bound": ({"reader.kind": "visitor"} | OPEN, "rule-lend", "not_bound", set()),
    "kind of item not stated": (MEMBER, "rule-reference", "undetermined", {"item.kind"}),
    "a possible prohibition leaves the permission open": (MEMBER, "rule-lend", "undetermined", {"item.kind"}),
    "a member may be a scholar, which is narrower": ({"reader.kind": "member"} | REFERENCE, "rule-reference", "undetermined", {"reader.kind"}),
    "nobody has reserved it, by presumption": (MEMBER | OPEN, "rule-return", "not_triggered", set()),
}


@pytest.mark.parametrize(("facts", "norm", "status", "missing"), CASES.values(), ids=CASES)
def test_rules_of_lending(library: Assessor, facts: dict[str, Any], norm: str, status: str, missing: set[str]) -> None:
    """Permission, prohibition, exception and presumption."""
    found = ask(library, facts).norm(norm)
    assert found is not None
    assert (found.status, set(found.missing)) == (status, missing)


def test_a_year_is_not_a_day(library: Assessor) -> None:
    """The scholars' rule began some day in 2010: in that year it is not known whether it was in force."""
    statuses = {year: ask(library, SCHOLAR | REFERENCE, f"{year}-06-01").norm("rule-scholar") for year in (2009, 2010, 2011)}
    assert {year: s.status for year, s in statuses.items() if s} == {2009: "not_in_force", 2010: "undetermined", 2011: "effective"}


def test_breach_of_a_prohibition_brings_a_duty(library: Assessor) -> None:
    """Contrary to duty: only what was done brings the fine, and silence on what was done leaves it open."""
    answers = {}
    for name, taken in {"kept": [], "taken": ["take_home"], "not said": None}.items():
        found = ask(library, MEMBER | REFERENCE, taken=taken).norm("rule-fine")
        assert found is not None
        answers[name] = found.status
    assert answers == {"kept": "not_triggered", "taken": "effective", "not said": "undetermined"}


def test_deadline(library: Assessor) -> None:
    """A duty is open until its time is over, then violated; done, it is satisfied."""
    reserved = MEMBER | OPEN | {"item.reserved": True}
    states = {}
    for known, taken in (("2020-03-10", []), ("2020-03-20", []), ("2020-03-20", ["return_item"])):
        forum = ask(library, reserved, known=known, taken=taken).forums[0]
        states[known, bool(taken)] = next(c.state for c in forum.compliance if c.norm == "rule-return")
    assert states == {("2020-03-10", False): "open", ("2020-03-20", False): "violated", ("2020-03-20", True): "satisfied"}
