"""Parameters in the address: none is passed over. One that the address does not have, or a second value where it takes one, is refused."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams

from api.problems import Fault, Problem


def parameters_of(route: APIRoute) -> Mapping[str, bool]:
    """Name of each parameter that an address takes → whether it may be given more than once. Those of a named query are stated in its OpenAPI.

    No address takes headers or cookies as parameters, so that what is not part of the path stands behind the question mark.
    """
    fields = [f for f in get_flat_params(route.dependant) if f.alias not in route.param_convertors]
    stated = [p["name"] for p in (route.openapi_extra or {}).get("parameters", ())]
    return {f.alias: repeatable(f.field_info.annotation) for f in fields} | dict.fromkeys(stated, False)


def repeatable(kind: Any) -> bool:
    """Whether a type is a list, or may be one."""
    return get_origin(kind) is list or any(repeatable(part) for part in get_args(kind))


class NoneStrange:
    """A dependency of every address: refuses what would otherwise be passed over, each place of it."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, bool]] = {}

    async def __call__(self, request: Request) -> None:
        if not request.scope["query_string"]:
            return
        faults = faults_of(request.query_params, self.known(request.scope["route"]))
        if faults:
            raise Problem("invalid", "; ".join(f.detail for f in faults), faults[0].fix, faults)

    def known(self, route: APIRoute) -> Mapping[str, bool]:
        """The parameters of an address, worked out when it is first asked."""
        if route.unique_id not in self._known:
            self._known[route.unique_id] = parameters_of(route)
        return self._known[route.unique_id]


def faults_of(given: QueryParams, known: Mapping[str, bool]) -> list[Fault]:
    """A fault for each name that is not known, or that is given twice where it may be given once."""
    fix = f"leave it out, or use: {', '.join(known)}" if known else "leave it out; this address takes none"
    strange = [Fault(f"there is no parameter {name!r}", fix, parameter=name) for name in given if name not in known]
    twice = [name for name in given if known.get(name) is False and len(given.getlist(name)) > 1]
    return strange + [Fault(f"{name} is given more than once", "give it once", parameter=name) for name in twice]
