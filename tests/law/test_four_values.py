"""Unknown, presumed, contradictory; several victims; several forums."""

from asking import Ask

TOLD = {
    "professional.role": "psychologist",
    "threat.communicated_by": "patient",
    "threat.communicated_to": "professional",
    "threat.harm": "death",
    "threat.seriousness": "serious",
}
NAMED = {"threat.target": "clearly_identified_victim"}


def test_an_empty_case_knows_nothing_and_denies_nothing(ask: Ask) -> None:
    """Nothing stated: every duty of the state in force waits, none is said not to arise."""
    duties = [n for n in ask("US-CA", {}).norms_of("obligation") if n.status != "not_in_force" and n.norm.jurisdiction.endswith("/US-CA")]
    assert duties
    assert {n.status for n in duties} == {"undetermined"}


def test_consent_is_presumed_absent_until_stated(ask: Ask) -> None:
    """Privilege is not lifted by silence; consent lifts it; consent said to be unknown leaves it open."""
    answers = {}
    for name, fact in {"silent": {}, "stated": {"patient.consents_to_disclosure": True}, "unknown": {"patient.consents_to_disclosure": None}}.items():
        found = ask("US-CA", TOLD | NAMED | {"patient.dangerous_by_disorder": False} | fact).norm("us-ca-evid-1014")
        assert found is not None
        answers[name] = found.acts.get("disclose_information", found.status)
    assert answers == {"silent": "effective", "stated": "not_triggered", "unknown": "undetermined"}


def test_a_contradiction_stays_local_and_shows_both_grounds(ask: Ask) -> None:
    """A threat said to be and not to be serious: the duty is contradictory, the rest of the answer stands."""
    found = ask("US-CA", TOLD | NAMED | {"threat.seriousness": {"is": "serious", "not": "serious"}})
    (contradiction,) = found.forums[0].contradictions
    assert contradiction.fact == "threat.seriousness"
    assert contradiction.grounds_for
    assert contradiction.grounds_against
    duty = found.norm("us-ca-civ-43-92")
    assert duty is not None
    assert (duty.status, duty.contradictory) == ("undetermined", True)
    outcome = found.outcome("obligation", "warn_victim")
    assert outcome is not None
    assert outcome.answer == "contradictory"
    assert found.norm("us-ca-gov-856") is not None


def test_of_several_victims_one_is_identifiable(ask: Ask) -> None:
    """The duty to warn is toward the identifiable one; toward the other there is none."""
    victims = [
        {"id": "anna", "facts": {"threat.target": "clearly_identified_victim"}},
        {"id": "someone", "facts": {"threat.target": {"is": "general_public", "not": "foreseeable_victim"}}},
    ]
    found = ask("US-CA", TOLD, threats=[{"id": "threat", "victims": victims}])
    outcome = found.outcome("obligation", "warn_victim")
    assert outcome is not None
    assert outcome.answer == "yes"
    assert outcome.recipients == ("anna",)
    assert outcome.toward == {"anna": "yes", "someone": "no"}


def test_conditions_on_one_threat_are_met_by_one_threat(ask: Ask) -> None:
    """A serious threat at nobody in particular and a joke at someone known do not add up to a duty."""
    threats = [
        {"facts": {"threat.seriousness": "serious"}, "victims": [{"facts": {"threat.target": "general_public"}}]},
        {"facts": {"threat.seriousness": "not_serious"}, "victims": [{"facts": NAMED}]},
    ]
    shared = {k: v for k, v in TOLD.items() if k != "threat.seriousness"}
    found = ask("US-CA", shared, threats=threats).norm("us-ca-civ-43-92")
    assert found is not None
    assert found.status == "not_triggered"


def test_two_forums_with_different_law(ask: Ask) -> None:
    """A patient in California and a therapist in Texas: side by side, and what either requires binds."""
    found = ask(["US-CA", "US-TX"], TOLD | NAMED)
    own = {f.jurisdiction: f.outcomes.get("obligation", {}).get("warn_victim") for f in found.forums}
    assert own["US-CA"] is not None
    assert own["US-CA"].answer == "yes"
    assert own["US-TX"] is None or own["US-TX"].by_order.get("state_law", "no") == "no"
    together = found.outcome("obligation", "warn_victim")
    assert together is not None
    assert together.answer == "yes"
    assert any(c.kind == "conflict" and {c.one, c.other} & {"us-tx-611-002"} for c in found.clashes)


def test_a_list_of_threats_that_is_empty_is_complete(ask: Ask) -> None:
    """No threats: no duty arises from one."""
    facts = {k: v for k, v in TOLD.items() if not k.startswith("threat")}
    found = ask("US-CA", facts, threats=[]).norm("us-ca-civ-43-92")
    assert found is not None
    assert found.status == "not_triggered"


def test_what_every_completion_settles_is_settled(ask: Ask) -> None:
    """An immunity whose trigger is the complement of the duty's: one of the two always applies, and unknown facts stay named."""
    found = ask("US-CA", {k: v for k, v in (TOLD | NAMED).items() if k != "threat.seriousness"})
    duty, shield = found.norm("us-ca-civ-43-92"), found.norm("us-ca-civ-43-92-immunity")
    assert duty is not None
    assert shield is not None
    assert duty.missing == ("threat.seriousness",)
    assert "threat.seriousness" in shield.missing
