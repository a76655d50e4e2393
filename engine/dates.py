"""Dates as law knows them: some only to the month or the year."""

import datetime
import re
from dataclasses import dataclass

from engine.terms import XSD
from engine.truth import NO, UNKNOWN, YES, Value

FORMS = {XSD + "date": r"\d{4}-\d{2}-\d{2}", XSD + "gYearMonth": r"\d{4}-\d{2}", XSD + "gYear": r"\d{4}"}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day between two days, both included; the same day twice where it is known exactly."""

    earliest: datetime.date
    latest: datetime.date

    def __str__(self) -> str:
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        year = self.earliest.year != self.latest.year or self.earliest.month != self.latest.month
        return self.earliest.isoformat()[: 4 if year else 7]


def partial_date(text: str, datatype: str) -> PartialDate:
    """An xsd:date, xsd:gYearMonth or xsd:gYear; anything else is a ValueError."""
    if not re.fullmatch(FORMS.get(datatype, r"(?!)"), text):
        raise ValueError(f"{text!r} is not a date, a month or a year")
    year, month, day = (int(p) for p in (text + "-00-00").split("-")[:3])
    if day:
        return PartialDate(datetime.date(year, month, day), datetime.date(year, month, day))
    first, last = (month, month) if month else (1, 12)
    following = datetime.date(year + last // 12, last % 12 + 1, 1)
    return PartialDate(datetime.date(year, first, 1), following - datetime.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open interval [start, end). start None: the start is unknown. end None: no end is known.

    attested: with an unknown start, a day on which it had begun.
    """

    start: PartialDate | None
    end: PartialDate | None
    attested: PartialDate | None = None

    def begun(self, on: datetime.date) -> Value:
        """Whether it has begun by a day."""
        if self.start is None:
            return YES if self.attested is not None and self.attested.latest <= on else UNKNOWN
        return YES if self.start.latest <= on else NO if on < self.start.earliest else UNKNOWN

    def over(self, on: datetime.date) -> Value:
        """Whether it has ended by a day."""
        if self.end is None or on < self.end.earliest:
            return NO
        return YES if self.end.latest <= on else UNKNOWN

    def contains(self, begun_by: datetime.date, over_by: datetime.date) -> Value:
        """Whether it has begun by one day and is not over by another; the two differ for declared norms."""
        begun, over = self.begun(begun_by), self.over(over_by)
        if begun == NO or over == YES:
            return NO
        return YES if begun == YES and over == NO else UNKNOWN

    def __str__(self) -> str:
        start = str(self.start) if self.start else f"unknown (by {self.attested})" if self.attested else "unknown"
        return f"from {start}" + (f" until {self.end}" if self.end else "")
