"""Missing facts, smallest changes and the next question, against trying everything on random bodies of norms."""

from itertools import chain, combinations, product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_bodies import ACTS, Spec, cases, everything, specs

from engine.search.flips import Limits
from engine.search.law import as_it_stands
from engine.search.missing import answers_at, missing
from engine.search.next_question import next_question
from engine.search.spots import Reply, Spot, reply_at
from engine.search.targets import Target
from engine.search.what_if import what_if

ALL = Limits(9, 1_000_000)
targets = st.builds(Target, st.sampled_from(["obligation", "permission", "prohibition"]), st.sampled_from(ACTS))
quiet = settings(phases=[Phase.generate], max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.slow
@quiet
@given(specs, cases, targets, st.sampled_from(["yes", "no"]))
def test_changes_are_all_the_smallest(found: list[Spec], said: dict[Spot, Reply], target: Target, wanted: str) -> None:
    """What if finds exactly the smallest sets of changes that give an answer, no more and no fewer."""
    (world,) = everything(found, said, [target])
    size, expected = world.smallest(wanted)
    got = what_if(world.assessor, world.case, "P", target, wanted, ALL)
    assert got.limit == ""
    assert {frozenset(one.items()) for flip in got.flips for one in flip.variants()} == (expected if size else set())
    assert got.size == size


@pytest.mark.slow
@settings(quiet, max_examples=60)
@given(specs, cases)
def test_an_assessment_settles_what_all_completions_settle(found: list[Spec], said: dict[Spot, Reply]) -> None:
    """Every answer of an assessment is the one that all completions give, and is open exactly where two of them differ."""
    every = everything(found, said, [Target(m, a) for m in ("obligation", "permission", "prohibition") for a in ACTS])
    world = every[0]
    now = {s: reply_at(world.assessor.kb.schema, world.case, s) for s in world.spots}
    assessment = world.assessor.assess(world.case)
    assert {w.target: w.answer(assessment) for w in every} == {w.target: w.settled(now) for w in every}
    assert not assessment.forums[0].problems


@pytest.mark.slow
@quiet
@given(specs, cases, targets)
def test_needed_facts_are_those_it_turns_on(found: list[Spec], said: dict[Spot, Reply], target: Target) -> None:
    """The facts needed are those of which two values give different answers in some completion; together they always settle it."""
    (world,) = everything(found, said, [target])
    got = missing(world.assessor, world.case, "P", target, ALL)
    assert got.limit == ""
    assert set(got.needed) == world.needed()
    assert got.answer == world.settled({s: reply_at(world.assessor.kb.schema, world.case, s) for s in world.spots})


@pytest.mark.slow
@quiet
@given(specs, cases, targets)
def test_missing_sets_are_all_the_smallest(found: list[Spec], said: dict[Spot, Reply], target: Target) -> None:
    """For yes and for no: every set of unknown facts, smallest by inclusion, of which some answers settle it, with those answers."""
    (world,) = everything(found, said, [target])
    got = missing(world.assessor, world.case, "P", target, ALL)
    schema = world.assessor.kb.schema
    now = {s: reply_at(schema, world.case, s) for s in world.spots}
    if world.settled(now) != "depends":
        assert not got.to_yes + got.to_no
        return
    (c,) = as_it_stands(world.assessor, world.case, "P", (target,))
    open_spots = {s: list(answers_at(c, s)) for s in world.spots}
    open_spots = {s: rs for s, rs in open_spots.items() if rs and rs[0] != Reply((), ())}
    for wanted, flips in (("yes", got.to_yes), ("no", got.to_no)):
        sets: set[frozenset[Spot]] = set()
        expected = set()
        for chosen in chain.from_iterable(combinations(open_spots, n) for n in range(1, len(open_spots) + 1)):
            if any(one <= set(chosen) for one in sets):
                continue
            for other in product(*(open_spots[s] for s in chosen)):
                if world.settled(now | dict(zip(chosen, other, strict=True))) == wanted:
                    expected.add(frozenset(zip(chosen, other, strict=True)))
                    sets.add(frozenset(chosen))
        assert {frozenset(one.items()) for flip in flips for one in flip.variants()} == expected


@pytest.mark.slow
@quiet
@given(specs, cases)
def test_next_question_is_one_that_matters(found: list[Spec], said: dict[Spot, Reply]) -> None:
    """A fact is asked for only if some open answer turns on it, and asking stops only when every answer is settled or turns on nothing that may be asked."""
    every = everything(found, said, [Target(m, a) for m in ("obligation", "permission", "prohibition") for a in ACTS])
    world = every[0]
    schema = world.assessor.kb.schema
    got = next_question(world.assessor, world.case, "P", [w.target for w in every])
    now = {s: reply_at(schema, world.case, s) for s in world.spots}
    assert got.limit == ""
    assert dict(got.settled) == {w.target: w.settled(now) for w in every if w.settled(now) != "depends"}
    turns = set().union(*(w.needed() for w in every))
    askable = {s for s in turns if now[s] == Reply(said=False)}
    assert bool(got.candidates) == bool(askable)
    assert {c.spot for c in got.candidates} <= askable


def test_facts_that_only_count_together_are_found() -> None:
    """A duty on exactly one of two facts: neither settles it alone, both are needed, and one of them is asked for all the same."""
    trigger = ("or", ("and", "FTrue", ("not", "GTrue")), ("and", ("not", "FTrue"), "GTrue"))
    (world,) = everything([("Obligation", frozenset("a"), trigger, frozenset(), False)], {}, [Target("obligation", "a")])
    got = missing(world.assessor, world.case, "P", world.target, ALL)
    assert set(got.needed) == world.needed() == {Spot("case", "f"), Spot("case", "g")}
    assert {frozenset(c.spot for c in flip.changes) for flip in got.to_yes} == {frozenset(got.needed)}
    asked = next_question(world.assessor, world.case, "P", [world.target])
    assert asked.best is not None
    assert asked.best.settles == 0
    assert asked.best.spot in got.needed
    assert asked.best.waiting == (world.target,)
