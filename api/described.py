"""Routers whose answers are described when somebody asks for the description.

FastAPI makes a validator of every model of an answer as soon as a route is defined; nothing here validates an answer, and the largest of
these took longer to make than the law takes to load. So a route names its models, and api/openapi.py writes their schemas.
"""

from collections.abc import Mapping
from typing import Any, get_args

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

REF = "#/components/schemas/"
MODELS: dict[str, type[BaseModel]] = {}
"""Every model that a route names, by its name in OpenAPI."""


def reference(kind: Any) -> dict[str, Any]:
    """A model, or a list of one, as a reference to its schema."""
    inner = get_args(kind)
    if inner:
        return {"type": "array", "items": reference(inner[0])}
    MODELS[kind.__name__] = kind
    return {"$ref": REF + kind.__name__}


def named(response: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a response, its model named instead of given."""
    rest = {key: value for key, value in response.items() if key != "model"}
    if "model" not in response:
        return rest
    return rest | {"content": {"application/json": {"schema": reference(response["model"])}, **response.get("content", {})}}


class DescribedRoute(APIRoute):
    """A route that names the models of its answers."""

    def __init__(self, path: str, endpoint: Any, *, responses: Mapping[int | str, Mapping[str, Any]] | None = None, **more: Any) -> None:
        super().__init__(path, endpoint, responses={status: named(r) for status, r in (responses or {}).items()}, **more)


class Router(APIRouter):
    """A router of such routes."""

    def __init__(self, prefix: str = "", tags: list[str] | None = None) -> None:
        super().__init__(prefix=prefix, tags=[*(tags or [])], route_class=DescribedRoute)
