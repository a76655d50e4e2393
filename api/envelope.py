"""What surrounds every request: an id, limits on the body, access, HEAD, the version of the law, figures, and no traceback."""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers

from api.access import Access
from api.figures import Figures
from api.problems import Problem, response_of
from api.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID = re.compile(r"[\w.-]{1,64}")
BATCH = "/v1/batch"
OF_SPARQL = ("/sparql", "/.well-known/void")
"""SPARQL has its own protocol for HEAD, for bodies and for time; see api/sparql."""
LOG = logging.getLogger("dutygraph.api")


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: App, api: FastAPI, settings: Settings, figures: Figures, access: Access) -> None:
        self.app, self.api, self.settings, self.figures, self.access = app, api, settings, figures, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = dict(scope)  # the server below keeps its own, in which HEAD stays HEAD
        given = Headers(scope=scope).get("x-request-id", "")
        scope["request_id"] = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        sending = Sending(scope, send, self.api.state.law.version)
        start = time.perf_counter()
        try:
            await self.answer(scope, receive, sending)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            LOG.error("request %s failed: %s", scope["request_id"], type(error).__name__)  # noqa: TRY400  a traceback could hold facts of a case
            if sending.status:
                raise  # the answer has begun: break it off, so that nobody takes it for whole
            await self.refuse(scope, receive, sending, Problem("error", "the service failed to answer"))
        finally:
            self.figures.count(scope, sending.status, time.perf_counter() - start)

    async def answer(self, scope: Scope, receive: Receive, sending: "Sending") -> None:
        """Check access and the body, then let the application answer."""
        try:
            sending.more = await self.access.check(scope)
            if scope["path"] in OF_SPARQL:
                await self.api.state.sparql(scope, receive, sending)  # past the router, which takes longer than a light query
                return
            limit = self.settings.batch_body if scope["path"] == BATCH else self.settings.max_body
            body = Body(receive, scope, limit, self.settings.body_seconds)
            body.check_length()
            if scope["method"] == "HEAD":
                scope["method"], sending.bodiless = "GET", True
            await self.app(scope, body.receive, sending)
            if body.problem is not None and not sending.status:
                raise body.problem
        except Problem as problem:
            if sending.status:
                raise
            await self.refuse(scope, receive, sending, problem)

    async def refuse(self, scope: Scope, receive: Receive, sending: "Sending", problem: Problem) -> None:
        """Answer with a problem. A body that was not read is not waited for."""
        response = response_of(problem, scope["path"], scope["request_id"])
        if problem.kind in ("too-large", "timeout"):
            response.headers["Connection"] = "close"
        await response(scope, receive, sending)


class Body:
    """The body of a request as it comes in: not too large, and not too slowly."""

    def __init__(self, receive: Receive, scope: Scope, limit: int, seconds: float) -> None:
        self._receive, self._scope, self._limit, self._seconds = receive, scope, limit, seconds
        self._size, self._ended = 0, False
        self._deadline = time.monotonic() + (seconds if scope["path"] != BATCH else 600)
        self.problem: Problem | None = None

    def check_length(self) -> None:
        """Refuse a body that says that it is too large before any of it is read."""
        length = Headers(scope=self._scope).get("content-length", "0")
        if not length.isdigit() or int(length) > self._limit:
            raise self.too_large()

    def too_large(self) -> Problem:
        """The refusal."""
        return Problem("too-large", f"the body is larger than {self._limit:,} bytes", f"send less; the limit of this address is {self._limit:,} bytes")

    async def receive(self) -> Message:
        """The next part of the body; after its end, whatever comes (a disconnection)."""
        if self._ended:
            return await self._receive()
        left = min(self._seconds, self._deadline - time.monotonic())
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.001))
        except TimeoutError as error:
            self.problem = Problem("timeout", f"the body was not complete after {self._seconds:g} seconds", "send it at once")
            raise self.problem from error
        self._size += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._size > self._limit:
            self.problem = self.too_large()
            raise self.problem
        return message


class Sending:
    """The way out: notes the status, adds the headers that every answer has, and drops the body of an answer to HEAD."""

    def __init__(self, scope: Scope, send: Send, version: str) -> None:
        self._scope, self._send, self._version = scope, send, version
        self.status, self.bodiless = 0, False
        self.more: dict[str, str] = {}

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            there = {name for name, _ in headers}
            more = {"x-request-id": self._scope["request_id"], "law-version": self._version, "x-content-type-options": "nosniff", **self.more}
            added = ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in more.items())
            message["headers"] = [*headers, *((name, value) for name, value in added if name not in there)]
        elif self.bodiless:
            message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
        await self._send(message)
