"""What surrounds every request: an id, limits on the body, access, HEAD, the version of the law, figures, and no traceback."""

import asyncio
import itertools
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from fastapi import FastAPI

from api.access import Access
from api.figures import Figures
from api.problems import Problem, response_of
from api.remembered import Remembered
from api.settings import Settings
from api.sparql.endpoint import read_headers

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

REQUEST_ID = re.compile(rb"[\w.-]{1,64}")
BATCH = "/v1/batch"
OF_SPARQL = ("/sparql", "/.well-known/void")
"""SPARQL has its own protocol for HEAD, for bodies and for time; see api/sparql."""
FAILED = "dutygraph.failed"
LOG = logging.getLogger("dutygraph.api")


class Envelope:
    """The outermost layer of the service: around FastAPI, its own layers included, which take longer than a light answer."""

    def __init__(self, api: FastAPI, settings: Settings, figures: Figures, access: Access) -> None:
        self.api, self.settings, self.figures, self.access = api, settings, figures, access
        self.remembered = Remembered(api, settings.answers, figures.remember)
        self.version = (b"law-version", api.state.law.version.encode())
        self.ids = map((secrets.token_hex(4) + "%08x").__mod__, itertools.count(1))
        """Ids name requests in answers and logs, and open nothing: they need to differ between processes, not to be beyond guessing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.api(scope, receive, send)
            return
        start = time.perf_counter()
        headers = scope["by_name"] = read_headers(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        scope["request_id"] = name = given.decode() if REQUEST_ID.fullmatch(given) else next(self.ids)
        sending = Sending(send, [(b"x-request-id", name.encode()), self.version])
        try:
            await self.answer(scope, headers, receive, sending)
        except Exception as error:
            LOG.error("request %s failed: %s", name, type(error).__name__)  # noqa: TRY400  a traceback could hold facts of a case
            if sending.status:
                raise  # the answer has begun: break it off, so that nobody takes it for whole
            await self.refuse(scope, receive, sending, Problem("error", "the service failed to answer"))
        finally:
            self.figures.count(scope, sending.status, time.perf_counter() - start)

    async def answer(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, sending: "Sending") -> None:
        """Check access and the body, then let the application answer."""
        try:
            sending.more += await self.access.check(scope, headers)
            if scope["path"] in OF_SPARQL:
                await self.api.state.sparql(scope, receive, sending)
            else:
                await self.within_limits(scope, headers, receive, sending)
        except Problem as problem:
            if sending.status:
                raise
            await self.refuse(scope, receive, sending, problem)

    async def within_limits(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, sending: "Sending") -> None:
        """Answer a request whose body has limits: from memory, or by the application."""
        sending.more.append(NOSNIFF)
        many = scope["path"] == BATCH
        body = Body(receive, self.settings.batch_body if many else self.settings.max_body, self.settings.body_seconds, 600 if many else None)
        body.check_length(headers)
        if scope["method"] == "POST" and not many:
            await self.remembered(scope, headers, body.receive, sending)
        elif scope["method"] == "HEAD":
            sending.bodiless, inner = True, {**scope, "method": "GET"}  # the server below keeps its own, in which HEAD stays HEAD
            await self.api(inner, body.receive, sending)
            scope.update({name: inner[name] for name in ("route", FAILED) if name in inner})
        else:
            await self.api(scope, body.receive, sending)
        if body.problem is not None and not sending.status:
            raise body.problem
        if FAILED in scope:
            raise scope[FAILED]

    async def refuse(self, scope: Scope, receive: Receive, sending: "Sending", problem: Problem) -> None:
        """Answer with a problem. A body that was not read is not waited for."""
        response = response_of(problem, scope["path"], scope["request_id"])
        if problem.kind in ("too-large", "timeout"):
            response.headers["Connection"] = "close"
        if NOSNIFF not in sending.more:
            sending.more.append(NOSNIFF)
        if scope["path"] in OF_SPARQL:
            sending.more += ANY_ORIGIN
        await response(scope, receive, sending)


NOSNIFF = (b"x-content-type-options", b"nosniff")
ANY_ORIGIN = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"*"))
"""What every answer of SPARQL says to pages, these refusals too."""


class Failing:
    """The layer just inside FastAPI's own: what fails is noted for the envelope, and gets no answer and no traceback on the way."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001  the envelope raises it again, or answers
            scope[FAILED] = error


class Body:
    """The body of a request as it comes in: not too large, and not too slowly. altogether: seconds for all of it, if not those of a pause."""

    def __init__(self, receive: Receive, limit: int, seconds: float, altogether: float | None = None) -> None:
        self._receive, self._limit, self._seconds = receive, limit, seconds
        self._size, self._ended = 0, False
        self._deadline = time.monotonic() + (altogether or seconds)
        self.problem: Problem | None = None

    def check_length(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a body that says that it is too large before any of it is read."""
        length = headers.get(b"content-length", b"0")
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
            async with asyncio.timeout(max(left, 0.001)):
                message = await self._receive()
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

    __slots__ = ("_send", "bodiless", "more", "status")

    def __init__(self, send: Send, more: Headers) -> None:
        self._send, self.more = send, more
        self.status, self.bodiless = 0, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self.more]
        elif self.bodiless:
            message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
        await self._send(message)
