"""Which unknown facts an answer really turns on: those whose value changes it, whatever else is true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.search.completions import Completions, LimitError
from engine.search.settle import BLOCK, LIMIT, Prospect, settle
from engine.search.spots import Spot
from engine.search.trials import AS_IT_STANDS, Trial


@dataclass(frozen=True, slots=True)
class Essential:
    """The spots an answer turns on. sure: False where the limit was hit: there may be more."""

    spots: tuple[Spot, ...]
    sure: bool = True


def essential(c: Completions, prospect: Prospect, limit: int = LIMIT) -> Essential:
    """The spots each of which changes the answer in some completion.

    They are the one smallest set of facts that settles the answer whatever they turn out to be: without one of them
    the answer is open in some completion, and with all of them it is open in none.
    """
    if prospect.answer or prospect.one is None or prospect.other is None:
        return Essential((), prospect.sure)
    candidates = tuple(s for s in c.spots if c.atoms(AS_IT_STANDS, s))
    known = decisive(c, candidates) | set(turning(c, prospect.one, prospect.other))
    try:
        while len(known) < len(candidates):
            pair = leak(c, tuple(s for s in candidates if s in known), limit)
            if pair is None:
                break
            known |= set(turning(c, *pair))
    except LimitError:
        return Essential(tuple(s for s in candidates if s in known), sure=False)
    return Essential(tuple(s for s in candidates if s in known))


def decisive(c: Completions, spots: Sequence[Spot], trial: Trial = AS_IT_STANDS) -> set[Spot]:
    """The spots of which one value alone settles an open answer: it turns on each of them."""
    tries = [(s, trial.supposing(way)) for s in spots for way in c.ways(trial, s)]
    words = c.words([t for _, t in tries])
    return {s for (s, _), word in zip(tries, words, strict=True) if word in ("yes", "no")}


def turning(c: Completions, one: Trial, other: Trial) -> Iterable[Spot]:
    """On the way from one completion to another, one spot at a time: the spots at which the answer changes."""
    before, after = ({(a.thing, a.cls): a for a in t.atoms} for t in (one, other))
    steps, spots = [one], []
    for spot in c.spots:
        keys = [(spot.thing, cls) for cls in c.bench.kb.schema.facts[spot.fact].values.values()]
        if any(before.get(k) != after.get(k) for k in keys):
            before = {k: a for k, a in before.items() if k not in keys} | {k: after[k] for k in keys if k in after}
            steps.append(Trial(one.replies, tuple(before.values())))
            spots.append(spot)
    words = c.words(steps)
    return [spot for spot, was, now in zip(spots, words, words[1:], strict=False) if was != now]


def leak(c: Completions, spots: Sequence[Spot], limit: int = LIMIT) -> tuple[Trial, Trial] | None:
    """Two completions that agree on some spots and answer differently; None if there are none."""
    stack: list[tuple[int, Trial]] = [(0, AS_IT_STANDS)]
    tried = 0
    while stack:
        block, stack = stack[-BLOCK:], stack[:-BLOCK]
        tried += len(block)
        if tried > limit:
            raise LimitError
        words = c.words([t for _, t in block])
        for (depth, node), word in zip(block, words, strict=True):
            if word in ("yes", "no"):
                continue
            if depth < len(spots):
                stack += [(depth + 1, node.supposing(way)) for way in c.ways(node, spots[depth])]
                continue
            found = settle(c, node, limit)
            if not found.sure:
                raise LimitError
            if found.one is not None and found.other is not None:
                return found.one, found.other
    return None
