"""Which open answers of an assessment are the same under every completion of the unknown facts after all (supervaluation).

Almost none is, and most can be seen not to be at little cost: no fact that it waits for counts both ways, or two completions
answer differently. The rest are searched (engine/search/settle.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.cases import Said
from engine.decide import Decision, decide
from engine.knowledge import Knowledge
from engine.polarity import Literals, Polarities
from engine.scene import Suppositions, lay_scene
from engine.schema import Schema
from engine.search.completions import Completions
from engine.search.lay import lay, open_spots
from engine.search.relevance import Concern
from engine.search.settle import settle_all
from engine.search.targets import Tally, Target, tally
from engine.search.trials import AS_IT_STANDS, Bench
from engine.waits import Waits


@dataclass(frozen=True, slots=True)
class Sifted:
    """settled: target → the answer that every completion gives. unsure: targets with too many completions to try."""

    settled: Mapping[Target, str]
    unsure: tuple[Target, ...] = ()


NOTHING = Sifted({})


def sift(kb: Knowledge, polarities: Polarities, decision: Decision, waits: Waits, grounds: Mapping[Target, Iterable[str]]) -> Sifted:
    """Settle the open answers that all completions settle. grounds: target → IRIs of the norms for which it is open."""
    left = tuple(doubtful_targets(kb, polarities, decision, waits, grounds))
    if not left:
        return NOTHING
    completions = lay(kb, decision.scene.case, decision.forum, decision, decision, left, judged=True)
    prospects = settle_all([(c, AS_IT_STANDS) for c in completions])
    answers = {target: p.answer for target, p in zip(left, prospects, strict=True)}
    unsure = tuple(target for target, p in zip(left, prospects, strict=True) if not p.sure)
    return Sifted({t: answer for t, answer in answers.items() if answer not in ("", "depends")}, unsure)


def doubtful_targets(kb: Knowledge, polarities: Polarities, decision: Decision, waits: Waits, grounds: Mapping[Target, Iterable[str]]) -> Iterable[Target]:
    """The targets answered `depends` that are not shown to be open for certain."""
    doubts = doubts_of(kb, polarities, waits, grounds)
    return unproven(kb, decision, doubts) if doubts else ()


def doubts_of(kb: Knowledge, polarities: Polarities, waits: Waits, grounds: Mapping[Target, Iterable[str]]) -> dict[Target, Concern]:
    """The targets that wait for a fact that counts both ways, with all that they wait for.

    What a norm does not wait for is as good as constant in it: no completion changes it.
    """
    by_norm: dict[str, Literals] = {}
    found = {}
    for target, norms in grounds.items():
        for iri in norms:
            if iri not in by_norm:
                opened = frozenset().union(*(polarities.beneath(cls) for cls in waits.classes(iri)))
                by_norm[iri] = frozenset(literal for literal in polarities.of_norm(iri) if literal[0] in opened)
        concern = Concern(target, {iri: by_norm[iri] for iri in norms}, kb.schema, polarities)
        if concern.suspects:
            found[target] = concern
    return found


def unproven(kb: Knowledge, decision: Decision, doubtful: Mapping[Target, Concern]) -> Iterable[Target]:
    """The targets of which no two completions among a few answer differently."""
    case, schema = decision.scene.case, kb.schema
    spots = open_spots(schema, case, decision.forum)
    looks = Looks(schema, tuple(open_atoms(Completions(Bench(kb, decision.forum, case), union(doubtful.values()), spots, decision))))
    places: dict[Literals, range] = {}
    for concern in doubtful.values():
        if concern.literals not in places:
            places[concern.literals] = looks.add(concern)
    scene = lay_scene(schema, kb.template, case, Suppositions(looks.count, looks.said, {}))
    tried = decide(decision.forum, scene, case.law_as_of, case.known_as_of)
    for target, concern in doubtful.items():
        if not differ(tally(tried, target), places[concern.literals]):
            yield target


def union(concerns: Iterable[Concern]) -> Concern:
    """All that several targets wait for."""
    every = tuple(concerns)
    return Concern(Target(), {iri: literals for c in every for iri, literals in c.by_norm.items()}, every[0].schema, every[0].polarities)


Atom = tuple[str, str]
"""(thing, class) that is open; thing '' as in Spot."""


def open_atoms(c: Completions) -> Iterable[Atom]:
    """Every open membership that some target waits for."""
    keys = {c.bench.kb.schema.fact_of[cls][0].key for cls in c.concern.classes}
    return ((spot.thing, cls) for spot in c.spots if spot.fact in keys for cls in c.atoms(AS_IT_STANDS, spot))


class Looks:
    """A few whole completions for each of several targets, as columns.

    They come in pairs: what counts one way as no and as yes would have it. In the first pair all suspects are denied; then
    there is one for each suspect value, in which it is affirmed with what it implies. said: what is supposed → columns.
    """

    def __init__(self, schema: Schema, atoms: Sequence[Atom]) -> None:
        self._schema, self._atoms = schema, atoms
        self.count, self.said = 0, dict[Said, int]()

    def add(self, concern: Concern) -> range:
        """Take up the completions of one target; gives the places of their columns."""
        signs, suspects, fact_of, start = dict(concern.literals), concern.suspects, self._schema.fact_of, self.count
        mine = [atom for atom in self._atoms if atom[1] in signs]
        doubtful = [atom for atom in mine if fact_of[atom[1]][0].key in suspects]
        every = (4 ** (1 + len(doubtful)) - 1) << start
        low = every // 3
        for thing, cls in mine:
            if fact_of[cls][0].key not in suspects:
                self.suppose(thing, cls, low << 1 if signs[cls] else low, every)
        for thing, cls in doubtful:
            self.suppose(thing, cls, self.affirmed(thing, cls, doubtful) << start, every)
        self.count += 2 + 2 * len(doubtful)
        return range(start, self.count)

    def affirmed(self, thing: str, cls: str, doubtful: Sequence[Atom]) -> int:
        """The pairs in which a suspect holds: its own, and those of narrower ones."""
        narrower = self._schema.axioms.narrower(cls)
        return sum(3 << 2 * j for j, (other, one) in enumerate(doubtful, start=1) if other == thing and one in narrower)

    def suppose(self, thing: str, cls: str, holds: int, every: int) -> None:
        """Suppose that a thing is of a class in some columns, and in the others of a set that it is not."""
        for truth, columns in ((True, holds), (False, every & ~holds)):
            said = Said(thing, cls, truth, "supposed")
            self.said[said] = self.said.get(said, 0) | columns


def differ(counted: Tally, own: range) -> bool:
    """Whether an answer is open for certain: it stays open in a whole completion of its own, or two columns answer differently."""
    columns = (1 << own.stop) - (1 << own.start)
    if columns & ~(counted.yes | counted.no | counted.torn):
        return True
    return sum(1 for found in (counted.yes, counted.no, counted.torn) if found) > 1
