"""State statutes that create a duty in one case and deny it in every other: given facts, on a date, expect a status."""

from typing import Any

import pytest
from asking import Ask

THREAT = {
    "professional.role": "psychologist",
    "professional.relationship": "treating",
    "professional.belief": "actually_believes",
    "patient.history_of_violence": "known",
    "threat.communicated_by": "patient",
    "threat.communicated_to": "professional",
    "threat.expression": "explicit",
    "threat.harm": "death",
    "threat.seriousness": "serious",
    "threat.imminence": "imminent",
    "threat.clarity": "clear",
    "threat.intent": "apparent",
    "threat.ability": "apparent",
    "threat.target": "clearly_identified_victim",
}
NO_THREAT = {
    "threat.communicated_by": "none",
    "threat.target": "general_public",
    "threat.imminence": "remote",
    "patient.history_of_violence": "absent",
}
PAIRS = {  # place: the duty, its denial or immunity
    "US-MA": ("us-ma-123-36b", "us-ma-123-36b-no-duty"),
    "US-MD": ("us-md-5-609", "us-md-5-609-immunity"),
    "US-MI": ("us-mi-mcl-330-1946", "us-mi-mcl-330-1946-1-limit"),
    "US-IN": ("us-in-34-30-16-1", "us-in-34-30-16-2-no-duty"),
    "US-KY": ("us-ky-202a-400-victim", "us-ky-202a-400-immunity"),
    "US-LA": ("us-la-9-2800-2", "us-la-9-2800-2-b"),
    "US-MT": ("us-mt-27-1-1102", "us-mt-27-1-1103"),
}


def statuses(ask: Ask, place: str, given: dict[str, Any], on: str) -> tuple[str, str]:
    """The status of the duty and of its denial."""
    answer = ask(place, given, on)
    duty, denial = (answer.norm(norm) for norm in PAIRS[place])
    assert duty is not None
    assert denial is not None
    return duty.status, denial.status


@pytest.mark.parametrize("place", PAIRS)
def test_the_threat_that_the_statute_describes(ask: Ask, place: str) -> None:
    """Where the patient makes the threat that the statute describes there is a duty, and nothing denies it."""
    assert statuses(ask, place, THREAT | {"threat.means_specified": True}, "2024-05-01") == ("effective", "not_triggered")


@pytest.mark.parametrize("place", PAIRS)
def test_no_such_threat(ask: Ask, place: str) -> None:
    """Without it there is no duty, and the statute says so: a denial is more than silence."""
    assert statuses(ask, place, THREAT | NO_THREAT, "2024-05-01") == ("not_triggered", "effective")


DATES = {
    "Kentucky, decided in 1988 for events before the statute": ("US-KY", "us-ky-evans-v-morehead", "1984-01-01", "effective"),
    "Kentucky, where the statute governs": ("US-KY", "us-ky-evans-v-morehead", "1990-01-01", "not_in_force"),
    "Michigan, reversed in 1988": ("US-MI", "us-mi-davis-v-lhim", "1985-01-01", "not_in_force"),
    "Maine, the day before the act": ("US-ME", "us-me-32-duty-to-warn", "2019-09-18", "not_in_force"),
    "Maine, the day of the act": ("US-ME", "us-me-32-duty-to-warn", "2019-09-19", "effective"),
    "Maryland, denied before any statute": ("US-MD", "us-md-shaw-v-glickman", "1985-01-01", "effective"),
    "Massachusetts, before the statute is proven": ("US-MA", "us-ma-123-36b", "1995-01-01", "undetermined"),
}


@pytest.mark.parametrize(("place", "norm", "on", "status"), DATES.values(), ids=DATES)
def test_dates(ask: Ask, place: str, norm: str, on: str, status: str) -> None:
    """A decision speaks for earlier events until a statute governs; a start that is not known is not guessed."""
    given = THREAT | {
        "professional.belief": "reasonably_believes",
        "professional.belief_basis": "patient_communications",
        "threat.likelihood": "likely",
    }
    found = ask(place, given, on).norm(norm)
    assert found is not None
    assert found.status == status
