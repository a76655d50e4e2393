"""The date of the events and the date of the question: Tarasoff's facts of 1969, asked at different times."""

from asking import Ask

TARASOFF = {
    "professional.role": "psychologist",
    "professional.relationship": "treating",
    "professional.belief": "actually_believes",
    "threat.communicated_by": "patient",
    "threat.communicated_to": "professional",
    "threat.seriousness": "serious",
    "threat.harm": "death",
    "threat.target": "reasonably_identifiable_victim",
    "patient.status": "outpatient",
}


def statuses(ask: Ask, on: str, known: str) -> dict[str, str]:
    """Statuses of California's duties."""
    found = ask("US-CA", TARASOFF, on, known)
    names = ("us-ca-tarasoff-1974", "us-ca-tarasoff", "us-ca-civ-43-92-1986", "us-ca-civ-43-92")
    return {name.removeprefix("us-ca-"): status.status for name in names if (status := found.norm(name))}


def test_events_of_1969_as_known_in_1973(ask: Ask) -> None:
    """No court had spoken: no duty was known."""
    assert set(statuses(ask, "1969-10-27", "1973-06-01").values()) == {"not_in_force"}


def test_events_of_1969_as_known_in_1975(ask: Ask) -> None:
    """The first opinion spoke of a duty to warn."""
    assert statuses(ask, "1969-10-27", "1975-06-01")["tarasoff-1974"] == "effective"


def test_events_of_1969_as_known_since_1976(ask: Ask) -> None:
    """The second opinion replaced the first, and declared what the law required in 1969; it still does today."""
    for known in ("1976-07-01", "2026-11-24"):
        assert statuses(ask, "1969-10-27", known) == {
            "tarasoff-1974": "not_in_force",
            "tarasoff": "effective",
            "civ-43-92-1986": "not_in_force",
            "civ-43-92": "not_in_force",
        }


def test_events_under_each_statute(ask: Ask) -> None:
    """From 1986 a statute governs, in the version of the day."""
    assert statuses(ask, "1990-06-01", "2026-11-24")["civ-43-92-1986"] == "effective"
    assert statuses(ask, "1990-06-01", "2026-11-24")["tarasoff"] == "not_in_force"
    assert statuses(ask, "2024-05-01", "2026-11-24") == {
        "tarasoff-1974": "not_in_force",
        "tarasoff": "not_in_force",
        "civ-43-92-1986": "not_in_force",
        "civ-43-92": "effective",
    }
