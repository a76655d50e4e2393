"""/sparql itself: a plain ASGI application, for speed, over a pool of disposable processes."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from api.access import Caller
from api.connections import ABORT
from api.sandbox.frames import Failure, encode_head
from api.sandbox.job import Job
from api.sandbox.pool import Pool
from api.sparql.description import describe_service, describe_void
from api.sparql.kept import Beside, Counted, Published, Wanted, wanted_in
from api.sparql.limits import SparqlLimits
from api.sparql.memory import Answer, Memory
from api.sparql.negotiate import GRAPHS, RESULTS, both
from api.sparql.problems import KINDS, MEDIA, RETRY, document
from api.sparql.question import Body, Question, media_type, question_of
from engine.dataset import Catalogue

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Method = Callable[[Scope, Mapping[bytes, bytes], Receive, Send, float], Awaitable[None]]

METHODS = {"GET": "get", "HEAD": "get", "POST": "post", "OPTIONS": "options"}
"""Method of HTTP → function that answers."""
ALWAYS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"*"),
    (b"vary", b"Accept"),
    (b"x-content-type-options", b"nosniff"),
]
PREFLIGHT: Headers = [
    (b"access-control-allow-headers", b"Accept, Accept-Language, Authorization, Content-Type"),
    (b"access-control-max-age", b"86400"),
]
NO_CACHE: Headers = [(b"cache-control", b"no-cache")]
NO_STORE: Headers = [(b"cache-control", b"no-store")]
"""An answer about a case is nobody's to keep on the way."""
HOST = re.compile(rb"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class BrokenOff(Exception):  # noqa: N818  it is what happens to the answer
    """An answer could not be finished after it had begun. The server closes the connection, so nobody takes it for whole."""


class Endpoint:
    """The SPARQL 1.1 Protocol over a pool. Knows nothing of routing: whatever its address is, is the address of the service."""

    answers: tuple[str, ...] = ("get", "post", "options")
    """The functions that answer, each by the name of a method of HTTP in small letters."""

    def __init__(self, pool: Pool, catalogue: Catalogue, limits: SparqlLimits, kept: Published | None = None, memory: Memory | None = None) -> None:
        self.pool, self.catalogue, self.limits, self.kept, self.memory = pool, catalogue, limits, kept, memory or Memory()
        self.allowed = allowed(self.answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        began = asyncio.get_running_loop().time()
        headers = scope.get("by_name") or read_headers(scope["headers"])
        try:
            await self.answer_of(scope["method"])(scope, headers, receive, send, began)
        except Failure as failed:
            await refuse(scope, send, failed, self.limits, self.allowed)

    def answer_of(self, method: str) -> Method:
        """The function that answers a method."""
        name = METHODS.get(method)
        if name is None or name not in self.answers:
            raise Failure("method", f"{method} is not allowed here; use {self.allowed.decode()}")
        found: Method = getattr(self, name)
        return found

    # the methods

    async def get(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send, began: float) -> None:
        """GET and HEAD: a query, or what this service is."""
        address = scope["query_string"]
        if len(address) > self.limits.address_bytes:
            most = self.limits.address_bytes
            raise Failure("address-too-long", f"the query string has more than {most} bytes", "address_bytes", most)
        question = question_of(address, None, self.limits.graphs)
        if question is None:
            await self.describe(scope, headers, send)
        else:
            await self.query(scope, headers, question, receive, send, began)

    async def post(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send, began: float) -> None:
        """POST: a query as a form, or as it is."""
        media = media_type(text(headers.get(b"content-type")), text(headers.get(b"content-encoding")))
        content = await self.read_body(headers, receive, began)
        question = question_of(scope["query_string"], Body(media, content), self.limits.graphs)
        assert question is not None
        await self.query(scope, headers, question, receive, send, began)

    async def options(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send, began: float) -> None:
        """OPTIONS: what may be done here, also for browsers that ask before they ask."""
        found = [*ALWAYS, (b"allow", self.allowed), (b"access-control-allow-methods", self.allowed), *PREFLIGHT]
        await send({"type": "http.response.start", "status": 204, "headers": found})
        await send({"type": "http.response.body", "body": b""})

    # parts of an answer

    async def read_body(self, headers: Mapping[bytes, bytes], receive: Receive, began: float) -> bytes:
        """The body of a request, whole; neither too much nor too slow."""
        limits = self.limits
        too_large = Failure("too-large", f"the body has more than {limits.body_bytes} bytes", "body_bytes", limits.body_bytes)
        if int(headers.get(b"content-length", b"0")) > limits.body_bytes:
            raise too_large
        parts, total = [], 0
        try:
            async with asyncio.timeout_at(began + limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Failure("abandoned", "the client has left")
                    parts.append(message.get("body", b""))
                    total += len(parts[-1])
                    if total > limits.body_bytes:
                        raise too_large
                    if not message.get("more_body", False):
                        return parts[0] if len(parts) == 1 else b"".join(parts)
        except TimeoutError as error:
            raise Failure("timeout", f"the body took longer than {limits.body_seconds:g} seconds", "body_seconds", limits.body_seconds) from error

    async def query(self, scope: Scope, headers: Mapping[bytes, bytes], question: Question, receive: Receive, send: Send, began: float) -> None:
        """Evaluate a query, over the law or over assessments as well, and answer."""
        base, accept = address_of(scope, headers.get(b"host")), text(headers.get(b"accept"))
        wanted = wanted_in(question) if self.kept is not None else None
        if self.kept is None or wanted is None:
            head = head_of(base, accept, question.default, question.named)
            known = self.memory.get(head, question.query)
            if known is not None:
                await give(scope, send, [*ALWAYS, (b"content-type", known[0]), *NO_CACHE], known[1])
                return
            whole = await self.evaluate(scope, head, question.query, NO_CACHE, receive, send, began)
            if whole is not None:
                self.memory.put(head, question.query, whole)
            return
        caller = self.kept.entitled(scope, headers, wanted)
        async with self.kept.turn(self.limits.sandbox.queue_seconds):
            beside = await self.fetched(self.kept, scope, caller, wanted, began)
            head = head_beside(base, accept, question.default, question.named, beside)
            await self.evaluate(scope, head, b"".join((*beside.graphs.values(), question.query)), NO_STORE, receive, send, began)

    async def fetched(self, kept: Published, scope: Scope, caller: Caller, wanted: Wanted, began: float) -> Beside:
        """The assessments that a query names, out of the time that it has."""
        seconds = self.limits.sandbox.seconds
        try:
            async with asyncio.timeout_at(began + seconds):
                return await kept.beside(scope, caller, wanted)
        except TimeoutError as error:
            raise Failure("time-limit", f"the assessments were not found within {seconds:g} seconds", "seconds", seconds) from error

    async def evaluate(self, scope: Scope, head: bytes, body: bytes, caching: Headers, receive: Receive, send: Send, began: float) -> Answer | None:
        """Have a child work on a job, and answer. Gives the answer back where it was whole before any of it was sent."""
        job = self.pool.open(head, body, began + self.limits.sandbox.seconds, receive)
        try:
            await job.answer()
            media = job.media.encode()
            start = [*ALWAYS, (b"content-type", media), *caching]
            if not job.complete:
                await self.stream(scope, job, start, receive, send, began)
                return None
            whole = b"".join(job.parts)
        finally:
            self.pool.close(job)
        await give(scope, send, start, whole)
        return media, whole

    async def stream(self, scope: Scope, job: Job, start: Headers, receive: Receive, send: Send, began: float) -> None:
        """An answer that is not whole yet, as it comes and as fast as the client takes it. What cannot be finished is broken off."""
        await send({"type": "http.response.start", "status": 200, "headers": start})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        self.pool.attend(job)
        try:
            async with asyncio.timeout_at(began + self.limits.request_seconds):
                async for part in job.rest():
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except (Failure, TimeoutError) as error:
            await break_off(scope, error)

    async def describe(self, scope: Scope, headers: Mapping[bytes, bytes], send: Send) -> None:
        """The service description, in RDF."""
        counted = await self.counted(scope, headers)
        described = describe_service(self.catalogue, address_of(scope, headers.get(b"host")), self.limits, counted)
        await self.send_graph(scope, headers, send, described, open_to_all=counted is None)

    async def counted(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Counted | None:
        """How much of what is kept the caller may see."""
        return await self.kept.counted(scope, headers) if self.kept is not None else None

    async def send_graph(self, scope: Scope, headers: Mapping[bytes, bytes], send: Send, described: Mapping[str, bytes], *, open_to_all: bool) -> None:
        """A description in the form that is wanted. open_to_all: whether every caller has the same."""
        accept = text(headers.get(b"accept"))
        _, form = both(accept)
        if form is None:
            raise Failure("not-acceptable", f"none of the forms asked for exists: {accept}")
        body = described[form.name]
        tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()
        cached = b"public, max-age=300" if open_to_all else b"no-store"
        found = [*ALWAYS, (b"content-type", form.sent.encode()), (b"cache-control", cached), (b"etag", tag)]
        if self.kept is not None:
            found.append((b"vary", b"Authorization, X-API-Key, Origin"))
        if known(headers.get(b"if-none-match"), tag):
            await send({"type": "http.response.start", "status": 304, "headers": found})
            await send({"type": "http.response.body", "body": b""})
            return
        found.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": 200, "headers": found})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


REMEDY: Mapping[str, Headers] = {
    "timeout": [(b"connection", b"close")],
    "media-type": [(b"accept-post", b"application/sparql-query, application/x-www-form-urlencoded"), (b"accept-encoding", b"identity")],
}
"""Headers that say what would have been right."""
EXTRA: Mapping[str, dict[str, object]] = {"not-acceptable": {"tables": [f.media for f in RESULTS], "graphs": [f.media for f in GRAPHS]}}


async def give(scope: Scope, send: Send, start: Headers, whole: bytes) -> None:
    """Send an answer that is whole."""
    await send({"type": "http.response.start", "status": 200, "headers": [*start, (b"content-length", b"%d" % len(whole))]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else whole})


def allowed(answers: Container[str]) -> bytes:
    """The methods that are answered, as the header Allow says it."""
    return ", ".join(method for method, name in METHODS.items() if name in answers).encode()


async def refuse(scope: Scope, send: Send, failed: Failure, limits: SparqlLimits, allow: bytes = b"") -> None:
    """Send a refusal. Whoever has left gets none. allow: the methods that would be answered."""
    if failed.kind == "abandoned":
        return
    kind = KINDS[failed.kind]
    extra = EXTRA.get(failed.kind, {}) | ({"request_id": scope["request_id"]} if "request_id" in scope else {})
    body = document(failed, scope["path"], extra)
    found = [*ALWAYS, (b"content-type", MEDIA), (b"cache-control", b"no-store"), (b"content-length", b"%d" % len(body))]
    if kind.status == RETRY:
        found.append((b"retry-after", b"%d" % limits.retry_after))
    if failed.kind == "method":
        found.append((b"allow", allow))
    found += REMEDY.get(failed.kind, [])
    await send({"type": "http.response.start", "status": kind.status, "headers": found})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


class VoidDescription(Endpoint):
    """/.well-known/void: the same dataset in the vocabulary VoID. Its address is beside that of the endpoint."""

    answers = ("get", "options")
    sparql = "/sparql"

    async def get(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send, began: float) -> None:
        """The description."""
        here = address_of(scope, headers.get(b"host"))
        endpoint = here.removesuffix(scope["path"].removeprefix(scope.get("root_path", ""))) + self.sparql
        counted = await self.counted(scope, headers)
        await self.send_graph(scope, headers, send, describe_void(self.catalogue, here, endpoint, counted), open_to_all=counted is None)


def read_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; several lines of one are a list."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def known(header: bytes | None, tag: bytes) -> bool:
    """Whether If-None-Match says that the client has a representation already (compared weakly: RFC 9110 §13.1.2)."""
    return header is not None and (header.strip() == b"*" or tag in [t.strip().removeprefix(b"W/") for t in header.split(b",")])


def text(value: bytes | None) -> str | None:
    """A header's value."""
    return None if value is None else value.decode("latin-1")


def address_of(scope: Scope, host: bytes | None) -> str:
    """The address that was asked, without its query string."""
    return address(scope["scheme"], host, tuple(scope.get("server") or ("localhost", None)), scope["path"])


@lru_cache(maxsize=256)
def address(scheme: str, host: bytes | None, server: tuple[str, int | None], path: str) -> str:
    """An address from its parts; a Host that cannot be one is not repeated."""
    name = host.decode("ascii") if host and HOST.fullmatch(host) else ":".join(str(part) for part in server if part is not None)
    return f"{scheme}://{name}{quote(path, safe='/~')}"


@lru_cache(maxsize=1024)
def head_of(base: str, accept: str | None, default: tuple[str, ...], named: tuple[str, ...]) -> bytes:
    """The head of a job; the same for most requests of a client, so that it is remembered. Raises Failure if no form is acceptable."""
    return encode_head(job_head(base, accept, default, named))


def head_beside(base: str, accept: str | None, default: tuple[str, ...], named: tuple[str, ...], beside: Beside) -> bytes:
    """The head of a job with graphs that come with the query."""
    graphs = [(name, len(packed)) for name, packed in beside.graphs.items()]
    return encode_head({**job_head(base, accept, default, named), "beside": graphs, "groups": beside.groups})


def job_head(base: str, accept: str | None, default: tuple[str, ...], named: tuple[str, ...]) -> dict[str, object]:
    """What a child is told beside the text of a query."""
    results, graphs = both(accept)
    if results is None and graphs is None:
        raise Failure("not-acceptable", f"none of the forms asked for exists: {accept}")
    forms = {name: [form.name, form.sent] if form else None for name, form in (("results", results), ("graphs", graphs))}
    return {"task": "query", "base": base, "default": default, "named": named, **forms}


async def break_off(scope: Scope, why: Exception) -> None:
    """Close the connection in the middle of an answer."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise BrokenOff(str(why)) from why
    abort["call"]()
    await asyncio.sleep(0.01)  # the server notices, and does not complain that the answer has no end
