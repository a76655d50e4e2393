"""What a case says, one fact and one thing at a time, and the same case with something else said there."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.cases import Case, Said, Silent
from engine.schema import Fact, Schema


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place where a case may say something: one fact about one thing; thing '' is whatever act is considered."""

    thing: str
    fact: str


@dataclass(frozen=True, slots=True, order=True)
class Reply:
    """What is said at a spot: values that hold, values that do not. Neither of them: that it is not known (`null`).

    said: False where nothing is said at all, so that a presumption stands.
    """

    holds: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    said: bool = True


UNSAID = Reply(said=False)
UNKNOWN = Reply()

State = tuple[frozenset[str], frozenset[str]]
"""(classes that hold, classes that do not), closed under what is told."""


def spots_of(schema: Schema, case: Case) -> tuple[Spot, ...]:
    """Every spot of a case, fact by fact. Facts that stand for outcomes of norms are left to the norms."""
    found = []
    for fact in schema.facts.values():
        things = case.reached(fact.path)
        found += [Spot(thing, fact.key) for thing in (("", *things) if fact.path[:1] == (schema.act_role,) else things)]
    return tuple(found)


def said_at(schema: Schema, case: Case, spot: Spot) -> tuple[tuple[Said, ...], tuple[Silent, ...]]:
    """The statements of a case at a spot."""
    classes = set(schema.facts[spot.fact].values.values())
    silent = tuple(s for s in case.silent if (s.thing, s.fact) == (spot.thing, spot.fact))
    if spot.thing:
        return tuple(s for s in case.said if s.thing == spot.thing and s.cls in classes), silent
    return tuple(Said("", cls, holds, origin) for _, cls, holds, origin in case.about_acts if cls in classes), silent


def reply_at(schema: Schema, case: Case, spot: Spot) -> Reply:
    """What a case says at a spot. What a complete list leaves out is not told again."""
    said, silent = said_at(schema, case, spot)
    words = {cls: word for word, cls in schema.facts[spot.fact].values.items()}
    holds = tuple(dict.fromkeys(words[s.cls] for s in said if s.holds))
    bars = tuple(dict.fromkeys(words[s.cls] for s in said if not s.holds and s.origin != "listed"))
    return Reply(holds, bars) if said else UNKNOWN if silent else UNSAID


def statements(schema: Schema, spot: Spot, reply: Reply) -> tuple[tuple[Said, ...], tuple[Silent, ...]]:
    """A reply as statements; values of a fact that is not exclusive are a complete list, as in JSON."""
    fact = schema.facts[spot.fact]
    if not reply.holds and not reply.bars:
        return (), ((Silent(spot.thing, spot.fact),) if reply.said else ())
    holds = tuple(fact.values[word] for word in reply.holds)
    left_out = schema.unmentioned(fact, holds) if holds and not fact.exclusive else ()
    found = [Said(spot.thing, cls, True) for cls in holds]
    found += [Said(spot.thing, cls, False, "listed") for cls in left_out]
    found += [Said(spot.thing, fact.values[word], False) for word in reply.bars]
    return tuple(found), ()


def without(schema: Schema, case: Case, spots: Iterable[Spot]) -> Case:
    """The case with nothing said at some spots."""
    gone = {(spot.thing, cls) for spot in spots for cls in schema.facts[spot.fact].values.values()}
    hushed = {(spot.thing, spot.fact) for spot in spots}
    return dataclasses.replace(
        case,
        said=tuple(s for s in case.said if (s.thing, s.cls) not in gone),
        about_acts=tuple(a for a in case.about_acts if ("", a[1]) not in gone),
        silent=tuple(s for s in case.silent if (s.thing, s.fact) not in hushed),
    )


def with_replies(schema: Schema, case: Case, replies: Mapping[Spot, Reply]) -> Case:
    """The case with something else said at some spots. It is assessed like any other case."""
    bare = without(schema, case, tuple(replies))
    found = [statements(schema, spot, reply) for spot, reply in replies.items()]
    said = [s for one, _ in found for s in one]
    about = tuple((schema.fact_of[s.cls][0].path[1:], s.cls, s.holds, s.origin) for s in said if not s.thing)
    return dataclasses.replace(
        bare,
        said=bare.said + tuple(s for s in said if s.thing),
        about_acts=bare.about_acts + about,
        silent=bare.silent + tuple(s for _, silent in found for s in silent),
    )


def values_of(fact: Fact) -> tuple[Reply, ...]:
    """The plain answers to a question: each value alone, and, unless it is a yes or no, none of them."""
    alone = tuple(Reply((word,)) for word in fact.values)
    return alone if fact.yes_no else (*alone, Reply((), tuple(fact.values)))


def repertoire(schema: Schema, case: Case, spot: Spot) -> tuple[Reply, ...]:
    """All that may be said at a spot in place of what is said there.

    The plain answers; for a list, one value more or one less; nothing at all; and, against a presumption, not known.
    """
    fact, now = schema.facts[spot.fact], reply_at(schema, case, spot)
    found = [*values_of(fact), UNSAID]
    if now.holds and not fact.exclusive:
        found += [Reply((*now.holds, word)) for word in fact.values if word not in now.holds]
        found += [Reply(tuple(w for w in now.holds if w != word)) for word in now.holds if len(now.holds) > 1]
    if fact.presumed is not None:
        found.append(UNKNOWN)
    same = {now, UNSAID} if fact.presumed is None and now == UNKNOWN else {now}
    return tuple(reply for reply in dict.fromkeys(found) if reply not in same)


def told(schema: Schema, said: Iterable[Said]) -> State:
    """All that follows from statements about one thing by told axioms."""
    axioms, holds, excluded = schema.axioms, set[str](), set[str]()
    for s in said:
        if s.holds:
            holds |= axioms.wider(s.cls)
            excluded |= axioms.barred(s.cls)
        else:
            excluded |= axioms.narrower(s.cls)
    return frozenset(holds), frozenset(excluded)


def state(schema: Schema, case: Case, spot: Spot, reply: Reply | None = None) -> State:
    """What a reply tells, or what the case as it stands tells at a spot; a presumption where nothing is said."""
    said, silent = statements(schema, spot, reply) if reply is not None else said_at(schema, case, spot)
    fact = schema.facts[spot.fact]
    if not said and not silent and fact.presumed is not None:
        said = (Said(spot.thing, fact.presumed, True),)
        if not fact.exclusive:
            said += tuple(Said(spot.thing, cls, False) for cls in schema.unmentioned(fact, (fact.presumed,)))
    return told(schema, said)
