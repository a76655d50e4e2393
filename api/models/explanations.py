"""Why an answer is as it is."""

from pydantic import Field

from api.models.base import Model


class Line(Model):
    """A line of an outline. mark: yes, no, unknown or contradictory. note: where it comes from. below: what it rests on."""

    text: str
    mark: str = ""
    note: str = ""
    below: list["Line"] = Field(default=[], description="What it rests on.")


class Explanation(Model):
    """An explanation: the named query, its rows, and their outline, which is made of the rows alone."""

    kind: str
    title: str
    subtitle: str
    assessment: str
    query: str
    parameters: dict[str, str]
    columns: list[str]
    rows: list[dict[str, str]]
    outline: list[Line]
    limits: list[str] = Field(description="Limits that were hit; empty where the explanation is whole.")
    disclaimer: str


class NormExplanation(Explanation):
    """Why one norm stands where it stands."""

    norm: str
    forum: str


class ExplanationKind(Model):
    """A kind of explanation. needs: fields that must be given. query: the named query whose rows it is made of."""

    name: str
    question: str
    needs: list[str]
    query: str
    forms: list[str]
