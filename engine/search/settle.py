"""Whether every completion of what is unknown gives one and the same answer: exact, by search, with a limit that is said.

Kleene's three-valued answer is exact for facts that count one way only (engine/polarity.py). So these are set at once as
an answer wants them, to either extreme, and only the others, the suspects, are tried value by value, as long as the answer
is open. Both extremes of a partly tried case bound all its completions; most are cut off there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from engine.cases import Said
from engine.search.completions import Completions, LimitError
from engine.search.targets import tally
from engine.search.trials import AS_IT_STANDS, Trial

WORDS = ("yes", "no", "contradictory", "depends")
BLOCK = 64
"""Partly tried cases that are taken up at a time."""
LIMIT = 4096
"""Most partly tried cases for one question."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the completions of a case answer. answer: the one that all give, or '' where two differ.

    one, other: completions that differ. sure: False where the limit was hit before it was known.
    """

    answer: str
    one: Trial | None = None
    other: Trial | None = None
    sure: bool = True


def settle(completions: Completions, trial: Trial = AS_IT_STANDS, limit: int = LIMIT) -> Prospect:
    """What all completions of a variation answer."""
    return settle_all([(completions, trial)], limit)[0]


def settle_all(asked: Sequence[tuple[Completions, Trial]], limit: int = LIMIT) -> tuple[Prospect, ...]:
    """The same for several targets and variations over one bench.

    Two looks at all of them together end most: both extremes, then each suspect value alone. The rest are searched.
    """
    found: dict[int, Prospect] = {}
    first = see(asked, [first_look(c, trial) for c, trial in asked])
    for i, (looks, words) in enumerate(first):
        prospect = judge(looks, words)
        if prospect is not None:
            found[i] = prospect
    left = [i for i in range(len(asked)) if i not in found]
    second = see([asked[i] for i in left], [second_look(*asked[i], first[i][0][2:]) for i in left])
    hard = []
    for i, (looks, words) in zip(left, second, strict=True):
        start, word = first[i][0][2], first[i][1][2]
        other = next((look for look, w in zip(looks, words, strict=True) if w != word), None)
        if other is None:
            hard.append((i, start, word))
        else:
            found[i] = Prospect("", start, other)
    found |= search([(i, *asked[i], start, word) for i, start, word in hard], limit)
    return tuple(found[i] for i in range(len(asked)))


def see(asked: Sequence[tuple[Completions, Trial]], looks: Sequence[Sequence[Trial]]) -> list[tuple[Sequence[Trial], list[str]]]:
    """Each one's looks with the answers in them, all in one run."""
    together = [look for own in looks for look in own]
    if not together:
        return [(own, []) for own in looks]
    decision = asked[0][0].bench.run(together)
    counted = {target: tally(decision, target) for target in {c.concern.target for c, _ in asked}}
    found, k = [], 0
    for (c, _), own in zip(asked, looks, strict=True):
        found.append((own, [counted[c.concern.target].word(k + j) for j in range(len(own))]))
        k += len(own)
    return found


def first_look(c: Completions, trial: Trial) -> tuple[Trial, ...]:
    """Both extremes with the suspects left open, and with all of them denied."""
    low, high = trial.supposing(c.extreme(trial, up=False)), trial.supposing(c.extreme(trial, up=True))
    none = c.denied(trial, c.doubtful(trial))
    return low, high, low.supposing(none), high.supposing(none)


def judge(looks: Sequence[Trial], words: Sequence[str]) -> Prospect | None:
    """What the first look shows, if anything."""
    if words[0] == "yes" or words[1] == "no":
        return Prospect("yes" if words[0] == "yes" else "no")
    return Prospect("", looks[2], looks[3]) if words[2] != words[3] else None


