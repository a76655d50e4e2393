"""Interviews answered from a hidden complete case."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from engine.assess import Assessor
from engine.cases import Case
from engine.schema import Schema
from engine.search.interview import NONE, answered, step
from engine.search.law import open_spots
from engine.search.spots import UNSAID, Reply, Spot, reply_at, state, values_of, with_replies
from engine.search.targets import Target


@dataclass(frozen=True)
class Told:
    """An interview that was carried through. unknown: the facts that asking all would ask for."""

    case: Case
    hidden: Case
    asked: tuple[Spot, ...]
    unknown: tuple[Spot, ...]
    limit: str


def unknown_spots(assessor: Assessor, case: Case, code: str) -> tuple[Spot, ...]:
    """The spots that a norm of the forum looks at, on which the case says nothing and which no presumption settles."""
    schema, forum = assessor.kb.schema, assessor.forum(code)
    looked_at = {schema.fact_of[n.iri][0].key for n in forum.program.nodes if getattr(n, "iri", "") in schema.fact_of}
    spots = open_spots(schema, case, forum)
    return tuple(s for s in spots if s.fact in looked_at and reply_at(schema, case, s) == UNSAID and leaves_open(schema, case, s))


def leaves_open(schema: Schema, case: Case, spot: Spot) -> bool:
    """Whether some value is left open, by a presumption too."""
    holds, excluded = state(schema, case, spot)
    return not set(schema.facts[spot.fact].values.values()) <= holds | excluded


def completed(assessor: Assessor, case: Case, code: str, dice: random.Random) -> Case:
    """The case with a random plain answer wherever it is silent, one that no presumption denies."""
    schema = assessor.kb.schema
    return with_replies(schema, case, {s: dice.choice(possible(schema, case, s)) for s in unknown_spots(assessor, case, code)})


def possible(schema: Schema, case: Case, spot: Spot) -> list[Reply]:
    """The plain answers that do not go against what is presumed."""
    fact, (holds, excluded) = schema.facts[spot.fact], state(schema, case, spot)
    told = {reply: state(schema, case, spot, reply) for reply in values_of(fact)}
    return [reply for reply, (held, barred) in told.items() if not held & excluded and not barred & holds]


def interview(assessor: Assessor, case: Case, hidden: Case, code: str, targets: Sequence[Target] | None = None) -> Told:
    """Ask until there is nothing left to ask, answering from the hidden case."""
    schema, asked, start = assessor.kb.schema, list[Spot](), case
    here = step(assessor, case, targets)
    while here.ask is not None:
        spot = here.ask.spot
        assert spot not in asked, "nothing is asked twice"
        asked.append(spot)
        reply = reply_at(schema, hidden, spot)
        case = answered(assessor, case, spot, reply.holds or ((NONE,) if reply.bars else ()))
        assert reply_at(schema, case, spot) == reply, (spot, reply, reply_at(schema, case, spot))
        here = step(assessor, case, targets)
    return Told(case, hidden, tuple(asked), unknown_spots(assessor, start, code), here.limit)
