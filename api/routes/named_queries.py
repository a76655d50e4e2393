"""Every named query as an address of its own, with typed parameters, in JSON or CSV."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import Path, Request
from starlette.responses import Response

from api.answers import JSON, of_law
from api.case_model import LINK
from api.described import Router
from api.law import Law, LawDep, today
from api.media import choose
from api.models import queries as models
from api.problems import documented, no_such
from api.rdf_cases import refusal
from api.sandbox.frames import Failure
from engine.errors import CaseError, Location
from engine.queries import Bindings, Parameter, Query, Rows, bind, bound_text, rows_of

router = Router(prefix="/v1", tags=["queries"])
CSV = "text/csv; charset=utf-8"
FORMS = (JSON, CSV)
SMALL = 1 << 16
"""Bytes of a table that are read at once, without a thread."""
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


def bindings_of(law: Law, query: Query, given: Mapping[str, str]) -> Bindings:
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


async def answer(request: Request, law: Law, query: Query) -> Response:
    """The rows of a query, in the form that is wanted. It is worked on in a disposable process, with the limits of /sparql."""
    media = choose(request.headers.get("accept"), FORMS)
    text = bound_text(query, bindings_of(law, query, dict(request.query_params)))
    try:
        table = await request.app.state.sparql.table(text, request.receive)
    except Failure as failed:
        raise refusal(failed) from None  # a failure is frozen, and cannot be a cause
    rows = rows_in(table) if len(table) < SMALL else await asyncio.to_thread(rows_in, table)
    return of_law(request, csv_of(rows) if media == CSV else json_of_rows(query, rows), media)


def rows_in(table: bytes) -> Rows:
    """A table in TSV as rows of plain text."""
    found = ox.parse_query_results(table, ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    return rows_of(found)


def endpoint_of(name: str) -> Callable[..., Awaitable[Response]]:
    """The handler of one query."""

    async def ask(request: Request, law: LawDep) -> Response:
        return await answer(request, law, law.queries[name])

    return ask


def query_routes(law: Law) -> Router:
    """An address for each query, and one that says which there are for a name that does not exist."""
    found = Router(prefix="/v1/queries", tags=["queries"])
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
                **documented("invalid", "busy", "crashed", "memory-limit", "time-limit"),
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
