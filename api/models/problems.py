"""Problems: one shape for all (RFC 9457)."""

from pydantic import Field

from api.models.base import Model


class ProblemFault(Model):
    """One thing to mend: where (a JSON Pointer into the body, or a parameter), what, and how."""

    pointer: str | None = None
    parameter: str | None = None
    detail: str
    fix: str


class Problem(Model):
    """Why a request was refused (RFC 9457). type is an address of docs/api.md#problems."""

    type: str
    title: str
    status: int
    detail: str
    fix: str
    instance: str
    request_id: str
    errors: list[ProblemFault] = Field(default=[], description="Each place that is wrong; absent where the request as a whole is refused.")


class ProblemKind(Model):
    """A kind of problem."""

    name: str = Field(description="Last part of its type.")
    type: str
    title: str
    status: int
    meaning: str
