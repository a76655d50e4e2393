"""Which unknown facts would settle an answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.assess import Assessor
from engine.cases import Case
from engine.search.completions import Completions
from engine.search.essential import essential
from engine.search.flips import Limits, menu, search
from engine.search.law import as_it_stands, doubts
from engine.search.settle import settle
from engine.search.spots import Reply, Spot, reply_at
from engine.search.targets import Target
from engine.search.trials import AS_IT_STANDS
from engine.search.what_if import Flip, flip

SETS = Limits(4, 20_000)


@dataclass(frozen=True)
class Missing:
    """What would settle an open answer.

    answer: the settled answer, or 'depends'. needed: the one smallest set of spots that settles it *whatever* they turn out
    to be; it is the set of all facts the answer turns on. to_yes, to_no: for every set of spots, smallest by inclusion, of
    which *some* replies settle it so: those replies, as changes of the case. limit: what was not tried; '' where exact.
    """

    target: Target
    answer: str
    needed: tuple[Spot, ...]
    to_yes: tuple[Flip, ...]
    to_no: tuple[Flip, ...]
    limit: str


def missing(assessor: Assessor, case: Case, code: str, target: Target, limits: Limits = SETS) -> Missing:
    """The unknown facts that would settle an answer in one forum."""
    (c,) = as_it_stands(assessor, case, code, (target,))
    prospect = settle(c)
    if prospect.answer:
        return Missing(target, prospect.answer, (), (), (), doubts(assessor))
    turns = essential(c, prospect)
    ways = {wanted: settling(assessor, case, c, wanted, limits) for wanted in ("yes", "no")}
    texts = dict.fromkeys([*(limit for _, limit in ways.values()), "" if turns.sure else "not every fact was tried for whether the answer turns on it"])
    limit = "; ".join(t for t in (*texts, doubts(assessor)) if t)
    return Missing(target, "depends", turns.spots, ways["yes"][0], ways["no"][0], limit)


def settling(assessor: Assessor, case: Case, c: Completions, wanted: str, limits: Limits) -> tuple[tuple[Flip, ...], str]:
    """(replies at the smallest sets of unknown spots that give an answer, what was not tried)."""
    menus = {s: menu(c, s, answers_at(c, s), wanted) for s in c.spots if c.atoms(AS_IT_STANDS, s)}
    found = search(c, menus, wanted, limits, smallest=False)
    return tuple(flip(assessor.kb.schema, case, menus, choice) for choice in found.found), found.limit


def answers_at(c: Completions, spot: Spot) -> Iterable[Reply]:
    """What may be answered at a spot besides what is said there: one value that is open, or that none of them holds."""
    schema = c.bench.kb.schema
    fact, now = schema.facts[spot.fact], reply_at(schema, c.bench.case, spot)
    words = tuple(word for word, cls in fact.values.items() if is_open(c, spot, cls))
    found = [Reply((*now.holds, word), now.bars) for word in words]
    return found if fact.yes_no else [*found, Reply(now.holds, (*now.bars, *words))]


def is_open(c: Completions, spot: Spot, cls: str) -> bool:
    """Whether a value is neither held nor excluded as the case stands."""
    if not spot.thing:
        return cls in c.atoms(AS_IT_STANDS, spot) or cls not in c.concern.classes
    holds, excluded = c.decision.world.told(cls)
    return not (holds | excluded) >> c.decision.scene.slot(spot.thing) * c.decision.world.cases & 1
