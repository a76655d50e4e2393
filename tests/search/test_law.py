"""The searches on the law as it stands."""

import dataclasses
import datetime
from pathlib import Path

import pytest

from engine.assess import Assessor
from engine.case_files import load_case
from engine.cases import Case
from engine.search.missing import missing
from engine.search.next_question import next_question
from engine.search.spots import spots_of, without
from engine.search.targets import Target
from engine.search.what_if import what_if

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarasoff.json"
PLACES = ("US-CA", "US-TX", "GB-ENG")
ASKED = [Target("obligation", "warn_victim"), Target("prohibition", "warn_victim"), Target("permission", "notify_law_enforcement")]


@pytest.fixture
def tarasoff(assessor: Assessor) -> Case:
    """The example case, on a fixed date."""
    return dataclasses.replace(load_case(assessor.kb, str(EXAMPLE), datetime.date(2026, 11, 24)), law_as_of=datetime.date(2024, 5, 1))


def answer(assessor: Assessor, case: Case, target: Target) -> str:
    """What a fresh assessment answers."""
    outcome = assessor.assess(case).outcome(target.modality, target.act)
    return outcome.answer if outcome else "no"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("target", ASKED, ids=lambda t: t.key)
def test_changed_cases_are_answered_as_wanted(assessor: Assessor, tarasoff: Case, place: str, target: Target) -> None:
    """Each change found is a case that, assessed afresh, gets the answer wanted."""
    case = dataclasses.replace(tarasoff, jurisdictions=(place,))
    found = what_if(assessor, case, place, target)
    assert found.flips or found.limit or not found.possible
    for flip in found.flips[:12]:
        assert answer(assessor, flip.case, target) == found.wanted, flip.changes


def test_the_duty_falls_with_any_of_its_conditions(assessor: Assessor, tarasoff: Case) -> None:
    """In California the duty to warn is lost by one change: of the threat, of who made it, of whom it is against, of who was told."""
    found = what_if(assessor, tarasoff, "US-CA", Target("obligation", "warn_victim"))
    assert (found.before, found.wanted, found.size, found.limit) == ("yes", "no", 1, "")
    changed = {flip.changes[0].spot.fact for flip in found.flips}
    assert {"threat.seriousness", "threat.harm", "threat.communicated_by", "threat.target", "professional.role"} <= changed
    assert all(flip.changes[0].before != flip.changes[0].after for flip in found.flips)


def test_one_unknown_fact_is_missing(assessor: Assessor, tarasoff: Case) -> None:
    """Without the seriousness of the threat the duty depends on it and on nothing else; serious gains it, not serious loses it."""
    (spot,) = (s for s in spots_of(assessor.kb.schema, tarasoff) if s.fact == "threat.seriousness")
    found = missing(assessor, without(assessor.kb.schema, tarasoff, [spot]), "US-CA", Target("obligation", "warn_victim"))
    assert (found.answer, found.needed, found.limit) == ("depends", (spot,), "")
    assert [[c.after.holds for c in f.changes] for f in found.to_yes] == [[("serious",)]]
    assert [[c.after.holds for c in f.changes] for f in found.to_no] == [[("not_serious",)]]


def test_a_norm_can_be_asked_about(assessor: Assessor, tarasoff: Case) -> None:
    """What would make one norm effective, or take it away, is found as for an answer."""
    found = what_if(assessor, tarasoff, "US-CA", Target(norm="us-ca-civ-43-92"))
    assert (found.before, found.wanted, found.size) == ("yes", "no", 1)
    for flip in found.flips[:8]:
        status = assessor.assess(flip.case).norm("us-ca-civ-43-92")
        assert status is not None
        assert "effective" not in status.acts.values()
        assert "undetermined" not in status.acts.values()


def test_what_no_fact_can_change_is_said_to_be_so(assessor: Assessor, tarasoff: Case) -> None:
    """A date before any duty: no change of facts makes one, and the search says that rather than that it found nothing."""
    old = dataclasses.replace(tarasoff, law_as_of=datetime.date(1950, 1, 1), known_as_of=datetime.date(1950, 1, 1))
    found = what_if(assessor, old, "US-CA", Target("obligation", "initiate_involuntary_commitment"))
    assert (found.flips, found.possible, found.limit) == ((), False, "")


def test_the_next_question_settles_something(assessor: Assessor, tarasoff: Case) -> None:
    """The best candidate is expected to settle most, and every candidate some open answer; nothing settled is asked about."""
    found = next_question(assessor, tarasoff, "US-CA")
    assert found.best is not None
    assert found.best.settles == max(c.settles for c in found.candidates) > 0
    assert all(set(c.waiting) <= set(found.open) for c in found.candidates)
    assert not set(found.open) & set(found.settled)
