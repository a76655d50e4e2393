"""Errors over HTTP: one shape for all (RFC 9457), one table from what went wrong to its status."""

import http
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from api.sparql import problems as sparql
from api.sparql.problems import BASE, Kind
from engine.case_json import unknown
from engine.errors import CaseError, Location, OntologyError

MEDIA = sparql.MEDIA.decode()
WHERE: Mapping[str, str] = {
    "fact": "/v1/facts lists every fact",
    "class": "/v1/facts lists what a case can state",
    "property": "/v1/facts lists what a case can state",
    "action": "/v1/facts lists every action",
    "norm": "/v1/norms lists every norm",
    "jurisdiction": "/v1/jurisdictions lists them",
    "query": "/v1/queries lists them",
    "decision": "/v1/decisions lists them",
    "address": "/openapi.json lists every address",
    "key": "/openapi.json has the schema of a case",
    "place instead": "or the parameter `jurisdiction`",
    "many cases": "/v1/batch takes many, one on each line",
}
"""Where a caller finds what an error of the engine says to look up (`see`, in engine/errors.py)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. pointer: JSON Pointer into the body as a URI fragment; parameter: name of a parameter instead."""

    detail: str
    fix: str
    pointer: str = ""
    parameter: str = ""

    def json(self) -> dict[str, str]:
        """Only what is known."""
        where = {"parameter": self.parameter} if self.parameter else {"pointer": self.pointer or "#"}
        return {**where, "detail": self.detail, "fix": self.fix}


class Problem(Exception):  # noqa: N818  RFC 9457 calls it a problem
    """A refusal: the kind (a key of KINDS), what is wrong in one sentence, its cure, the places, and headers to send along."""

    def __init__(self, kind: str, detail: str, fix: str = "", faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind, detail, fix)
        self.kind, self.detail, self.fix, self.faults, self.headers = kind, detail, fix, faults, headers or {}


OWN: Mapping[str, Kind] = {
    "malformed": Kind(400, "The request cannot be read", "The body is not valid UTF-8, JSON or RDF, or is nested without end. Correct the syntax."),
    "no-key": Kind(401, "A key is needed", "Send `Authorization: Bearer KEY`, with a key that the operator of the service gave you."),
    "scope": Kind(403, "The key does not reach that far", "The key lacks the scope that the endpoint needs (read, assess or admin). Ask the operator for one."),
    "not-found": Kind(404, "There is nothing there", "The address, norm, jurisdiction, query or assessment is not known, or its time of retention is over."),
    "method": Kind(405, "The method is not allowed there", "The header `Allow` lists the methods that are."),
    "not-acceptable": Kind(406, "No form that was asked for", "The header `Accept` excludes every form that there is; the problem lists them."),
    "timeout": Kind(408, "The body came too slowly", "The request was not complete in time. Send it again, at once."),
    "too-large": Kind(413, "The body is too large", "Send one case (limits at /v1/limits), or many cases to /v1/batch."),
    "media-type": Kind(
        415, "The form of the body is not known", "The header `Content-Type` names a form that is not understood; the problem lists those that are."
    ),
    "invalid": Kind(
        422, "The request says something that is not known", "A fact, value, code, date or parameter is wrong. `errors` has each place, and its cure."
    ),
    "rate": Kind(429, "Too many requests", "Wait as many seconds as `Retry-After` says. The policy stands in `RateLimit-Policy`."),
    "error": Kind(500, "The service failed", "This is a fault of the service, not of the request. Tell the operator the request id."),
    "busy": Kind(503, "The service is busy", "More is waiting than can be answered in time. Try again after `Retry-After` seconds."),
    "limit": Kind(503, "A limit was reached", "The answer was not finished within the limit that is named, and is not given in part. Ask for less."),
    "store": Kind(503, "The store does not answer", "The place where assessments are kept cannot be reached. Nothing was kept."),
}

KINDS: Mapping[str, Kind] = {**sparql.KINDS, **OWN}
"""Every kind: those of /sparql, and those of the other addresses."""

STATUS: Mapping[type[Exception], str] = {CaseError: "invalid", OntologyError: "error", RecursionError: "malformed", UnicodeDecodeError: "malformed"}
"""What the engine raises → kind of problem."""

OF_STATUS = {400: "malformed", 401: "no-key", 403: "scope", 404: "not-found", 405: "method", 406: "not-acceptable", 413: "too-large", 415: "media-type"}


