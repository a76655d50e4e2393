"""Smallest changes under the law as it stands, against trying every change of twelve facts in a fresh assessment."""

import dataclasses
import datetime
from itertools import combinations, product
from pathlib import Path

import pytest

from engine.assess import Assessor
from engine.case_files import load_case
from engine.cases import Case
from engine.search.spots import Reply, Spot, repertoire, spots_of, with_replies
from engine.search.targets import Target
from engine.search.what_if import what_if

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarasoff.json"
TWELVE = (
    "threat.communicated_by",
    "threat.communicated_to",
    "threat.harm",
    "threat.imminence",
    "threat.seriousness",
    "threat.target",
    "professional.belief",
    "professional.relationship",
    "patient.mental_disorder",
    "patient.status",
    "patient.consents_to_disclosure",
    "victim.already_aware",
)
WARN = Target("obligation", "warn_victim")
TRIED = [
    ("US-CA", WARN, {}),
    ("US-CA", WARN, {"threat.seriousness": "not_serious", "threat.communicated_by": "third_party"}),
    ("US-CA", Target("prohibition", "warn_victim"), {}),
    ("US-TX", Target("permission", "notify_law_enforcement"), {}),
    ("US-TX", Target("prohibition", "disclose_information"), {}),
    ("GB-ENG", Target("permission", "warn_victim"), {}),
    ("GB-ENG", Target("prohibition", "notify_law_enforcement"), {}),
]


def answer(assessor: Assessor, case: Case, target: Target) -> str:
    """What a fresh assessment answers; refined only where that can matter."""
    for refined in (False, True):
        outcome = assessor.assess(case, refined=refined).outcome(target.modality, target.act)
        word = outcome.answer if outcome else "no"
        if word != "depends":
            return word
    return "depends"


@pytest.mark.slow
@pytest.mark.parametrize(("place", "target", "given"), TRIED, ids=lambda v: getattr(v, "key", "") or str(v)[:40])
def test_no_smaller_change_and_no_other(assessor: Assessor, place: str, target: Target, given: dict[str, str]) -> None:
    """No smaller change of the twelve facts gives the answer, and of that size exactly those that were found."""
    schema = assessor.kb.schema
    case = load_case(assessor.kb, str(EXAMPLE), datetime.date(2026, 11, 24))
    case = dataclasses.replace(case, jurisdictions=(place,), law_as_of=datetime.date(2024, 5, 1))
    spots = {s.fact: s for s in spots_of(schema, case)}
    case = with_replies(schema, case, {spots[fact]: Reply((value,)) for fact, value in given.items()})
    twelve = [spots[fact] for fact in TWELVE]
    got = what_if(assessor, case, place, target)
    assert got.limit == ""
    found = {frozenset(one.items()) for flip in got.flips for one in flip.variants()}
    for size in range(1, min(got.size or 1, 2) + 1):
        flips = set()
        for chosen in combinations(twelve, size):
            for other in product(*(few(assessor, case, s, size) for s in chosen)):
                changes = dict(zip(chosen, other, strict=True))
                if answer(assessor, with_replies(schema, case, changes), target) == got.wanted:
                    flips.add(frozenset(changes.items()))
        assert flips == (within(found, assessor, case, twelve, size) if size == got.size else set())


def few(assessor: Assessor, case: Case, spot: Spot, size: int) -> tuple[Reply, ...]:
    """The replies to try: all of them one by one; in pairs, the first four, for there are too many."""
    found = repertoire(assessor.kb.schema, case, spot)
    return found if size == 1 else found[:4]


def within(found: set[frozenset[tuple[Spot, Reply]]], assessor: Assessor, case: Case, spots: list[Spot], size: int) -> set[frozenset[tuple[Spot, Reply]]]:
    """Those of the changes found that brute force tries."""
    return {one for one in found if all(s in spots and r in few(assessor, case, s, size) for s, r in one)}
