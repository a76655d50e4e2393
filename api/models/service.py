"""The service itself: what it is, its health, its limits."""

from typing import Any, Literal

from pydantic import Field

from api.models.base import Model


class Limits(Model):
    """Every limit of the service."""

    case_bytes: int
    batch_bytes: int
    body_pause_seconds: float
    request_seconds: float
    work_seconds: float
    comparison_cells: int
    batch_line_bytes: int
    page: int
    rate: dict[str, int | None]
    waiting: int
    retention_days: int
    answers_remembered_seconds: float
    sparql: dict[str, Any] = Field(default={}, description="The limits of /sparql, by name.")


class Health(Model):
    """That the service lives."""

    status: Literal["ok"]


class Ready(Health):
    """That the service can answer. sparql: whether /sparql can, too."""

    sparql: Literal["ready", "starting"]


class Described(Model):
    """What this service is."""

    title: str
    law_version: str
    engine_version: str
    norms: int
    jurisdictions: int
    disclaimer: str
    links: dict[str, str]
