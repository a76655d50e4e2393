"""Where an interview stands."""

from typing import Any

from pydantic import Field

from api.models.base import Answer, Model
from api.models.vocabulary import Fact


class Asked(Model):
    """An answer (modality and act), or the standing of a norm, under the law of a place."""

    jurisdiction: str
    norm: str = Field(default="", description="Absent where an answer is meant.")
    modality: str = Field(default="", description="Absent where a norm is meant.")
    act: str = Field(default="", description="Absent where a norm is meant.")


class Settled(Asked):
    """An answer that every completion of the unknown facts gives."""

    answer: Answer


class Spot(Model):
    """A fact about a thing of the case."""

    fact: str
    thing: str = Field(description="Id of the thing; empty for whatever act is considered.")


class Option(Model):
    """One answer that may be chosen."""

    value: str = Field(description="To be sent back in `answer`.")
    text: str


class Question(Model):
    """A fact to ask for."""

    fact: Fact
    thing: str = Field(description="Which thing of the case it is about; empty for whatever act is considered.")
    about: str = Field(description="The thing, where the case has several of its kind; else empty.")
    question: str
    options: list[Option]
    several: bool = Field(description="Whether more than one option may be chosen.")
    reason: str = Field(description="Why it is asked, in a clause.")
    expected: float = Field(description="How many open answers it is expected to settle.")
    waiting: list[Asked] = Field(description="The open answers that some option settles.")
    norms: list[str] = Field(description="Ids of the norms that look at the fact there.")


class Interview(Model):
    """Where an interview stands."""

    case: dict[str, Any] = Field(description="The case with the answer, to be sent again.")
    skip: list[Spot] = Field(description="What is not to be asked for, to be sent again.")
    jurisdictions: list[str]
    done: bool = Field(description="Whether there is nothing left to ask.")
    next: Question | None
    settled: list[Settled]
    open: list[Asked]
    stuck: list[Asked] = Field(description="Open answers that turn only on what is not to be asked.")
    limits: list[str] = Field(description="What could not be worked out.")
    law_version: str
    disclaimer: str
