"""What a case can state."""

from typing import Literal

from pydantic import Field

from api.models.base import Model


class FactValue(Model):
    """A value that a case may state."""

    value: str
    label: str
    sentence: str
    denial: str
    wider: list[str] = Field(description="Values of the same fact that follow from it.")
    excludes: list[str] = Field(description="Values of the same fact that cannot hold beside it.")


class Fact(Model):
    """A question that a case may answer."""

    key: str
    iri: str
    about: list[str]
    type: Literal["boolean", "one", "several"]
    question: str
    definition: str
    open_textured: bool
    presumed: str | None
    values: list[FactValue]


class Action(Model):
    """A kind of act that every case is asked about."""

    key: str
    iri: str
    label: str
    sentence: str
    toward_each: bool


class Vocabulary(Model):
    """All that a case can state, and all acts: enough to build a form."""

    facts: list[Fact]
    actions: list[Action]
    lists: dict[str, str]
