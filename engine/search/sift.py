"""Which open answers of an assessment are the same under every completion of the unknown facts after all (supervaluation).

Almost none is, and most can be seen not to be at little cost: no fact that it waits for counts both ways, or two completions
answer differently. The rest are searched (engine/search/settle.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from engine.axioms import Axioms
from engine.cases import Said
from engine.decide import Decision, decide
from engine.knowledge import Knowledge
from engine.polarity import Literals, Polarities
from engine.scene import Suppositions, lay_scene
from engine.search.completions import Completions
from engine.search.lay import lay, open_spots
from engine.search.relevance import Concern
from engine.search.settle import settle_all
from engine.search.targets import Target, tally
from engine.search.trials import AS_IT_STANDS, Bench
from engine.waits import Waits


@dataclass(frozen=True, slots=True)
class Sifted:
    """settled: target → the answer that every completion gives. unsure: targets with too many completions to try."""

    settled: Mapping[Target, str]
    unsure: tuple[Target, ...] = ()

    @property
    def answers(self) -> dict[tuple[str, str], str]:
        """(modality, act) → the settled answer."""
        return {(target.modality, target.act): answer for target, answer in self.settled.items()}


NOTHING = Sifted({})
FEW = 6
"""Most values left out one by one where several count both ways."""


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
    """The targets that no two completions among a few answer differently, and that none leaves open (as where dates are not known)."""
    case, concern = decision.scene.case, union(doubtful.values())
    completions = Completions(Bench(kb, decision.forum, case), concern, open_spots(kb.schema, case, decision.forum), decision)
    looks = Looks(kb.schema.axioms, tuple((spot.thing, cls) for spot in completions.spots for cls in completions.atoms(AS_IT_STANDS, spot)))
    wholes = tuple(dict.fromkeys(looks.wholes(doubtful.values())))
    scene = lay_scene(kb.schema, kb.template, case, Suppositions(len(wholes), looks.suppose(wholes), {}))
    tried = decide(decision.forum, scene, case.law_as_of, case.known_as_of)
    for target in doubtful:
        counted = tally(tried, target)
        if counted.yes | counted.no | counted.torn == (1 << len(wholes)) - 1 and not (counted.yes and counted.no):
            yield target


def union(concerns: Iterable[Concern]) -> Concern:
    """All that several targets wait for."""
    every = tuple(concerns)
    return Concern(Target(), {iri: literals for c in every for iri, literals in c.by_norm.items()}, every[0].schema, every[0].polarities)


Atom = tuple[str, str]
"""(thing, class) that is open; thing '' as in Spot."""
Whole = frozenset[Atom]
"""A whole completion: what is affirmed; all else that is open is denied."""


class Looks:
    """A few whole completions of what is open (atoms), chosen so that most answers that can differ do differ in them."""

    def __init__(self, axioms: Axioms, atoms: Sequence[Atom]) -> None:
        self._axioms, self._atoms = axioms, atoms
        self._implied = {(t, c): frozenset((u, d) for u, d in atoms if u == t and d in axioms.wider(c)) for t, c in atoms}

    def wholes(self, concerns: Iterable[Concern]) -> Iterator[Whole]:
        """Nothing; and as much as can be true together of what helps one norm, of what hinders one, and of what hinders all that vote on a target."""
        yield frozenset()
        seen = set[tuple[Literals, bool]]()
        for concern in concerns:
            every = concern.literals
            for literals, sign in ((every, False), *product(concern.by_norm.values(), (True, False))):
                if (literals, sign) not in seen:
                    seen.add((literals, sign))
                    yield from self.sided(literals, sign, every)

    def sided(self, literals: Literals, sign: bool, every: Literals) -> Iterator[Whole]:
        """What is for, or what is against; and, where something counts both ways among all literals of a target, that without it."""
        wanted = [atom for atom in self._atoms if (atom[1], sign) in literals]
        torn = [atom for atom in wanted if (atom[1], not sign) in every]
        yield self.together(wanted)
        if torn:
            yield self.together([atom for atom in wanted if atom not in torn])
            for one in torn[:FEW]:
                yield self.together([atom for atom in wanted if atom != one])

    def together(self, wanted: Iterable[Atom]) -> Whole:
        """The wanted values that can all be true, the first of them first, with what they imply."""
        found, classes = set[Atom](), dict[str, set[str]]()
        for atom in wanted:
            here = classes.setdefault(atom[0], set())
            if atom not in found and self._axioms.barred(atom[1]).isdisjoint(here):
                found |= self._implied[atom]
                here |= self._axioms.wider(atom[1])
        return frozenset(found)

    def suppose(self, wholes: Sequence[Whole]) -> dict[Said, int]:
        """The completions as columns: what is supposed → where."""
        every, holds = (1 << len(wholes)) - 1, dict.fromkeys(self._atoms, 0)
        for k, whole in enumerate(wholes):
            for atom in whole:
                holds[atom] |= 1 << k
        said = {Said(thing, cls, True, "supposed"): columns for (thing, cls), columns in holds.items() if columns}
        return said | {Said(thing, cls, False, "supposed"): every & ~columns for (thing, cls), columns in holds.items() if columns != every}
