"""Jurisdictions with their history."""

from typing import Literal

from pydantic import Field

from api.models.base import Model


class Place(Model):
    """A jurisdiction. A code of ethics and a body of guidance count as one too."""

    code: str
    iri: str
    label: str
    part_of: list[str]
    norms: int
    reached_by: int


class Position(Model):
    """The position of one profession over a span of years, on the clearest case."""

    profession: str
    first_year: int
    last_year: int
    position: str
    duty: list[str]
    permission: list[str]
    denial: list[str]
    immunity: list[str]
    checked: bool


class Change(Model):
    """A date on which the law of a place changed."""

    date: str
    event: Literal["begins", "ends", "overruled", "attested"]
    norm: str
    modality: str
    label: str
    citation: str


class WholePlace(Place):
    """A jurisdiction with its history."""

    timeline: list[Change]
    undated: list[str] = Field(description="Norms of which no start is known.")
    positions: list[Position]
    pattern: str
