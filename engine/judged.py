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

    @cached_property
    def rows_of(self) -> dict[str, int]:
        """Act → its judged rows."""
        found: dict[str, int] = {}
        for row, (act, _) in self.names.items():
            found[act] = found.get(act, 0) | 1 << row
        return found

    @cached_property
    def labels(self) -> tuple[tuple[int, str], ...]:
        """(bit of the row, how the act is named in an assessment), in the order of names."""
        several = len(self.decision.scene.variants) > 1
        return tuple((1 << row, f"{act} → {thing}" if thing and several else act) for row, (act, thing) in self.names.items())

    def acts(self, rows: int) -> tuple[tuple[str, str], ...]:
        """(act, thing) for each row in a set of rows."""
        return tuple(name for row, name in self.names.items() if rows >> row & 1)
