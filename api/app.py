"""The application: everything put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from api.access import Access
from api.case_model import case_model
from api.envelope import Envelope
from api.figures import Figures
from api.keeper import open_keeper
from api.law import Law
from api.openapi import build
from api.problems import HANDLERS
from api.remembered import Remembered
from api.routes import assess, batch, explanations, named_queries, norms, ontology, places, service, vocabulary
from api.settings import Settings, from_environment, ontology_folder
from api.version import VERSION
from api.work import Work
from engine.paths import data

ROUTERS = (
    assess.router,
    batch.router,
    explanations.router,
    norms.router,
    places.router,
    places.comparisons,
    vocabulary.router,
    named_queries.router,
    ontology.router,
    service.router,
)
EXPOSED = ["ETag", "Law-Version", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"]


def create_app(settings: Settings) -> FastAPI:
    """The service over the law of a folder."""
    law = Law(ontology_folder(settings, data("ontology")))
    app = FastAPI(title="dutygraph", version=VERSION, docs_url=None, redoc_url=None, lifespan=lifespan, exception_handlers=HANDLERS, redirect_slashes=False)
    figures, keeper = Figures(law.version), open_keeper(settings)
    app.state.law, app.state.settings, app.state.figures, app.state.keeper = law, settings, figures, keeper
    app.state.case_model = case_model(law.kb.schema, [p.code for p in law.kb.jurisdictions.values()])
    app.state.work = Work(settings.threads, settings.waiting, figures)
    app.state.remembered = Remembered(settings.answers)
    app.state.sparql_limits = {}
    routers: list[APIRouter] = [*ROUTERS, named_queries.query_routes(law)]
    for router in routers:
        app.include_router(router)
    app.state.routes = [route for router in routers for route in router.routes]
    app.openapi = lambda: app.openapi_schema or remember_schema(app, law)  # type: ignore[method-assign]  # how FastAPI says to replace it
    if settings.origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_methods=["*"], allow_headers=["*"], expose_headers=EXPOSED)
    app.add_middleware(Enveloped, app, settings, figures, Access(settings, keeper))
    return app


class Enveloped(Envelope):
    """The envelope as FastAPI adds a layer: the application inside comes first."""

    def __init__(self, app: ASGIApp, api: FastAPI, settings: Settings, figures: Figures, access: Access) -> None:
        super().__init__(app, api, settings, figures, access)


def remember_schema(app: FastAPI, law: Law) -> dict[str, object]:
    """The OpenAPI document, built when first asked for."""
    app.openapi_schema = build(app, law)
    return app.openapi_schema


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the application, from its start to its end."""
    warming = asyncio.create_task(asyncio.to_thread(app.state.law.warm))
    yield
    warming.cancel()
    app.state.work.close()


def from_env() -> FastAPI:
    """The application of a worker process."""
    return create_app(from_environment())
