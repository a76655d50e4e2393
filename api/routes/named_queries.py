"""Every named query as an address of its own, with typed parameters, in JSON or CSV."""

import csv
import io
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.answers import JSON, of_law
from api.case_model import LINK
from api.law import Law, LawDep, today
from api.media import choose
from api.models import queries as models
from api.problems import documented, no_such
from api.work import WorkDep
from engine.errors import CaseError, Location
from engine.queries import Parameter, Query, Rows, bind, run_query

router = APIRouter(prefix="/v1", tags=["queries"])
CSV = "text/csv; charset=utf-8"
FORMS = (JSON, CSV)
LARGEST = 1000
"""Longest value of a parameter."""
SCHEMAS = {"jurisdiction": "JurisdictionCode", "norm": "NormId", "action": "ActKey", "date": "Date"}
"""Kind of parameter → schema of its values, in api/name_schemas.py."""


def query_view(query: Query) -> dict[str, Any]:
    """A query, with its text."""
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "parameters": [{"name": p.name, "kind": p.kind, "default": p.default} for p in query.parameters],
        "columns": list(query.columns),
        "sparql": query.text,
        "href": f"/v1/queries/{query.name}",
    }


@router.get("/queries", operation_id="listQueries", summary="The named queries", responses={200: {"model": list[models.NamedQuery]}, **documented()})
def list_queries(request: Request, law: LawDep) -> Response:
    """Every question that has a name, with its SPARQL, which gives the same rows at /sparql."""
    return of_law(request, [query_view(q) for q in served(law).values()])


def served(law: Law) -> Mapping[str, Query]:
    """The queries about the law. Those about one assessment are answered by the explanations."""
    return {name: q for name, q in law.queries.items() if not any(p.kind == "assessment" for p in q.parameters)}


def bindings_of(law: Law, query: Query, given: Mapping[str, str]) -> Mapping[ox.Variable, ox.NamedNode | ox.Literal]:
    """The parameters of a request as terms."""
    for name, value in given.items():
        if len(value) > LARGEST:
            raise CaseError(Location(f"parameter {name}"), f"{name} has {len(value):,} characters", f"use at most {LARGEST:,}")
    return bind(law.kb, query, given, today())


def csv_of(rows: Rows) -> str:
    """Rows as CSV (RFC 4180)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([rows.columns, *rows.rows])
    return text.getvalue()


def json_of_rows(query: Query, rows: Rows) -> dict[str, Any]:
    """Rows as JSON."""
    return {"query": query.name, "columns": list(rows.columns), "rows": [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]}


async def answer(request: Request, law: Law, work: WorkDep, query: Query) -> Response:
    """The rows of a query, in the form that is wanted."""
    media = choose(request.headers.get("accept"), FORMS)
    rows = await work.run(run_query, law.store, query, bindings_of(law, query, dict(request.query_params)))
    return of_law(request, csv_of(rows) if media == CSV else json_of_rows(query, rows), media)


def endpoint_of(name: str) -> Callable[..., Awaitable[Response]]:
    """The handler of one query."""

    async def ask(request: Request, law: LawDep, work: WorkDep) -> Response:
        return await answer(request, law, work, law.queries[name])

    return ask


def query_routes(law: Law) -> APIRouter:
    """An address for each query, and one that says which there are for a name that does not exist."""
    found = APIRouter(prefix="/v1/queries", tags=["queries"])
    for query in served(law).values():
        words = "".join(part.capitalize() for part in query.name.split("-"))
        found.add_api_route(
            f"/{query.name}",
            endpoint_of(query.name),
            operation_id=f"query{words}",
            summary=query.title,
            description=f"{query.description} Columns: {', '.join(query.columns)}.",
            responses={
                200: {"model": models.QueryRows, "content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The rows."},
                **documented("invalid"),
            },
            openapi_extra={"parameters": [parameter_schema(law, p) for p in query.parameters]},
        )
    found.add_api_route("/{name}", unknown_query, include_in_schema=False)
    return found


async def unknown_query(law: LawDep, name: Annotated[str, Path()]) -> Response:
    """No query has that name."""
    raise no_such("query", name, served(law))


def parameter_schema(law: Law, parameter: Parameter) -> dict[str, Any]:
    """A parameter in OpenAPI."""
    kind, _, detail = parameter.kind.partition(":")
    values = {"type": "string", "enum": list(law.kb.schema.facts[detail].values)} if kind == "fact" else {"type": "string", "maxLength": LARGEST}
    schema = {LINK: SCHEMAS[kind]} if kind in SCHEMAS else values
    words = f"{kind}{': ' + detail if detail else ''}; {parameter.default} if absent."
    return {"name": parameter.name, "in": "query", "required": False, "description": words, "schema": schema}
