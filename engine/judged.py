"""Where each act of a case is judged."""

from dataclasses import dataclass
from functools import cached_property

from engine.decide import Decision


@dataclass(frozen=True)
class Judged:
    """The rows in which acts are judged: every act in the case as a whole, and acts toward someone for each of them.

    names: act row → (act, thing that it is done toward or '').
    """

    decision: Decision

    @cached_property
    def names(self) -> dict[int, tuple[str, str]]:
        """Row → (act, thing)."""
        scene = self.decision.scene
        n = scene.world.cases
        found = {}
        for act, slot in scene.act_slots.items():
            action = scene.schema.actions.get(act)
            for thing in scene.toward(action) if action else ("",):
                found[slot * n + scene.column_for(action, thing)] = (act, thing)
        return found

    @cached_property
    def rows(self) -> int:
        """All those rows."""
        return sum(1 << row for row in self.names)

    def acts(self, rows: int) -> tuple[tuple[str, str], ...]:
        """(act, thing) for each row in a set of rows."""
        return tuple(name for row, name in self.names.items() if rows >> row & 1)
