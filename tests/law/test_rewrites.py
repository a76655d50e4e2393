"""The same facts before and after a law was rewritten give different answers: each pair of dates lies on the two sides of one change."""

import json
from pathlib import Path
from typing import Any

import pytest
from asking import Ask

PATTERN = json.loads((Path(__file__).resolve().parents[2] / "queries" / "panel" / "pattern.json").read_text(encoding="utf-8"))["facts"]
PSYCHOLOGIST: dict[str, Any] = PATTERN | {"professional.role": "psychologist"}
"""The clearest case, told to a psychologist."""


def told(role: str = "psychologist", **facts: Any) -> dict[str, Any]:
    """The clearest case with some facts changed; `__` stands for the dot of a key."""
    return PSYCHOLOGIST | {"professional.role": role} | {key.replace("__", "."): value for key, value in facts.items()}


UNSPOKEN = {
    "threat__communicated_by": "none",
    "threat__expression": "implied",
    "threat__specificity": None,
    "professional__belief": "should_know",
    "threat__clarity": None,
}
"""Nothing was threatened: the professional only should have known."""
LATER = {"threat__imminence": "foreseeable"}
UNASKED = {"patient__consent_obtainable": "impracticable"}
RELEASED = {"patient__status": "being_released", "patient__caretaker_relied_on": True}
WARN, POLICE = "warn_victim", "notify_law_enforcement"

# the change: (place, facts, modality, action, day before, answer, day after, answer); none: no norm in force is about it
PAIRS = {
    "California's § 43.92 asks for a communicated threat": ("US-CA", told(**UNSPOKEN), "obligation", WARN, "1985-12-31", "yes", "1986-01-01", "no"),
    "Ohio's § 2305.51 takes the place of Morgan": ("US-OH", told(**UNSPOKEN), "obligation", WARN, "1999-09-14", "yes", "1999-09-15", "no"),
    "… and gives immunity instead": ("US-OH", told(**UNSPOKEN), "immunity", WARN, "1999-09-14", "none", "1999-09-15", "yes"),
    "Florida's chapter 490 lets psychologists warn": ("US-FL", told(), "permission", WARN, "1986-12-31", "depends", "1988-01-01", "yes"),
    "Florida makes psychologists tell the police": ("US-FL", told(), "obligation", POLICE, "2019-06-30", "none", "2019-07-01", "yes"),
    "… and psychiatrists": ("US-FL", told("psychiatrist"), "obligation", POLICE, "2019-06-30", "none", "2019-07-01", "yes"),
    "Utah's statute replaces the common law": ("US-UT", told(**UNSPOKEN), "obligation", WARN, "1987-12-31", "yes", "1989-01-01", "no"),
    "… and denies what it does not name": ("US-UT", told(**UNSPOKEN), "no_duty", WARN, "1987-12-31", "none", "1989-01-01", "yes"),
    "Kentucky's statute adds the police": ("US-KY", told(), "obligation", POLICE, "1986-07-14", "none", "1986-07-15", "yes"),
    "Tennessee enacts its duty": ("US-TN", told(), "obligation", WARN, "1988-12-31", "none", "1990-01-01", "yes"),
    "Connecticut lets psychologists disclose": ("US-CT", told(), "permission", WARN, "1988-12-31", "depends", "1990-01-01", "yes"),
    "New Hampshire binds psychologists": ("US-NH", told(), "obligation", WARN, "1980-01-01", "none", "1999-01-01", "yes"),
    "Minnesota enacts its duty": ("US-MN", told(), "obligation", WARN, "1985-12-31", "none", "1987-01-01", "yes"),
    "Maryland's § 5-609 ends Shaw v. Glickman": ("US-MD", told(), "obligation", WARN, "1991-04-10", "depends", "1991-04-11", "yes"),
    "Virginia's statute after Nasser": ("US-VA", told(), "obligation", WARN, "1993-12-31", "no", "1995-01-01", "yes"),
    "Idaho enacts its duty": ("US-ID", told(), "obligation", WARN, "1990-12-31", "none", "1992-01-01", "yes"),
    "Texas lets professionals tell the police": ("US-TX", told(), "permission", POLICE, "1978-01-01", "depends", "1980-01-01", "yes"),
    "New Jersey's immunity": ("US-NJ", told(), "immunity", WARN, "1985-01-01", "none", "1992-01-01", "yes"),
    "Delaware's statute replaces Naidu": ("US-DE", told(**UNSPOKEN), "obligation", WARN, "1991-12-31", "yes", "1993-01-01", "no"),
    "Victoria drops imminence": ("AU-VIC", told(**LATER), "permission", WARN, "2018-02-25", "depends", "2018-02-26", "yes"),
    "New Zealand drops imminence": ("NZ", told(**LATER, **UNASKED), "permission", POLICE, "2013-04-29", "depends", "2013-04-30", "yes"),
    "Vermont undoes Kuligoski": ("US-VT", told("hospital", **RELEASED), "obligation", "warn_family_of_patient", "2017-05-29", "yes", "2017-05-30", "none"),
}

# what is known: (place, facts, day of the events, modality, action, known by, answer, known by, answer)
KNOWN = {
    "Tarasoff speaks for 1969": ("US-CA", told(), "1969-10-27", "obligation", WARN, "1973-01-01", "none", "1977-01-01", "yes"),
    "Peck speaks for 1980": ("US-VT", told(**UNSPOKEN), "1980-01-01", "obligation", WARN, "1984-01-01", "none", "1986-01-01", "yes"),
    "Thapar denies a duty": ("US-TX", told(), "1998-01-01", "no_duty", WARN, "1999-01-01", "none", "2000-01-01", "yes"),
    "Avitia overrules Hamman": ("US-AZ", told("psychiatrist", **UNSPOKEN), "2020-01-01", "obligation", WARN, "2022-01-01", "yes", "2024-01-01", "no"),
}


def answer(ask: Ask, place: str, facts: dict[str, Any], modality: str, action: str, **dates: str) -> str:
    """The answer for a modality and an action; `none` where no norm in force is about it."""
    found = ask(place, facts, **dates).outcome(modality, action)
    return found.answer if found else "none"


@pytest.mark.parametrize(("place", "facts", "modality", "action", "before", "then", "after", "now"), PAIRS.values(), ids=PAIRS)
def test_before_and_after(ask: Ask, place: str, facts: dict[str, Any], modality: str, action: str, before: str, then: str, after: str, now: str) -> None:
    """One change of the law, seen on the same facts from its two sides."""
    assert answer(ask, place, facts, modality, action, on=before) == then
    assert answer(ask, place, facts, modality, action, on=after) == now
    assert then != now


@pytest.mark.parametrize(("place", "facts", "events", "modality", "action", "early", "then", "late", "now"), KNOWN.values(), ids=KNOWN)
def test_what_was_known(
    ask: Ask, place: str, facts: dict[str, Any], events: str, modality: str, action: str, early: str, then: str, late: str, now: str
) -> None:
    """A decision speaks for earlier events, once it has been given: the same events, asked about before and after."""
    assert answer(ask, place, facts, modality, action, on=events, known=early) == then
    assert answer(ask, place, facts, modality, action, on=events, known=late) == now
    assert then != now
