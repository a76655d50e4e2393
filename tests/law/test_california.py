"""Cal. Civ. Code § 43.92 on given facts: status, and what is missing."""

from typing import Any

import pytest
from asking import Ask

PATIENT_TOLD_PSYCHOLOGIST = {
    "professional.role": "psychologist",
    "threat.communicated_by": "patient",
    "threat.communicated_to": "professional",
    "threat.harm": "death",
}
SERIOUS, NAMED, CROWD = {"threat.seriousness": "serious"}, {"threat.target": "clearly_identified_victim"}, {"threat.target": "general_public"}

CASES = {
    "serious threat, identified victim": (SERIOUS | NAMED, "2024-05-01", "effective", set()),
    "nobody identifiable": (SERIOUS | CROWD, "2024-05-01", "not_triggered", set()),
    "seriousness not stated": (NAMED, "2024-05-01", "undetermined", {"threat.seriousness"}),
    "harm to property alone": (SERIOUS | NAMED | {"threat.harm": "property_damage"}, "2024-05-01", "not_triggered", set()),
    "any harm, which may be physical": (SERIOUS | NAMED | {"threat.harm": "any_harm"}, "2024-05-01", "undetermined", {"threat.harm"}),
    "a probation officer is not bound": (SERIOUS | NAMED | {"professional.role": "probation_officer"}, "2024-05-01", "not_bound", set()),
    "the day before it took effect": (SERIOUS | NAMED, "2012-12-31", "not_in_force", set()),
    "the day it took effect": (SERIOUS | NAMED, "2013-01-01", "effective", set()),
}


@pytest.mark.parametrize(("given", "on", "status", "missing"), CASES.values(), ids=CASES)
def test_duty_to_protect(ask: Ask, given: dict[str, Any], on: str, status: str, missing: set[str]) -> None:
    """§ 43.92 binds a psychotherapist on a patient's serious threat of violence against an identifiable person."""
    found = ask("US-CA", PATIENT_TOLD_PSYCHOLOGIST | given, on).norm("us-ca-civ-43-92")
    assert found is not None
    assert (found.status, set(found.missing)) == (status, missing)
