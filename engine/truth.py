"""The central value: a four-valued answer to one question, for every row at once."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple


class Truth(NamedTuple):
    """Four-valued answers to one question, one bit per row (Belnap 1977).

    holds, excluded: columns, as Python integers; bit i is row i. Row by row, (holds, excluded) is
    10 yes · 01 no · 00 unknown · 11 contradictory. Both bits are monotone: more facts never clear one.
    An integer of any length is a column of any length, so one case and a million use the same code
    (docs/decisions/0002-columns-are-integers.md).
    """

    holds: int
    excluded: int

    def all_of(self, other: "Truth") -> "Truth":
        """Conjunction: holds where both hold, excluded where either is."""
        return truth((self.holds & other.holds, self.excluded | other.excluded))

    def any_of(self, other: "Truth") -> "Truth":
        """Disjunction, the dual of conjunction."""
        return truth((self.holds | other.holds, self.excluded & other.excluded))

    def complement(self) -> "Truth":
        """Negation swaps the two bits."""
        return truth((self.excluded, self.holds))

    def at(self, row: int) -> "Value":
        """The value in one row."""
        return VALUES[(self.holds >> row & 1) * 2 + (self.excluded >> row & 1)]

    @property
    def surely(self) -> int:
        """Rows that are yes and nothing else."""
        return self.holds & ~self.excluded

    @property
    def surely_not(self) -> int:
        """Rows that are no and nothing else."""
        return self.excluded & ~self.holds

    @property
    def torn(self) -> int:
        """Rows that are both."""
        return self.holds & self.excluded


class Value(str):
    """One of the four values, by name."""

    __slots__ = ()


UNKNOWN, NO, YES, CONTRADICTORY = (Value(v) for v in ("unknown", "no", "yes", "contradictory"))
truth: Callable[[tuple[int, int]], Truth] = partial(tuple.__new__, Truth)
"""Truth from a pair, in a third of the time that its constructor takes; for what runs for every node of every case."""
VALUES = (UNKNOWN, NO, YES, CONTRADICTORY)
NEITHER = Truth(0, 0)