def second_look(c: Completions, trial: Trial, ends: Sequence[Trial]) -> tuple[Trial, ...]:
    """Both extremes with one suspect value affirmed, and what it implies, and all others denied."""
    axioms, found = c.bench.kb.schema.axioms, []
    for spot in c.doubtful(trial):
        classes = c.atoms(trial, spot)
        keys = {(spot.thing, cls) for cls in classes}
        rest = [tuple(a for a in end.atoms if (a.thing, a.cls) not in keys) for end in ends]
        for cls in classes:
            way = tuple(Said(spot.thing, other, other in axioms.wider(cls), "supposed") for other in classes)
            found += [Trial(trial.replies, atoms + way) for atoms in rest]
    return tuple(found)


WAYS = {"yes": (False,), "no": (True,)}
"""An answer that both extremes give → the extremes from which another could come."""


def search(asked: Sequence[tuple[int, Completions, Trial, Trial, str]], limit: int) -> dict[int, Prospect]:
    """For (number, target, variation, one completion, its answer): whether some completion answers otherwise."""
    hunts = {(i, up): Hunt(c, trial, frozenset(WORDS) - {word}, up) for i, c, trial, _, word in asked for up in WAYS.get(word, (True, False))}
    chase(list(hunts.values()), limit)
    found = {}
    for i, _, _, start, word in asked:
        mine = [hunt for (j, _), hunt in hunts.items() if j == i]
        other = next((hunt.found for hunt in mine if hunt.found is not None), None)
        sure = other is not None or all(hunt.sure for hunt in mine)
        found[i] = Prospect("" if other is not None or not sure else word, start if other is not None else None, other, sure)
    return found


class Hunt:
    """The search for a completion with one of the answers wanted, with what counts one way at one extreme.

    found: the completion, or None. sure: False where the limit was hit. open: whether it is still going on.
    """

    def __init__(self, c: Completions, trial: Trial, wanted: Collection[str], up: bool) -> None:
        self.c, self.wanted = c, wanted
        self.closing = "no" if up else "yes"
        self.doubtful = c.doubtful(trial)
        self.stack: list[tuple[int, Trial]] = [(0, trial.supposing(c.extreme(trial, up)))]
        self.tried = 0
        self.found: Trial | None = None
        self.sure = True

    @property
    def open(self) -> bool:
        """Whether there is more to try."""
        return bool(self.stack) and self.found is None and self.sure

    def take(self, limit: int) -> list[tuple[int, Trial, Trial]]:
        """The next partly tried cases: (suspects tried, the case, the case with all other suspects denied)."""
        block, self.stack = self.stack[-BLOCK:], self.stack[:-BLOCK]
        self.tried += len(block)
        self.sure = self.tried <= limit
        return [(depth, node, node.supposing(self.c.denied(node, self.doubtful[depth:]))) for depth, node in block] if self.sure else []

    def learn(self, block: Sequence[tuple[int, Trial, Trial]], words: Sequence[str]) -> None:
        """Go on from the answers to what was taken, two for each."""
        for (depth, node, whole), partly, answer in zip(block, words[::2], words[1::2], strict=True):
            if answer in self.wanted:
                self.found = whole
                return
            if partly != self.closing and depth < len(self.doubtful):
                self.branch(depth, node)

    def branch(self, depth: int, node: Trial) -> None:
        """Try every way to answer the next suspect."""
        try:
            self.stack += [(depth + 1, node.supposing(way)) for way in self.c.ways(node, self.doubtful[depth])]
        except LimitError:
            self.sure = False


def chase(hunts: Sequence[Hunt], limit: int = LIMIT) -> None:
    """Carry several searches over one bench through, side by side in the same runs."""
    while going := [hunt for hunt in hunts if hunt.open]:
        blocks = [hunt.take(limit) for hunt in going]
        looks = [[t for _, node, whole in block for t in (node, whole)] for block in blocks]
        for hunt, block, (_, words) in zip(going, blocks, see([(hunt.c, AS_IT_STANDS) for hunt in going], looks), strict=True):
            hunt.learn(block, words)
