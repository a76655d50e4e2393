"""The application of a worker process: its dataset begins to load before the rest of it is imported."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.settings import Settings, from_environment
from api.sparql.early import launch_early

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def begin(settings: Settings) -> "ASGIApp":
    """Start everything, the slowest thing first."""
    early = launch_early(settings)
    with models_built_late():
        from api.app import served  # noqa: PLC0415  not before that

        return served(settings, early)


@contextmanager
def models_built_late() -> Iterator[None]:
    """Models that are defined meanwhile are built when they are first used. FastAPI defines fifty for a document that is rarely asked for."""
    from pydantic import BaseModel  # noqa: PLC0415  not before the sandbox is on its way

    before = BaseModel.model_config
    BaseModel.model_config = {**before, "defer_build": True}
    try:
        yield
    finally:
        BaseModel.model_config = before


def from_env() -> "ASGIApp":
    """With the settings that `dutygraph serve` has left in the environment."""
    return begin(from_environment())
