"""What a batch of cases says, as columns of bits: the evaluator's only input."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from engine.terms import XSD
from engine.truth import Truth, truth

Edge = tuple[int, int, int]
"""(parent slot, child slot, the cases in which the edge is there)."""


INVERSE = "inverse "


@dataclass(frozen=True, slots=True)
class Datum:
    """A literal that a thing has in some cases: slot, text, datatype IRI, cases."""

    slot: int
    value: str
    datatype: str
    cases: int


@dataclass(frozen=True)
class World:
    """`cases` cases of one shape. A row is a thing in a case: row = slot × cases + case.

    slots: the name of the thing in each slot. columns: class IRI → (holds, excluded) as told, closed under told
    subclasses and disjointness. edges: role → edges, closed under the axioms about roles. closed, functional: roles.
    """

    cases: int
    slots: tuple[str, ...]
    columns: Mapping[str, tuple[int, int]]
    edges: Mapping[str, tuple[Edge, ...]]
    closed: frozenset[str] = frozenset()
    functional: frozenset[str] = frozenset()
    data: Mapping[str, Sequence[Datum]] = field(default_factory=dict)

    @cached_property
    def block(self) -> int:
        """One bit for every case."""
        return (1 << self.cases) - 1

    @cached_property
    def rows(self) -> int:
        """One bit for every row."""
        return (1 << self.cases * len(self.slots)) - 1

    @cached_property
    def slot_of(self) -> dict[str, int]:
        """The slot of a thing by its name."""
        return {name: slot for slot, name in enumerate(self.slots)}

    @cached_property
    def _groups(self) -> dict[str, dict[int, list[tuple[int, int]]]]:
        return {}

    def group(self, role: str) -> dict[int, list[tuple[int, int]]]:
        """Parent slot → [(child slot, cases)] for a role, or for `inverse <role>`, the role turned round."""
        if role not in self._groups:
            turned = role.startswith(INVERSE)
            found: dict[int, list[tuple[int, int]]] = {}
            for parent, child, cases in self.edges.get(role.removeprefix(INVERSE), ()):
                found.setdefault(child if turned else parent, []).append((parent if turned else child, cases))
            self._groups[role] = found
        return self._groups[role]

    @cached_property
    def _spreads(self) -> dict[str, tuple[int, int] | None]:
        return {}

    def spread(self, role: str) -> tuple[int, int] | None:
        """For a role in which all parents have one and the same child in every case: (child slot, multiplier that copies it)."""
        if role not in self._spreads:
            parents = self.group(role)
            first = next(iter(parents.values()), [])
            same = len(parents) > 1 and len(first) == 1 and first[0][1] == self.block and all(group == first for group in parents.values())
            self._spreads[role] = (first[0][0], sum(1 << parent * self.cases for parent in parents)) if same else None
        return self._spreads[role]

    def told(self, cls: str) -> tuple[int, int]:
        """(holds, excluded) of a class as told."""
        return self.columns.get(cls, (0, 0))

    def row_of(self, individual: str) -> int:
        """The rows of a named thing, in every case; none if the cases do not speak of it."""
        slot = self.slot_of.get(individual)
        return 0 if slot is None else self.block << slot * self.cases

    def some(self, role: str, filler: Truth) -> Truth:
        """∃ role.filler for every row."""
        copied = self.spread(role)
        if copied is not None:
            return self._spread(role, filler, *copied)
        closed, functional, block, n = role in self.closed, role in self.functional, self.block, self.cases
        holds, excluded = 0, self.rows if closed else 0
        for parent, children in self.group(role).items():
            found, barred, stated = 0, block, 0
            for child, cases in children:
                found |= filler.holds >> child * n & cases
                barred &= filler.excluded >> child * n | ~cases
                stated |= cases
            shift = parent * n
            holds |= found << shift
            if closed:
                excluded &= ~((block & ~barred) << shift)
            elif functional:
                excluded |= (barred & stated) << shift
        return truth((holds, excluded))

    def _spread(self, role: str, filler: Truth, child: int, copies: int) -> Truth:
        shift = child * self.cases
        holds = (filler.holds >> shift & self.block) * copies
        excluded = (filler.excluded >> shift & self.block) * copies
        if role in self.closed:
            return truth((holds, self.rows & ~(self.block * copies) | excluded))
        return truth((holds, excluded if role in self.functional else 0))

    def some_literal(self, role: str, datatype: str, tests: Iterable[tuple[str, str]]) -> Truth:
        """∃ property.range: rows with a stated literal of the datatype that passes every facet."""
        holds = stated = 0
        checks = tuple(tests)
        for datum in self.data.get(role, ()):
            rows = datum.cases << datum.slot * self.cases
            stated |= rows
            if in_range(datum.value, datum.datatype, datatype, checks):
                holds |= rows
        if role in self.closed:
            return truth((holds, self.rows & ~holds))
        return truth((holds, stated & ~holds if role in self.functional else 0))


NUMERIC = frozenset(XSD + n for n in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "short", "byte"))
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "minInclusive": operator.ge,
    "maxInclusive": operator.le,
    "minExclusive": operator.gt,
    "maxExclusive": operator.lt,
}
LENGTH: Mapping[str, Callable[[int, int], bool]] = {"minLength": operator.ge, "maxLength": operator.le, "length": operator.eq}


def in_range(value: str, stated: str, wanted: str, tests: Iterable[tuple[str, str]]) -> bool:
    """Whether a literal of a stated datatype lies in a datatype restricted by facets (OWL 2 §7.5)."""
    if stated != wanted and not (stated in NUMERIC and wanted in NUMERIC and (wanted != XSD + "integer" or _whole(value))):
        return False
    try:
        return all(_passes(value, wanted, facet, bound) for facet, bound in tests)
    except InvalidOperation:
        return False


def _passes(value: str, datatype: str, facet: str, bound: str) -> bool:
    if facet in LENGTH:
        return LENGTH[facet](len(value), int(bound))
    if datatype in NUMERIC:
        return COMPARE[facet](Decimal(value), Decimal(bound))
    return COMPARE[facet](value, bound)  # ISO dates and times of one zone compare as text


def _whole(value: str) -> bool:
    try:
        return Decimal(value) == int(Decimal(value))
    except (InvalidOperation, ValueError, OverflowError):
        return False
