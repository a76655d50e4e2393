"""Answers that were given a moment ago, found before the router does its work.

The same law, day, address, form and body have the same answer; a route that knows so of its answer says it (`lasting`), and the whole
answer, head and body, is given again for a minute. Nothing here knows what is asked.
"""

import datetime
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SECONDS = 60.0
LARGEST = 2_000_000
"""Bytes of the largest answer that is remembered."""
TOGETHER = 64_000_000
"""Bytes of all answers that are."""
HEEDED = (b"content-type", b"content-encoding", b"accept", b"accept-encoding", b"origin")
"""Headers by which an answer to one body may differ. No route that says `lasting` reads another, which a test looks at."""
RECORDING = "dutygraph.recording"
OK = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went out. route: what gave it, for the figures."""

    at: float
    route: object
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Recording:
    """The way out of an answer that may be remembered. lasting: whether the route says that it may be."""

    def __init__(self, send: Send) -> None:
        self._send, self.lasting, self.status, self.whole = send, False, 0, False
        self.headers: tuple[tuple[bytes, bytes], ...] = ()
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Note what is sent; an answer in several parts is not remembered."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], tuple(message.get("headers", ()))
        elif not self.whole:
            self.body, self.whole = message.get("body", b""), not message.get("more_body", False)
        await self._send(message)


class Remembered:
    """A few answers in memory, each for a minute, under a keyed hash of the question. Nothing is written anywhere.

    room: how many, 0 for none. told: called when one is given.
    """

    def __init__(self, app: App, room: int, told: Callable[[], None]) -> None:
        self._app, self._room, self._told, self._secret = app, room, told, secrets.token_bytes(32)
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send) -> None:
        """Answer a request with a body from memory, or let the application answer and remember what it may."""
        if not self._room:
            await self._app(scope, receive, send)
            return
        body = await whole(receive)
        if body is None:
            return
        name = self.name(question(datetime.datetime.now(tz=datetime.UTC).date(), scope, headers, body))
        found = self.get(name)
        if found is not None:
            self._told()
            scope["route"] = found.route
            await send({"type": "http.response.start", "status": OK, "headers": found.headers})
            await send({"type": "http.response.body", "body": found.body})
            return
        recording = scope[RECORDING] = Recording(send)
        await self._app(scope, again(body, receive), recording)
        if recording.lasting and recording.whole and recording.status == OK:
            self.put(name, Answer(time.monotonic(), scope.get("route"), recording.headers, recording.body))

    def name(self, parts: Iterable[bytes]) -> bytes:
        """The keyed hash of a question. Each part is preceded by its length, so that no two questions are written alike."""
        found = hashlib.blake2b(key=self._secret, digest_size=32)
        for part in parts:
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
        return found.digest()

    def get(self, name: bytes) -> Answer | None:
        """The answer, if it was given within the last minute."""
        found = self._answers.get(name)
        if found is None:
            return None
        if time.monotonic() - found.at > SECONDS:
            self.forget(name)
            return None
        self._answers.move_to_end(name)
        return found

    def put(self, name: bytes, answer: Answer) -> None:
        """Remember an answer; those that were asked for least lately are forgotten."""
        if len(answer.body) > LARGEST:
            return
        over = time.monotonic() - SECONDS
        for old in [n for n, a in self._answers.items() if n == name or a.at < over]:
            self.forget(old)
        self._answers[name] = answer
        self._size += len(answer.body)
        while len(self._answers) > self._room or self._size > TOGETHER:
            self.forget(next(iter(self._answers)))

    def forget(self, name: bytes) -> None:
        """Forget one answer."""
        self._size -= len(self._answers.pop(name).body)


def question(day: datetime.date, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> tuple[bytes, ...]:
    """All that an answer may depend on beside the law, which does not change while a process lives."""
    heeded = [headers.get(name, b"") + (b"+" if name in headers else b"-") for name in HEEDED]
    return day.isoformat().encode(), scope["path"].encode(), scope["query_string"], *heeded, body


def lasting(request: Request) -> None:
    """Said by a route of an answer that depends on the law, the day, the address, the form and the body alone, whoever asks."""
    recording = request.scope.get(RECORDING)
    if recording is not None:
        recording.lasting = True


async def whole(receive: Receive) -> bytes | None:
    """The body of a request; None if the client has left."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """A body that has been read, to be read once more."""
    left = [body]

    async def next_message() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return next_message
