"""Whether every completion of what is unknown gives one and the same answer: exact, by search, with a limit that is said.

Kleene's three-valued answer is exact for facts that count one way only (engine/polarity.py). So these are set at once as
an answer wants them, to either extreme, and only the others, the suspects, are tried value by value, as long as the answer
is open. Both extremes of a partly tried case bound all its completions; most are cut off there.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from engine.axioms import Axioms
from engine.cases import Said
from engine.decide import Decision
from engine.search.relevance import Concern
from engine.search.spots import Reply, Spot, state
from engine.search.targets import tally
from engine.search.trials import AS_IT_STANDS, Bench, Trial

WORDS = ("yes", "no", "contradictory", "depends")
BLOCK = 64
"""Partly tried cases that are taken up at a time."""
LIMIT = 4096
"""Most partly tried cases for one question."""


class LimitError(Exception):
    """There were more completions to try than the limit."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the completions of a case answer. answer: the one that all give, or '' where two differ.

    one, other: completions that differ. sure: False where the limit was hit before it was known.
    """

    answer: str
    one: Trial | None = None
    other: Trial | None = None
    sure: bool = True


@dataclass(frozen=True, eq=False)
class Completions:
    """The unknown memberships that bear on a target, in a case and its variations. spots: those that bear on it.

    decision: the case as it stands.
    """

    bench: Bench
    concern: Concern
    spots: tuple[Spot, ...]
    decision: Decision

    @cached_property
    def _open(self) -> dict[tuple[Spot, Reply | None, bool], tuple[str, ...]]:
        return {}

    @cached_property
    def plain(self) -> tuple[Spot, ...]:
        """The spots of facts that count one way only."""
        return tuple(s for s in self.spots if s.fact not in self.suspects)

    @cached_property
    def suspect(self) -> tuple[Spot, ...]:
        """The spots of the other facts."""
        return tuple(s for s in self.spots if s.fact in self.suspects)

    @cached_property
    def signs(self) -> dict[str, bool]:
        """Class → whether more of it helps; for classes that count one way."""
        return dict(self.concern.literals)

    @cached_property
    def suspects(self) -> frozenset[str]:
        """Keys of the facts that must be tried value by value."""
        return self.concern.suspects

    def atoms(self, trial: Trial, spot: Spot) -> tuple[str, ...]:
        """The classes of a spot that bear on the target and that are open in a variation."""
        key = (spot, trial.replies.get(spot), self._hangs(trial, spot))
        if key not in self._open:
            self._open[key] = self._find_open(*key)
        if not trial.atoms:
            return self._open[key]
        supposed = {a.cls for a in trial.atoms if a.thing == spot.thing}
        return tuple(c for c in self._open[key] if c not in supposed)

    def _find_open(self, spot: Spot, reply: Reply | None, hangs: bool) -> tuple[str, ...]:
        schema, world = self.bench.kb.schema, self.decision.world
        classes = [c for c in schema.facts[spot.fact].values.values() if c in self.concern.classes]
        slots: tuple[int, ...] = ()
        if reply is not None or not spot.thing:
            holds, excluded = state(schema, self.bench.case, spot, reply)
            classes = [c for c in classes if c not in holds and c not in excluded]
            slots = self._below(spot)
        else:
            slots = (self.decision.scene.slot(spot.thing),)
        if hangs or (reply is not None and spot.thing):
            return tuple(classes)
        told = {c: world.told(c)[0] | world.told(c)[1] for c in classes}
        return tuple(c for c in classes if any(not told[c] >> slot * world.cases & 1 for slot in slots))

    def _hangs(self, trial: Trial, spot: Spot) -> bool:
        """Whether a variation itself says something of what hangs on whatever act is considered, so that somebody does."""
        facts = self.bench.kb.schema.facts
        path = facts[spot.fact].path
        if spot.thing or len(path) == 1:
            return False
        return any(not s.thing and facts[s.fact].path == path and (r.holds or r.bars) for s, r in trial.replies.items())

    def _below(self, spot: Spot) -> tuple[int, ...]:
        """Slots of the acts, or of what hangs on them, that a statement about whatever act is considered can reach.

        An act on which nobody hangs has nobody: its list is complete, so that nothing there is unknown.
        """
        scene, path = self.decision.scene, self.bench.kb.schema.facts[spot.fact].path[1:]
        slots = tuple(scene.act_slots[a] for a in self.acts)
        for role in path:
            slots = tuple(child for slot in slots for child, _ in self.decision.world.group(role).get(slot, ()))
        return slots

    @cached_property
    def acts(self) -> tuple[str, ...]:
        """The acts whose facts bear on the target: its own, or all where other acts bear on it or it names none."""
        every, own = tuple(self.decision.scene.act_slots), self.concern.target.act
        return (own,) if own in every and self.bench.apart else every

    @cached_property
    def _hanging(self) -> frozenset[Spot]:
        """Spots of what hangs on whatever act is considered; a reply at one may bring somebody about whom the others are open."""
        facts = self.bench.kb.schema.facts
        return frozenset(s for s in self.spots if not s.thing and len(facts[s.fact].path) > 1)

    @cached_property
    def _standing(self) -> dict[tuple[Spot, bool | None], tuple[Said, ...]]:
        """(spot, way) → what is supposed of it in the case as it stands; a way as in `suppose`."""
        return {(s, way): self._suppose(AS_IT_STANDS, s, way) for s in self.spots for way in ((None,) if s.fact in self.suspects else (False, True))}

    def _suppose(self, trial: Trial, spot: Spot, way: bool | None) -> tuple[Said, ...]:
        return tuple(Said(spot.thing, c, way is not None and self.signs[c] == way, "supposed") for c in self.atoms(trial, spot))

    def suppose(self, trial: Trial, spots: Iterable[Spot], way: bool | None) -> tuple[Said, ...]:
        """What is open at some spots, as an answer of yes (True) or of no (False) wants it, or all denied (None)."""
        if trial.atoms:
            return tuple(said for s in spots for said in self._suppose(trial, s, way))
        touched = self._hanging.union(trial.replies) if not self._hanging.isdisjoint(trial.replies) else trial.replies
        found: list[Said] = []
        for s in spots:
            found += self._suppose(trial, s, way) if s in touched else self._standing[s, way]
        return tuple(found)

    def extreme(self, trial: Trial, up: bool) -> tuple[Said, ...]:
        """What counts one way and is open, as an answer of yes (up) or of no wants it."""
        return self.suppose(trial, self.plain, up)

    def doubtful(self, trial: Trial) -> tuple[Spot, ...]:
        """The spots to be tried value by value."""
        return tuple(s for s in self.suspect if self.atoms(trial, s))

    def denied(self, trial: Trial, spots: Iterable[Spot]) -> tuple[Said, ...]:
        """What is open at some suspect spots, all denied: a completion that is always possible."""
        return self.suppose(trial, spots, None)

    def ways(self, trial: Trial, spot: Spot) -> tuple[tuple[Said, ...], ...]:
        """Every way to answer what is open at a spot that the axioms allow."""
        classes = self.atoms(trial, spot)
        found = tuple(islice(allowed(self.bench.kb.schema.axioms, classes), LIMIT + 1))
        if len(found) > LIMIT:
            raise LimitError
        return tuple(tuple(Said(spot.thing, c, c in chosen, "supposed") for c in classes) for chosen in found)

    def words(self, trials: Sequence[Trial]) -> tuple[str, ...]:
        """The answer in each variation."""
        found = tally(self.bench.run(trials), self.concern.target)
        return tuple(found.word(k) for k in range(len(trials)))


def allowed(axioms: Axioms, classes: Sequence[str]) -> Iterator[frozenset[str]]:
    """The sets of classes that may hold together and alone: with every wider one among them, without two that exclude each other."""
    whole = frozenset(classes)
    ordered = sorted(classes, key=lambda c: len(axioms.wider(c) & whole))
    return grow(axioms, ordered, whole, frozenset())


def grow(axioms: Axioms, rest: Sequence[str], whole: frozenset[str], chosen: frozenset[str]) -> Iterator[frozenset[str]]:
    """The allowed sets that add some of the rest, widest first, to what is chosen."""
    yield chosen
    for i, cls in enumerate(rest):
        if axioms.wider(cls) & whole <= chosen | {cls} and axioms.barred(cls).isdisjoint(chosen):
            yield from grow(axioms, rest[i + 1 :], whole, chosen | {cls})


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
