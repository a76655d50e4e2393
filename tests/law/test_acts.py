"""Defeat is per act, and a permission covers exactly the acts toward the people it names."""

from asking import Ask

from engine.assess import Assessor

TOLD = {
    "professional.role": "psychologist",
    "threat.communicated_by": "patient",
    "threat.communicated_to": "professional",
    "threat.harm": "death",
    "threat.seriousness": "serious",
    "threat.target": "clearly_identified_victim",
    "professional.belief": "actually_believes",
}
NOT_DANGEROUS_BY_DISORDER = {"patient.dangerous_by_disorder": False}
TEXAS = TOLD | {"professional.role": "psychiatrist", "threat.imminence": "imminent", "threat.likelihood": "likely"}


def test_a_duty_to_warn_leaves_every_other_disclosure_forbidden(ask: Ask, assessor: Assessor) -> None:
    """California: privilege gives way for the victim and the police, and stands toward everyone else."""
    found = ask("US-CA", TOLD | NOT_DANGEROUS_BY_DISORDER).norm("us-ca-evid-1014")
    assert found is not None
    assert found.acts["warn_victim"] == found.acts["notify_law_enforcement"] == "defeated"
    assert {found.acts[act] for act in ("disclose_information", "notify_public_agency", "testify")} == {"effective"}
    assert found.acts["warn_family_of_patient"] != "defeated"


def test_a_permission_covers_exactly_its_recipients(ask: Ask) -> None:
    """Texas: medical and law-enforcement personnel may be told, the threatened person may not."""
    answers = ask("US-TX", TEXAS).outcomes
    assert answers["permission"]["notify_law_enforcement"].by_order["state_law"] == "yes"
    assert answers["permission"]["warn_victim"].by_order.get("state_law", "no") == "no"
    assert answers["prohibition"]["warn_victim"].by_order["state_law"] == "yes"
    assert answers["prohibition"]["notify_law_enforcement"].by_order["state_law"] == "no"


def test_the_recipient_may_be_said_by_the_case(ask: Ask) -> None:
    """A disclosure of no named kind is judged by the recipient that the case states."""
    answers = {}
    for recipient in ("law_enforcement", "press"):
        outcome = ask("US-TX", TEXAS | {"disclosure.recipient": recipient}).outcome("permission", "disclose_minimum_necessary")
        answers[recipient] = outcome.by_order.get("state_law", "no") if outcome else "no"
    assert answers == {"law_enforcement": "yes", "press": "no"}


def test_no_duty_is_not_the_absence_of_a_duty(ask: Ask) -> None:
    """Texas denies a duty; that is an answer of its own."""
    found = ask("US-TX", TEXAS)
    duty, denial = found.outcome("obligation", "warn_victim"), found.outcome("no_duty", "warn_victim")
    assert duty is None or duty.by_order.get("state_law", "no") == "no"
    assert denial is not None
    assert denial.answer == "yes"


def test_a_recipient_of_the_disclosure_contradicts_no_named_act(ask: Ask, assessor: Assessor) -> None:
    """Whoever is said to receive the disclosure: acts that name their own recipient keep him, and nothing is said and denied at once."""
    for value in assessor.kb.schema.facts["disclosure.recipient"].values:
        found = ask("US-CA", {"professional.role": "psychologist", "disclosure.recipient": value})
        assert not found.forums[0].contradictions, value
