"""What is open in a case and its variations, and the ways in which it may turn out: every completion that the axioms allow."""

from collections.abc import Iterable, Iterator, Sequence
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

WAYS = 4096
"""Most ways in which one spot may turn out."""


class LimitError(Exception):
    """There were more completions to try than the limit."""


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
        found = tuple(islice(allowed(self.bench.kb.schema.axioms, classes), WAYS + 1))
        if len(found) > WAYS:
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
