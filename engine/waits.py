"""What each norm of a decision waits for: the unknown classes that its own conditions, and what may defeat it, turn on."""

from functools import cached_property

from engine.decide import Decision, Ruling
from engine.findings import missing
from engine.judged import Judged
from engine.knowledge import Derived
from engine.truth import NO


class Waits:
    """The classes that norms wait for, each norm worked out once and only when asked for."""

    def __init__(self, judged: Judged) -> None:
        self._judged, self._decision = judged, judged.decision
        self._own: dict[str, frozenset[str]] = {}
        self._all: dict[str, frozenset[str]] = {}

    @cached_property
    def _derived(self) -> dict[str, Derived]:
        return {d.cls: d for d in self._decision.forum.derived}

    def own(self, iri: str) -> frozenset[str]:
        """The classes that a norm's own conditions wait for."""
        if iri not in self._own:
            self._own[iri] = waiting(self._judged, self._decision.rulings[iri])
        return self._own[iri]

    def classes(self, iri: str) -> frozenset[str]:
        """Classes of facts that a norm waits for: its own, and those of the norms that may defeat it or that it asks about.

        Whatever else is known or not, no completion of other facts changes how the norm stands.
        """
        if iri not in self._all:
            self._all[iri] = self._find(iri)
        return self._all[iri]

    def _find(self, iri: str) -> frozenset[str]:
        rulings, fact_of = self._decision.rulings, self._decision.scene.schema.fact_of
        found: set[str] = set()
        for cls in self.own(iri):
            if cls in self._derived:
                pending = (m for m in self._derived[cls].norms if m in rulings and rulings[m].possibly & ~rulings[m].surely)
                found.update(*(self.classes(m) for m in pending))
            elif cls in fact_of:
                found.add(cls)
        ruling = rulings[iri]
        undecided = ruling.possibly & ~ruling.surely
        for override in ruling.compiled.attackers:
            attacker = rulings[override.winner]
            if undecided & attacker.possibly & ~attacker.surely:
                found |= self.classes(override.winner)
        return frozenset(found)

    def keys(self, iri: str) -> tuple[str, ...]:
        """Keys of the facts that a norm waits for."""
        fact_of = self._decision.scene.schema.fact_of
        return tuple(sorted({fact_of[cls][0].key for cls in self.classes(iri)}))


def waiting(judged: Judged, ruling: Ruling) -> frozenset[str]:
    """Classes that a norm's own conditions wait for."""
    decision, rows = judged.decision, ruling.possibly & judged.rows
    if ruling.in_force == NO or not rows:
        return frozenset()
    c, n = ruling.compiled, decision.world.cases
    columns = columns_of(decision, judged, rows)
    found, seen = set[str](), set[tuple[int, int]]()
    if c.bearer is not None:
        missing(decision, c.bearer, columns << decision.scene.bearer * n, found, seen)
    for node in (c.trigger, *(leaf.condition for leaf in c.leaves)):
        if node is not None:
            missing(decision, node, columns, found, seen)
    for node in (c.where, *(leaf.node for leaf in c.leaves), *c.opposites):
        if node is not None:
            missing(decision, node, rows, found, seen)
    return frozenset(found)


def columns_of(decision: Decision, judged: Judged, rows: int) -> int:
    """The columns in which some act of a set of rows is judged."""
    n = decision.world.cases
    if n == 1:
        return 1
    found = 0
    for row in judged.names:
        if rows >> row & 1:
            found |= 1 << row % n
    return found
