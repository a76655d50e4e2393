"""What is the same in every case of an ontology, laid out once: acts, what naming them says, and whom they may reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.facts import close_roles, tell, tell_ends
from engine.schema import Action, Schema
from engine.world import Edge

REMEMBERED = 64
"""How many widths of the template are kept."""


@dataclass(frozen=True)
class Template:
    """What is the same in every case: one slot per action and one for each thing that may hang on it (a recipient).

    below: (act slot, role) → slot of what hangs there; it hangs only if the act (linked) or the case says something of
    it. columns: class → slots (holds, excluded).
    """

    slots: tuple[str, ...]
    act_slots: Mapping[str, int]
    below: Mapping[tuple[int, str], int]
    linked: frozenset[tuple[int, str]]
    said: tuple[tuple[int, str, bool], ...]
    columns: Mapping[str, tuple[int, int]]
    edges: Mapping[str, tuple[Edge, ...]]

    @cached_property
    def said_at(self) -> dict[int, tuple[tuple[str, bool], ...]]:
        """Slot → (class, whether it holds), as said by naming the act."""
        found: dict[int, list[tuple[str, bool]]] = {}
        for slot, cls, holds in self.said:
            found.setdefault(slot, []).append((cls, holds))
        return {slot: tuple(said) for slot, said in found.items()}

    @cached_property
    def _wide(self) -> dict[int, tuple[dict[str, tuple[int, int]], dict[str, tuple[Edge, ...]]]]:
        return {}

    def wide(self, n: int) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[Edge, ...]]]:
        """(columns, edges) for n cases side by side; the last few widths are remembered."""
        found = self._wide.get(n)
        if found is None:
            block = (1 << n) - 1
            columns = {cls: (widen(h, n, block), widen(e, n, block)) for cls, (h, e) in self.columns.items()}
            found = columns, {role: tuple((p, c, block) for p, c, _ in es) for role, es in self.edges.items()}
            if len(self._wide) >= REMEMBERED:
                self._wide.clear()
            self._wide[n] = found
        return found


def build_template(schema: Schema) -> Template:
    """Acts, the things they state, and all that follows from naming them, worked out once for an ontology."""
    slots, acts, below = ["case"], {}, {}
    said: list[tuple[int, str, bool]] = [(0, schema.focus, True)]
    edges: dict[str, list[Edge]] = {schema.act_role: []}
    for action in schema.actions.values():
        acts[action.key] = len(slots)
        slots.append(action.key)
        edges[schema.act_role].append((0, acts[action.key], 1))
        said += naming(schema, action, acts[action.key])
    for slot in acts.values():
        for role in hanging_roles(schema):
            below[slot, role] = len(slots)
            slots.append(f"{role.rsplit('#', 1)[-1]} of {slots[slot]}")
    linked = set()
    for action in schema.actions.values():
        for cls in action.states:
            slot = acts[action.key]
            for role in schema.fact_of[cls][0].path[1:]:
                linked.add((slot, role))
                slot = below[slot, role]
            said.append((slot, cls, True))
        said += bounded(schema, action, acts[action.key], below)
    for slot, role in sorted(linked):
        edges.setdefault(role, []).append((slot, below[slot, role], 1))
    arrows = close_roles(schema.axioms.roles, edges)
    columns: dict[str, list[int]] = {}
    for slot, cls, holds in said:
        tell(schema.axioms, columns, cls, 1 << slot, holds)
    tell_ends(schema.axioms, columns, arrows, 1)
    return Template(tuple(slots), acts, below, frozenset(linked), tuple(said), {c: (h, e) for c, (h, e) in columns.items()}, arrows)


def hanging_roles(schema: Schema) -> tuple[str, ...]:
    """Roles from an act to what facts about the act are about."""
    return tuple(sorted({role for fact in schema.facts.values() if fact.path[:1] == (schema.act_role,) for role in fact.path[1:]}))


def naming(schema: Schema, action: Action, slot: int) -> Iterable[tuple[int, str, bool]]:
    """An act under consideration is of its own kind and of the wider kinds, and of no other that has a name of its own."""
    yield slot, action.cls, True
    wider = schema.axioms.wider(action.cls)
    yield from ((slot, other.cls, False) for other in schema.actions.values() if other.cls not in wider)


def bounded(schema: Schema, action: Action, slot: int, below: Mapping[tuple[int, str], int]) -> Iterable[tuple[int, str, bool]]:
    """What an act states about whom it reaches is complete; what it states about itself leaves narrower values open."""
    stated: dict[str, list[str]] = {}
    for cls in action.states:
        stated.setdefault(schema.fact_of[cls][0].key, []).append(cls)
    for key, classes in stated.items():
        fact = schema.facts[key]
        thing = slot
        for role in fact.path[1:]:
            thing = below[thing, role]
        if thing == slot:
            yield from ((thing, cls, False) for cls in schema.unmentioned(fact, tuple(classes)))
        else:
            wider = {w for cls in classes for w in schema.axioms.wider(cls)}
            yield from ((thing, cls, False) for cls in fact.values.values() if cls not in wider)


def widen(slots: int, n: int, block: int) -> int:
    """A bit per slot, as a bit per case and slot."""
    if n == 1:
        return slots
    rows, slot = 0, 0
    while slots:
        if slots & 1:
            rows |= block << slot * n
        slots >>= 1
        slot += 1
    return rows
