"""Norms, and the sources and decisions that they rest on."""

from typing import Any

from pydantic import Field

from api.models.base import Confidence, Model


class Source(Model):
    """Where a norm is found."""

    kind: str
    citation: str
    pinpoint: str
    title: str
    urls: list[str]
    confidence: Confidence
    read_on: str


class CitedSource(Source):
    """A source, with the norm that rests on it."""

    norm: str
    jurisdiction: str


class Span(Model):
    """A time in force, half-open; a date may be known to the year or the month only. Null: not known, or no end."""

    start: str | None
    until: str | None
    attested: str | None


class Norm(Model):
    """A norm in short."""

    id: str
    iri: str
    label: str
    modality: str
    order: str
    jurisdiction: str
    bearers: list[str]
    in_force: list[Span]
    declared: bool = Field(description="Whether a court declared it: its dates run on the clock of knowledge.")
    overruled: str | None
    citation: str
    confidence: Confidence
    checked: bool


class WholeNorm(Norm):
    """A norm, with all that the ontology says of it."""

    definition: str
    requires: Any = Field(description="Tree of acts: allOf, anyOf, sequence; null where the norm regulates acts without requiring any.")
    within: str
    discharge: str
    consequence: str
    serves: list[str]
    fulfils: list[str]
    overrides: list[dict[str, str]]
    yields_to: list[dict[str, str]]
    trigger_facts: list[dict[str, str]]
    source: Source
    readings: list[dict[str, str]]
    not_expressed: list[str]
    note: str


class NormPage(Model):
    """Norms, a page at a time. total: how many there are on all pages."""

    total: int
    limit: int
    offset: int
    norms: list[Norm]


class Decision(Model):
    """A court's decision."""

    id: str
    iri: str
    name: str
    citation: str
    year: str
    effect: str
    holding: str
    jurisdictions: list[str]
    norms: list[str]
