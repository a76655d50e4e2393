"""Class expressions as nodes of a program: what each construct of OWL means on four-valued columns.

A node refers to its parts by their place in the program, so that equal expressions are one node, evaluated once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.truth import NEITHER, Truth, truth
from engine.world import World

Columns = Sequence[Truth]
UNSET = Truth(0, 0)
"""Marks, by identity, a column that has not been evaluated."""


@dataclass(frozen=True, slots=True)
class NamedClass:
    """A class by name (OWL 2 §5.1): what is told of it, and what its axioms add.

    holds_from: nodes that are narrower. excluded_from: nodes that are wider. disjoint_with: nodes that exclude it.
    Told subclass and disjointness axioms between classes without definitions are already in the world's columns.
    """

    iri: str
    holds_from: tuple[int, ...] = ()
    excluded_from: tuple[int, ...] = ()
    disjoint_with: tuple[int, ...] = ()

    @property
    def parts(self) -> tuple[int, ...]:
        return self.holds_from + self.excluded_from + self.disjoint_with

    def evaluate(self, columns: Columns, world: World) -> Truth:
        holds, excluded = world.columns.get(self.iri, NEITHER)
        if not self.holds_from and not self.excluded_from and not self.disjoint_with:
            return truth((holds, excluded))
        for i in self.holds_from:
            holds |= columns[i].holds
        for i in self.excluded_from:
            excluded |= columns[i].excluded
        for i in self.disjoint_with:
            excluded |= columns[i].holds
        return truth((holds, excluded))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Intersection (OWL 2 §8.1.1). Of nothing: everything."""

    parts: tuple[int, ...]

    def evaluate(self, columns: Columns, world: World) -> Truth:
        holds, excluded = world.rows, 0
        for i in self.parts:
            part = columns[i]
            holds &= part.holds
            excluded |= part.excluded
        return truth((holds, excluded))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Union (OWL 2 §8.1.2). Of nothing: nothing."""

    parts: tuple[int, ...]

    def evaluate(self, columns: Columns, world: World) -> Truth:
        holds, excluded = 0, world.rows
        for i in self.parts:
            part = columns[i]
            holds |= part.holds
            excluded &= part.excluded
        return truth((holds, excluded))


@dataclass(frozen=True, slots=True)
class Complement:
    """Complement (OWL 2 §8.1.3): the two bits change places."""

    parts: tuple[int]

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return columns[self.parts[0]].complement()


@dataclass(frozen=True, slots=True)
class SomeValuesFrom:
    """∃ role.filler (OWL 2 §8.2.1): some neighbour is a filler.

    Excluded where the role is closed and every stated neighbour is excluded, which includes nobody stated, or where
    the role is functional and its one neighbour is excluded.
    """

    role: str
    parts: tuple[int]

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return world.some(self.role, columns[self.parts[0]])


@dataclass(frozen=True, slots=True)
class AllValuesFrom:
    """∀ role.filler (OWL 2 §8.2.2), the dual of ∃: holds only where the role is closed."""

    role: str
    parts: tuple[int]

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return world.some(self.role, columns[self.parts[0]].complement()).complement()


@dataclass(frozen=True, slots=True)
class HasValue:
    """∃ role.{individual} (OWL 2 §8.2.3). Different names may be one individual, so other values exclude nothing."""

    role: str
    individual: str
    parts: tuple[int, ...] = ()

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return world.some(self.role, Truth(world.row_of(self.individual), 0))


@dataclass(frozen=True, slots=True)
class OneOf:
    """{a, b, …} (OWL 2 §8.1.4): the listed individuals; others are not excluded, for two names may mean one thing."""

    individuals: tuple[str, ...]
    parts: tuple[int, ...] = ()

    def evaluate(self, columns: Columns, world: World) -> Truth:
        rows = 0
        for individual in self.individuals:
            rows |= world.row_of(individual)
        return truth((rows, 0))


@dataclass(frozen=True, slots=True)
class Thing:
    """owl:Thing: every row."""

    parts: tuple[int, ...] = ()

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return truth((world.rows, 0))


@dataclass(frozen=True, slots=True)
class Nothing:
    """owl:Nothing: no row."""

    parts: tuple[int, ...] = ()

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return truth((0, world.rows))


@dataclass(frozen=True, slots=True)
class DataSome:
    """∃ property.range over literals (OWL 2 §8.4.1, facets §7.5): some stated value passes every facet.

    tests: (facet name, bound as text). Excluded where the property is closed or functional and no stated value passes.
    """

    role: str
    datatype: str
    tests: tuple[tuple[str, str], ...]
    parts: tuple[int, ...] = ()

    def evaluate(self, columns: Columns, world: World) -> Truth:
        return world.some_literal(self.role, self.datatype, self.tests)


Node = NamedClass | AllOf | AnyOf | Complement | SomeValuesFrom | AllValuesFrom | HasValue | OneOf | Thing | Nothing | DataSome


@dataclass(frozen=True, slots=True)
class Program:
    """Nodes, each after its parts except inside a group; groups: sets of nodes that define each other."""

    nodes: tuple[Node, ...]
    groups: dict[int, tuple[int, ...]]


def run(program: Program, order: Sequence[int], columns: list[Truth], world: World) -> None:
    """Evaluate nodes in order, each after its parts. A cycle is solved by its least fixpoint: bits only ever get set."""
    nodes, groups = program.nodes, program.groups
    for i in order:
        if i not in groups:
            columns[i] = nodes[i].evaluate(columns, world)
        elif columns[i] is UNSET:
            _fixpoint(program, groups[i], columns, world)


def _fixpoint(program: Program, group: Sequence[int], columns: list[Truth], world: World) -> None:
    for i in group:
        columns[i] = NEITHER
    changed = True
    while changed:
        changed = False
        for i in group:
            value = program.nodes[i].evaluate(columns, world)
            changed |= value != columns[i]
            columns[i] = value