def body_of(problem: Problem, path: str, request_id: str) -> dict[str, object]:
    """The document of a problem."""
    kind = KINDS[problem.kind]
    found: dict[str, object] = {
        "type": BASE + problem.kind,
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "fix": problem.fix or kind.meaning,
        "instance": path,
        "request_id": request_id,
    }
    return found | ({"errors": [f.json() for f in problem.faults]} if problem.faults else {})


def response_of(problem: Problem, path: str, request_id: str) -> Response:
    """A problem as a response."""
    text = json.dumps(body_of(problem, path, request_id), ensure_ascii=False)
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(text, KINDS[problem.kind].status, headers, MEDIA)


def answer_problem(request: Request, problem: Problem) -> Response:
    """A problem as the response to a request."""
    return response_of(problem, request.url.path, request.scope.get("request_id", ""))


async def on_problem(request: Request, error: Exception) -> Response:
    """A refusal of our own."""
    assert isinstance(error, Problem)
    return answer_problem(request, error)


async def on_engine(request: Request, error: Exception) -> Response:
    """What the engine refuses, by the table."""
    return answer_problem(request, from_engine(error))


def from_engine(error: Exception, kind: str = "") -> Problem:
    """A refusal of the engine as a problem of the kind of the table, or of another. Its place may be a JSON Pointer (`#…`), a `parameter …`, or a line."""
    kind = kind or next(k for cls, k in STATUS.items() if isinstance(error, cls))
    if not isinstance(error, CaseError):
        return Problem(kind, KINDS[kind].title)
    at, problem, _ = error.args
    fix = error.cure(WHERE)
    line = f" (line {at.line})" if at.line else ""
    return Problem(kind, problem + line, fix, (Fault(problem + line, fix, at.file if at.file.startswith("#") else "#", parameter_in(at)),))


def parameter_in(at: Location) -> str:
    """The parameter that a place names, or ''."""
    return at.file.removeprefix("parameter ") if at.file.startswith("parameter ") else ""


def no_such(what: str, name: str, names: Iterable[str]) -> Problem:
    """That nothing has the name that an address gives."""
    return Problem("not-found", f"there is no {what} {name!r}", unknown(Location("#"), what, name, names).cure(WHERE))


async def on_invalid(request: Request, error: Exception) -> Response:
    """What FastAPI refuses in parameters."""
    assert isinstance(error, RequestValidationError)
    faults = tuple(parameter_fault(e) for e in error.errors())
    return answer_problem(request, Problem("invalid", "; ".join(f"{f.parameter}: {f.detail}" for f in faults), faults[0].fix if faults else "", faults))


def parameter_fault(error: Mapping[str, Any]) -> Fault:
    """One complaint about a parameter."""
    name = ".".join(str(p) for p in error["loc"][1:]) or str(error["loc"][0])
    return Fault(str(error["msg"]), "give a value as the OpenAPI document describes it", parameter=name)


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown addresses and methods."""
    assert isinstance(error, HTTPException)
    kind = OF_STATUS.get(error.status_code, "error" if error.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR else "malformed")
    if kind == "not-found":
        return answer_problem(request, Problem(kind, f"there is no {request.url.path}", nearest_path(request)))
    if kind == "method":
        allowed = ", ".join(sorted(methods(request)))
        return answer_problem(request, Problem(kind, f"{request.method} is not allowed there", f"use {allowed}", headers={"Allow": allowed}))
    return answer_problem(request, Problem(kind, str(error.detail)))


def routes(request: Request) -> Sequence[Route]:
    """Every route of the application."""
    found: Sequence[Route] = request.app.state.routes
    return found


def methods(request: Request) -> set[str]:
    """The methods that an address allows."""
    scope = dict(request.scope)
    found = {m for route in routes(request) for m in (route.methods or ()) if route.matches(scope)[0] != Match.NONE}
    return found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set())


def nearest_path(request: Request) -> str:
    """The address that was probably meant."""
    return unknown(Location("#"), "address", request.url.path, [r.path for r in routes(request)]).cure(WHERE)


HANDLERS: dict[int | type[Exception], Any] = {
    Problem: on_problem,
    RequestValidationError: on_invalid,
    HTTPException: on_http,
    **dict.fromkeys(STATUS, on_engine),
}


def documented(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI of an endpoint's problems: those that any endpoint has, and its own."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in dict.fromkeys((*kinds, *EVERYWHERE)):
        status = KINDS[kind].status
        words = found.get(status, {}).get("description", "")
        found[status] = {
            "description": f"{words} / {KINDS[kind].title}" if words else KINDS[kind].title,
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return found


EVERYWHERE = ("no-key", "scope", "method", "not-acceptable", "invalid", "rate", "error", "busy")
"""Problems of every endpoint."""
