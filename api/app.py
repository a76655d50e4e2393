"""The application: everything put together."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import Access
from api.case_model import case_model
from api.envelope import OF_SPARQL, Envelope, Failing
from api.figures import Figures, Said
from api.keeper import Keeper, OwnKeeper, open_keeper
from api.law import Law
from api.parameters import NoneStrange
from api.problems import HANDLERS, Problem
from api.rdf_cases import RdfReader
from api.routes import assess, batch, explanations, interview, named_queries, norms, ontology, places, receipts, service, vocabulary
from api.sandbox.launch import Launched
from api.settings import Settings, ontology_folder
from api.sparql.kept import Published
from api.sparql.limits import SparqlLimits
from api.sparql.memory import Memory
from api.sparql.service import Sparql
from api.version import VERSION
from api.work import Work
from engine.paths import data

ROUTERS = (
    assess.router,
    batch.router,
    explanations.router,
    interview.router,
    receipts.router,
    norms.router,
    places.router,
    places.comparisons,
    vocabulary.router,
    named_queries.router,
    ontology.router,
    service.router,
)
REPORT_SECONDS = 0.5
"""How late the figures of one worker may be for another."""
EXPOSED = ["ETag", "Law-Version", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"]


def create_app(settings: Settings, early: Launched | None = None) -> Envelope:
    """The service over the law of a folder. early: a nursery that loads its dataset already.

    Starting makes a great many objects and no garbage, so nothing is collected meanwhile.
    """
    gc.disable()
    law = Law(ontology_folder(settings, data("ontology")))
    app = FastAPI(title="dutygraph", version=VERSION, docs_url=None, redoc_url=None, lifespan=lifespan, exception_handlers=HANDLERS, redirect_slashes=False)
    figures, keeper = Figures(law.version), open_keeper(settings)
    app.state.law, app.state.settings, app.state.figures, app.state.keeper = law, settings, figures, keeper
    app.state.case_model = case_model(law.kb.schema)
    app.state.work = Work(settings.threads, settings.waiting, figures)
    app.state.sparql = sparql = sparql_of(law, settings, keeper, figures, early)
    app.state.read_rdf, app.state.sparql_limits = RdfReader(sparql), asdict(sparql.limits)
    routers: list[APIRouter] = [*ROUTERS, named_queries.query_routes(law)]
    strict = Depends(NoneStrange())
    for router in routers:
        app.include_router(router, dependencies=[strict])
    app.router.routes += sparql.routes()
    app.state.routes = [route for router in routers for route in router.routes]
    app.openapi = lambda: app.openapi_schema or remember_schema(app, law)  # type: ignore[method-assign]  # how FastAPI says to replace it
    app.add_middleware(Failing)
    return Envelope(app, settings, figures, Access(settings, keeper))


def served(settings: Settings, early: Launched | None = None) -> ASGIApp:
    """The service as it is served: with CORS around all of it, so that a page may read refusals as well."""
    service = create_app(settings, early)
    if not settings.origins:
        return service
    return Cors(service, allow_origins=settings.origins, allow_methods=["*"], allow_headers=["*"], expose_headers=EXPOSED)


def sparql_of(law: Law, settings: Settings, keeper: Keeper, figures: Figures, early: Launched | None) -> Sparql:
    """SPARQL over the law, and over what is kept if the operator publishes it."""
    limits = SparqlLimits().shared_by(settings.workers)
    kept = Published(keeper, limits, keyed=settings.has_keys, exposed=settings.exposed, audited=bool(settings.audit))
    memory = Memory(settings.answers, figures.remember)
    return Sparql(law.folder, limits, kept if settings.publish_assessments else None, early, memory)


SWITCH = 0.001
"""Seconds for which a thread that works on a case keeps the event loop waiting; five times that by default, several times for each request."""


class Cors(CORSMiddleware):
    """CORS for all but SPARQL, which any page may ask, without credentials, and which says so itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.app if scope.get("path") in OF_SPARQL else super().__call__)(scope, receive, send)


def remember_schema(app: FastAPI, law: Law) -> dict[str, object]:
    """The OpenAPI document, built when first asked for."""
    from api.openapi import build  # noqa: PLC0415  nor is what builds it loaded before

    app.openapi_schema = build(app, law)
    return app.openapi_schema


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the application, from its start to its end."""
    beside = [asyncio.create_task(warm(app))]
    keeper = app.state.keeper
    own = isinstance(keeper, OwnKeeper)
    beside.append(asyncio.create_task(keeper.sweep_again() if own else report(app.state.figures, keeper)))
    yield
    for task in beside:
        task.cancel()
    await app.state.sparql.stop()
    app.state.work.close()
    app.state.keeper.close()


async def report(figures: Figures, keeper: Keeper) -> None:
    """Say again and again what this worker has counted, if that is more than before, for whichever worker is asked."""
    last: Said = {}
    while True:
        said = figures.said()
        if said != last:
            with suppress(Problem):  # the keeper does not answer; the next time will do
                await keeper.report(figures.worker, said)
                last = said
        await asyncio.sleep(REPORT_SECONDS)


async def warm(app: FastAPI) -> None:
    """Load what is not needed to be ready: the dataset of /sparql, and what explanations are made of."""
    gc.freeze()  # what has been loaded stays; no collection need look at it again
    gc.enable()
    sys.setswitchinterval(SWITCH)
    loading = app.state.sparql.start()
    await asyncio.to_thread(app.state.case_model.model_rebuild)
    await loading
    await asyncio.to_thread(app.state.law.warm)
    gc.freeze()
