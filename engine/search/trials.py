"""Many variations of one case, decided side by side: each is a few bits of the same columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.cases import Case, Said, Silent
from engine.decide import Decision, decide
from engine.forum import Forum
from engine.knowledge import Knowledge
from engine.scene import Suppositions, lay_scene
from engine.search.spots import Reply, Spot, said_at, statements, without


@dataclass(frozen=True, slots=True)
class Trial:
    """One variation: replies in place of what the case says, and memberships supposed besides (thing '' as in Spot)."""

    replies: Mapping[Spot, Reply] = field(default_factory=dict)
    atoms: tuple[Said, ...] = ()

    def supposing(self, atoms: Sequence[Said]) -> "Trial":
        """The same with more supposed."""
        return Trial(self.replies, self.atoms + tuple(atoms))


AS_IT_STANDS = Trial()
"""The case itself."""


@dataclass(frozen=True)
class Bench:
    """A case under (a part of) the law of a forum, ready to be varied. apart: whether no act bears on the norms of another."""

    kb: Knowledge
    forum: Forum
    case: Case
    apart: bool = False

    def run(self, trials: Sequence[Trial]) -> Decision:
        """Decide every variation in one run; hypothesis k is the k-th."""
        schema = self.kb.schema
        at: dict[Spot, dict[Reply, list[int]]] = {}
        supposed: dict[Said, list[int]] = {}
        for k, trial in enumerate(trials):
            for spot, reply in trial.replies.items():
                at.setdefault(spot, {}).setdefault(reply, []).append(k)
            for atom in trial.atoms:
                supposed.setdefault(atom, []).append(k)
        said = {atom: column(ks, len(trials)) for atom, ks in supposed.items()}
        silent: dict[Silent, int] = {}
        for spot, replies in at.items():
            spread(schema_statements(self, spot, replies, len(trials)), said, silent)
        base = without(schema, self.case, tuple(at))
        scene = lay_scene(schema, self.kb.template, base, Suppositions(len(trials), said, silent))
        return decide(self.forum, scene, self.case.law_as_of, self.case.known_as_of)


def column(places: Sequence[int], count: int) -> int:
    """The places as a column of bits."""
    found = bytearray(count // 8 + 1)
    for k in places:
        found[k >> 3] |= 1 << (k & 7)
    return int.from_bytes(found, "little")


Told = tuple[tuple[Said, ...], tuple[Silent, ...]]


def schema_statements(bench: Bench, spot: Spot, replies: Mapping[Reply, Sequence[int]], count: int) -> list[tuple[Told, int]]:
    """What is said at a spot, with the variations in which it is: the replies tried, and elsewhere what the case says."""
    tried = {reply: column(ks, count) for reply, ks in replies.items()}
    rest = (1 << count) - 1
    for bits in tried.values():
        rest &= ~bits
    found = [(statements(bench.kb.schema, spot, reply), bits) for reply, bits in tried.items()]
    return [*found, (said_at(bench.kb.schema, bench.case, spot), rest)] if rest else found


def spread(told: Sequence[tuple[Told, int]], said: dict[Said, int], silent: dict[Silent, int]) -> None:
    """Add statements to what is supposed, each in its variations."""
    for (memberships, silences), bits in told:
        for s in memberships:
            said[s] = said.get(s, 0) | bits
        for t in silences:
            silent[t] = silent.get(t, 0) | bits
