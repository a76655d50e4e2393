"""All of SPARQL as a part of an application: routes, and what has to be started and stopped with it."""

import asyncio
from contextlib import suppress
from pathlib import Path

from starlette.routing import BaseRoute, Route

from api.sandbox.frames import Failure, encode_head
from api.sandbox.job import Receive as JobReceive
from api.sandbox.launch import Launched
from api.sandbox.parse import parse_rdf
from api.sandbox.pool import Pool
from api.snapshot import Snapshot, prepare
from api.sparql.endpoint import Endpoint, Receive, Scope, Send, VoidDescription, refuse
from api.sparql.kept import Published
from api.sparql.limits import SparqlLimits
from api.sparql.memory import Memory
from engine.queries import OURS

TABLE = encode_head({"task": "query", "base": OURS, "default": (), "named": (), "results": ("tsv", "text/tab-separated-values"), "graphs": None})
"""The head of a job that asks for a table."""


class Sparql:
    """The endpoint over one body of norms. Until it has loaded, requests are answered 503 with Retry-After.

    kept: assessments that may be queried as well, where the operator publishes them. early: a nursery that loads already. memory: of answers.
    """

    def __init__(
        self, root: Path, limits: SparqlLimits | None = None, kept: Published | None = None, early: Launched | None = None, memory: Memory | None = None
    ) -> None:
        self.root, self.limits, self.kept, self.early, self.memory = root, limits or SparqlLimits(), kept, early, memory
        self.snapshot: Snapshot | None = None
        self.pool: Pool | None = None
        self.endpoint: Endpoint | None = None
        self.void: VoidDescription | None = None
        self.starting: asyncio.Task[None] | None = None
        self.apps = {"/sparql": _At(self, "endpoint"), "/.well-known/void": _At(self, "void")}

    def routes(self) -> list[BaseRoute]:
        """For the application's router. Each takes every method, for it answers 405 itself."""
        return [Route(path, app) for path, app in self.apps.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request to one of the addresses, past any router."""
        if self.endpoint is not None and scope["path"] == "/sparql":
            await self.endpoint(scope, receive, send)
        else:
            await self.apps[scope["path"].removeprefix(scope.get("root_path", ""))](scope, receive, send)

    @property
    def ready(self) -> bool:
        """Whether queries are answered."""
        return self.endpoint is not None and self.pool is not None and self.pool.control is not None

    def start(self) -> "asyncio.Task[None]":
        """Begin to load; whoever needs it loaded awaits the task. To be called in the event loop of the server."""
        self.starting = asyncio.get_running_loop().create_task(self._load())
        return self.starting

    async def _load(self) -> None:
        self.snapshot = await asyncio.to_thread(prepare, self.root)
        self.pool = await self._pool(self.snapshot)
        self.endpoint = Endpoint(self.pool, self.snapshot.catalogue, self.limits, self.kept, self.memory)
        self.void = VoidDescription(self.pool, self.snapshot.catalogue, self.limits, self.kept)

    async def _pool(self, snapshot: Snapshot) -> Pool:
        early, self.early = self.early, None
        if early is not None and (early.dataset, early.limits) != (snapshot.dataset, self.limits.sandbox):
            early.end()  # the law has changed since
            early = None
        pool = Pool(snapshot.dataset, self.limits.sandbox, early)
        await pool.start()
        return pool

    async def stop(self) -> None:
        """End every process that was started."""
        if self.starting is not None:
            self.starting.cancel()
            with suppress(asyncio.CancelledError):
                await self.starting
        if self.pool is not None:
            await self.pool.stop()

    async def loaded(self, seconds: float) -> Pool:
        """The pool; in the first seconds of the service it is waited for. Raises Failure."""
        if self.pool is None and self.starting is not None:
            await asyncio.wait((self.starting,), timeout=seconds)
        if self.pool is None:
            raise Failure("busy", "the service is starting")
        return self.pool

    async def table(self, query: str, receive: JobReceive) -> bytes:
        """The rows of a query of our own over the law, as TSV, which keeps terms whole. Behind the same walls as any other; raises Failure."""
        pool = await self.loaded(self.limits.sandbox.seconds)
        job = pool.open(TABLE, query.encode(), pool.loop.time() + self.limits.sandbox.seconds, receive)
        try:
            return b"".join([part async for part in job.rest()])
        finally:
            pool.close(job)

    async def parse(self, document: bytes, media: str, base: str = "") -> bytes:
        """A document in RDF as N-Quads, parsed in a disposable process. Raises Failure."""
        return await parse_rdf(await self.loaded(self.limits.sandbox.seconds), document, media, base)


class _At:
    """One of the addresses, as ASGI; what stands behind it comes when it is loaded."""

    def __init__(self, sparql: Sparql, name: str) -> None:
        self.sparql, self.name = sparql, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        found: Endpoint | None = getattr(self.sparql, self.name)
        if found is None:
            await refuse(scope, send, Failure("busy", "the service is starting"), self.sparql.limits)
        else:
            await found(scope, receive, send)
