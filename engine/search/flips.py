"""Sets of facts that, said otherwise, give an answer: by increasing size, all of them up to a limit that is said.

What is searched are sets of spots. Of the replies at a spot only the best are tried, those that no other reply beats on
every condition that counts; where these do not give the answer, no other reply there does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, product

from engine.search.completions import Completions
from engine.search.settle import settle_all
from engine.search.spots import Reply, Spot, state
from engine.search.targets import tally
from engine.search.trials import Trial

CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Limits:
    """Most facts in a set, and most variations tried."""

    size: int = 3
    trials: int = 20_000


@dataclass(frozen=True)
class Menu:
    """The replies to try at a spot. groups: replies that come to the same for the answer wanted. best: the first of each group that none beats."""

    groups: tuple[tuple[Reply, ...], ...]
    best: tuple[Reply, ...]

    @cached_property
    def alike(self) -> dict[Reply, tuple[Reply, ...]]:
        """The first reply of a group → the group."""
        return {group[0]: group for group in self.groups}


Choice = tuple[tuple[Spot, Reply], ...]
"""A reply at each of some spots; each stands for its group."""


@dataclass(frozen=True)
class Search:
    """What a search found. found: choices that give the answer. sizes: those searched in full.

    limit: what was left untried, in words; '' where nothing was.
    """

    found: tuple[Choice, ...]
    sizes: int
    tried: int
    limit: str


def menu(c: Completions, spot: Spot, replies: Iterable[Reply], wanted: str) -> Menu:
    """The replies that can help at a spot, grouped by what they do to the conditions that count."""
    sign = 1 if wanted == "yes" else -1
    schema = c.bench.kb.schema
    hanging = not spot.thing and len(schema.facts[spot.fact].path) > 1

    def weigh(reply: Reply | None) -> tuple[int, ...]:
        found = tuple(sign * w for w in c.concern.weigh(state(schema, c.bench.case, spot, reply)))
        return (*found, int(bool(reply and (reply.holds or reply.bars)))) if hanging else found

    now, groups = weigh(None), dict[tuple[int, ...], list[Reply]]()
    for reply in replies:
        groups.setdefault(weigh(reply), []).append(reply)
    useful = {w: tuple(found) for w, found in groups.items() if hanging or not beaten(w, now)}
    best = tuple(found[0] for w, found in useful.items() if hanging or not any(w != other and beaten(w, other) for other in useful))
    return Menu(tuple(useful.values()), best)


def beaten(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether another is at least as good on every condition."""
    return all(a <= b for a, b in zip(one, other, strict=True))


def search(c: Completions, menus: Mapping[Spot, Menu], wanted: str, limits: Limits, smallest: bool) -> Search:
    """Choices that give the answer wanted. smallest: only those with the fewest spots; else all that no smaller set of spots gives."""
    spots = [s for s, m in menus.items() if m.best]
    sets: list[frozenset[Spot]] = []
    found: list[Choice] = []
    tried = 0
    for size in range(1, len(spots) + 1):
        if next(choices(menus, spots, size, sets), None) is None:
            break
        if size > limits.size:
            return Search(tuple(found), size - 1, tried, f"sets of more than {limits.size} of the {len(spots)} facts that bear on it were not tried")
        block = list(islice(choices(menus, spots, size, sets), limits.trials - tried + 1))
        if tried + len(block) > limits.trials:
            return Search(
                tuple(found), size - 1, tried, f"sets of {size} of the {len(spots)} facts that bear on it were too many: {limits.trials:,} is the limit"
            )
        tried += len(block)
        hits = giving(c, block, wanted)
        new = list(dict.fromkeys(frozenset(s for s, _ in choice) for choice in hits))
        sets += new
        known = set(block)
        rest = [choice for one in new for choice in all_of(menus, [s for s in spots if s in one]) if choice not in known]
        found += hits + giving(c, rest, wanted)
        if found and smallest:
            return Search(tuple(found), size, tried, "")
    return Search(tuple(found), len(spots), tried, "")


def choices(menus: Mapping[Spot, Menu], spots: Sequence[Spot], size: int, sets: Sequence[frozenset[Spot]]) -> Iterator[Choice]:
    """The best replies at every set of spots of one size that contains no set found before."""
    for chosen in combinations(spots, size):
        if not any(one <= frozenset(chosen) for one in sets):
            for replies in product(*(menus[s].best for s in chosen)):
                yield tuple(zip(chosen, replies, strict=True))


def all_of(menus: Mapping[Spot, Menu], spots: Sequence[Spot]) -> Iterator[Choice]:
    """Every choice at some spots, one for each combination of groups."""
    for replies in product(*(tuple(menus[s].alike) for s in spots)):
        yield tuple(zip(spots, replies, strict=True))


def giving(c: Completions, found: Sequence[Choice], wanted: str) -> list[Choice]:
    """The choices under which every completion gives the answer wanted."""
    good: list[Choice] = []
    for start in range(0, len(found), CHUNK):
        block = found[start : start + CHUNK]
        trials = [Trial(dict(choice)) for choice in block]
        counted = tally(c.bench.run(trials), c.concern.target)
        sure = counted.yes if wanted == "yes" else counted.no
        never = counted.torn | (counted.no if wanted == "yes" else counted.yes)
        doubtful = [k for k in range(len(block)) if not (sure | never) >> k & 1 and c.doubtful(trials[k])]
        settled = set(settling(c, trials, doubtful, wanted))
        good += [choice for k, choice in enumerate(block) if sure >> k & 1 or k in settled]
    return good


def settling(c: Completions, trials: Sequence[Trial], places: Sequence[int], wanted: str) -> Iterable[int]:
    """Of the trials that leave the answer open, those of which every completion gives it all the same."""
    if not places:
        return ()
    worst = [t.supposing(c.extreme(t, wanted == "no") + c.denied(t, c.doubtful(t))) for t in (trials[k] for k in places)]
    words = c.words(worst)
    left = [k for k, word in zip(places, words, strict=True) if word == wanted]
    found = settle_all([(c, trials[k]) for k in left])
    return [k for k, prospect in zip(left, found, strict=True) if prospect.answer == wanted]
