"""The service itself: what it is, whether it lives, its figures, its limits, its problems."""

from typing import Annotated, Any

from fastapi import Path, Request
from pydantic_core import to_json
from starlette.responses import Response

from api.answers import of_law
from api.described import Router
from api.law import LawDep
from api.media import choose
from api.models import service as models
from api.models.problems import ProblemKind
from api.page import page
from api.problems import KINDS, Problem, documented
from api.remembered import SECONDS
from api.routes.batch import LINE
from api.routes.norms import LARGEST_PAGE
from api.routes.places import CELLS
from api.sparql.problems import BASE
from api.version import VERSION
from api.work import PATIENCE, WORKING
from engine.assessment import DISCLAIMER

router = Router(tags=["service"])
LINKS = {
    "openapi": "/openapi.json",
    "norms": "/v1/norms",
    "jurisdictions": "/v1/jurisdictions",
    "facts": "/v1/facts",
    "queries": "/v1/queries",
    "ontology": "/ontology",
    "sparql": "/sparql",
    "void": "/.well-known/void",
    "explanations": "/v1/explanations",
    "limits": "/v1/limits",
    "problems": "/problems",
}


@router.get(
    "/",
    operation_id="describe",
    summary="What this service is",
    responses={
        200: {"model": models.Described, "content": {"text/html": {"schema": {"type": "string"}}}, "description": "A page, or its data."},
        **documented(),
    },
)
def describe(request: Request, law: LawDep) -> Response:
    """A page for people, the same in short for programs."""
    media = choose(request.headers.get("accept"), ("text/html; charset=utf-8", "application/json"))
    content = {
        "title": "dutygraph",
        "law_version": law.version,
        "engine_version": VERSION,
        "norms": len(law.kb.norms),
        "jurisdictions": len({p.code for p in law.kb.jurisdictions.values()}),
        "disclaimer": DISCLAIMER,
        "links": LINKS,
    }
    return of_law(request, page(request, content) if media.startswith("text/html") else content, media)


@router.get("/health", operation_id="health", summary="Whether the service lives", responses={200: {"model": models.Health}, **documented()})
async def health() -> Response:
    """Always quick, whatever else goes on."""
    return Response(b'{"status":"ok"}', 200, {"Cache-Control": "no-store"}, "application/json")


@router.get(
    "/ready",
    operation_id="ready",
    summary="Whether the service can answer",
    responses={200: {"model": models.Ready}, **documented("store")},
)
async def ready(request: Request) -> Response:
    """The law is loaded, and the store answers. /sparql may take some seconds more."""
    if not await request.app.state.keeper.ready():
        raise Problem("store", "the store does not answer", headers={"Retry-After": "5"})
    sparql = "ready" if request.app.state.sparql.ready else "starting"
    return Response(to_json({"status": "ok", "sparql": sparql}), 200, {"Cache-Control": "no-store"}, "application/json")


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={
        200: {"description": "Counts and times by route; nothing of any case.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(),
    },
)
async def metrics(request: Request) -> Response:
    """The figures of all workers together."""
    figures = request.app.state.figures
    others = await request.app.state.keeper.report(figures.worker, figures.said())
    text, media = figures.together(others).text()
    return Response(text, 200, {"Cache-Control": "no-store"}, media)


@router.get("/v1/limits", operation_id="limits", summary="Every limit of the service", responses={200: {"model": models.Limits}, **documented()})
async def limits(request: Request) -> Response:
    """What is refused, and from where on."""
    settings = request.app.state.settings
    found: dict[str, Any] = {
        "case_bytes": settings.max_body,
        "batch_bytes": settings.batch_body,
        "batch_line_bytes": LINE,
        "body_pause_seconds": settings.body_seconds,
        "request_seconds": PATIENCE,
        "work_seconds": WORKING,
        "comparison_cells": CELLS,
        "page": LARGEST_PAGE,
        "rate": {"requests": settings.rate or None, "seconds": 60},
        "waiting": settings.waiting,
        "retention_days": settings.retention_days,
        "answers_remembered_seconds": SECONDS if settings.answers else 0,
        "sparql": request.app.state.sparql_limits,
    }
    return of_law(request, found)


@router.get("/problems", operation_id="listProblems", summary="The kinds of problems", responses={200: {"model": list[ProblemKind]}, **documented()})
async def list_problems(request: Request) -> Response:
    """Every `type` that a problem can have, with what it means."""
    return of_law(request, [problem_view(name) for name in KINDS])


@router.get(
    "/problems/{kind}",
    operation_id="readProblem",
    summary="One kind of problem",
    responses={200: {"model": ProblemKind}, **documented("not-found", "invalid")},
)
async def read_problem(request: Request, kind: Annotated[str, Path(description="Last part of its type.", max_length=40)]) -> Response:
    """What a kind of problem means."""
    if kind not in KINDS:
        raise Problem("not-found", f"there is no kind of problem {kind!r}", f"there are: {', '.join(KINDS)}")
    return of_law(request, problem_view(kind))


def problem_view(name: str) -> dict[str, Any]:
    """A kind of problem as data."""
    kind = KINDS[name]
    return {"name": name, "type": BASE + name, "title": kind.title, "status": kind.status, "meaning": kind.meaning}
