"""An application of /sparql alone, for tests and benchmarks: `uvicorn --factory api.sparql.alone:create --http api.connections:BoundedProtocol`."""

import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.sandbox.limits import SandboxLimits
from api.sparql.limits import SparqlLimits
from api.sparql.service import Sparql
from engine.paths import data

LIMITS = "DUTYGRAPH_SPARQL_LIMITS"
"""Environment variable with limits as JSON, those of the sandbox under `sandbox`."""


def read_limits(text: str) -> SparqlLimits:
    """Limits from JSON; what is not there has its default."""
    found = json.loads(text)
    return SparqlLimits(sandbox=SandboxLimits(**found.pop("sandbox", {})), **found)


def create() -> Starlette:
    """The application."""
    sparql = Sparql(Path(os.environ.get("DUTYGRAPH_ONTOLOGY") or data("ontology")), read_limits(os.environ.get(LIMITS, "{}")))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await sparql.start()
        yield
        await sparql.stop()

    async def health(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    return Starlette(routes=[*sparql.routes(), Route("/health", health)], lifespan=lifespan)
