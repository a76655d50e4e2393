"""What the law says of a case."""

import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.models.base import Answer, Confidence, Model
from api.models.explanations import NormExplanation

Status = Literal["effective", "defeated", "undetermined", "not_triggered", "not_in_force", "not_bound"]


class Outcome(Model):
    """The answer for one modality and action."""

    answer: Answer
    norms: list[str] = Field(description="Ids of the norms that ground it.")
    recipients: list[str] = Field(default=[], description="Those toward whom it is the answer.")
    toward: dict[str, Answer] = Field(default={}, description="Each recipient's own answer, where they differ.")
    missing: list[str] = Field(default=[], description="Facts that it waits for.")
    orders: dict[str, Answer] = Field(description="Order (law, professional code …) → answer.")


class Defeat(Model):
    """That another norm prevails."""

    norm: str
    ground: str
    rule: str | None = None
    acts: list[str]
    certain: bool


class NormStatus(Model):
    """Where one norm stands in a case."""

    id: str
    status: Status
    modality: str
    label: str
    order: str
    jurisdiction: str
    citation: str
    confidence: Confidence
    checked: bool = Field(description="Whether it has been checked by hand against its source.")
    in_force: str
    acts: dict[str, str]
    missing: list[str]
    defeated_by: list[Defeat] = Field(default=[], description="Norms that prevail over it; absent where none does.")
    contradictory: bool = False
    forum: str = ""


class Clash(Model):
    """Two norms that cannot both be obeyed."""

    action: str
    norms: list[str]
    text: str


class Contradiction(Model):
    """What the case says and denies."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    fact: str
    about: str
    text: str
    grounds_for: list[str] = Field(alias="for")
    grounds_against: list[str] = Field(alias="against")


class OpenQuestion(Model):
    """A fact that is not known and that norms wait for."""

    fact: str
    question: str
    settles: int
    open_textured: bool
    values: list[str]


class Compliance(Model):
    """What the acts that were done mean for one norm."""

    norm: str
    state: str
    done: list[str]
    outstanding: list[str]
    within: str
    consequence: str


class Kept(Model):
    """Under which id an assessment was kept, and until when."""

    id: str
    expires: datetime.datetime


class Assessment(Model):
    """What the law says of a case."""

    id: str = Field(description="Hash of the law, the facts and the dates: the same question has the same id.")
    case: str
    law_as_of: str
    known_as_of: str
    law_version: str
    jurisdictions: list[str]
    disclaimer: str
    outcomes: dict[str, dict[str, Outcome]] = Field(description="Modality → action → answer. An action that is absent: no authority on point.")
    norms: list[NormStatus] = Field(default=[], description="Every norm that reaches the place, with its status; forum by forum.")
    conflicts: list[Clash] = Field(default=[], description="Pairs of norms that cannot both be obeyed, neither of which overrides the other.")
    limits: list[Clash] = Field(default=[], description="What the law permits and a code of the profession forbids.")
    contradictions: list[Contradiction] = Field(default=[], description="What the case both says and denies.")
    open_questions: list[OpenQuestion] = Field(default=[], description="Facts that are not known and would change an answer, those that settle most first.")
    compliance: list[Compliance] = Field(
        default=[], description="For each duty and prohibition what `actions_taken` means; empty where the case does not speak of acts."
    )
    problems: list[str] = Field(default=[], description="What could not be worked out, in words.")
    kept: Kept | None = Field(default=None, description="Absent unless the assessment was kept.")
    links: dict[str, str]
    by_jurisdiction: dict[str, dict[str, dict[str, Outcome]]] = Field(default={}, description="Code → outcomes, where the case names several places.")
    explanations: list[NormExplanation] = Field(default=[], description="The grounds that `why` or `explain` asked for.")


class KeptAssessment(Model):
    """An assessment that was kept, and the case it is about."""

    id: str
    expires: datetime.datetime
    case: dict[str, Any]
    assessment: Assessment
