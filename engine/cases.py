"""A case as the engine takes it: things, the arrows between them, and what is said of them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engine.schema import Schema


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a case. parent: the name of the thing it hangs on, by `role`; the focus has neither."""

    name: str
    role: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """That a thing is, or is not, of a class. origin as in engine.facts.Statement."""

    thing: str
    cls: str
    holds: bool
    origin: str = "stated"


@dataclass(frozen=True, slots=True)
class Silent:
    """That a fact is stated to be unknown of a thing, which rebuts a presumption and says nothing else."""

    thing: str
    fact: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An act that was done. at: when, if known. toward: the name of the thing it was done toward, or ''."""

    action: str
    at: datetime.datetime | None = None
    toward: str = ""


@dataclass(frozen=True)
class Case:
    """One case. things: the focus first, each after its parent. said: about the case's own things.

    about_acts: what the case says of whatever act is considered, as (path below the act, class, holds, origin).
    taken: what was done, complete as listed; None where the case does not speak of it.
    jurisdictions: codes of the forums. law_as_of: date of the events. known_as_of: date of the question.
    """

    name: str
    jurisdictions: tuple[str, ...]
    law_as_of: datetime.date
    known_as_of: datetime.date
    things: tuple[Thing, ...]
    said: tuple[Said, ...]
    about_acts: tuple[tuple[tuple[str, ...], str, bool, str], ...] = ()
    silent: tuple[Silent, ...] = ()
    taken: tuple[Taken, ...] | None = None

    @cached_property
    def children(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(parent, role) → names of the things there."""
        found: dict[tuple[str, str], list[str]] = {}
        for thing in self.things[1:]:
            found.setdefault((thing.parent, thing.role), []).append(thing.name)
        return {k: tuple(v) for k, v in found.items()}

    def reached(self, path: Sequence[str]) -> tuple[str, ...]:
        """Names of the things at the end of a path from the focus."""
        path = tuple(path)
        if path not in self._reached:
            above = self.reached(path[:-1]) if path else ()
            self._reached[path] = tuple(c for name in above for c in self.children.get((name, path[-1]), ())) if path else (self.things[0].name,)
        return self._reached[path]

    @cached_property
    def _reached(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {}

    def adding(self, said: Sequence[Said]) -> "Case":
        """The same case with more said of its things."""
        return replace(self, said=self.said + tuple(said))


def standard_things(schema: Schema, focus: str = "case") -> tuple[Thing, ...]:
    """The focus and the things that every case has exactly one of."""
    return (Thing(focus), *(Thing(role.rsplit("#", 1)[-1].rsplit("/", 1)[-1], role, focus) for role in schema.one))
