"""Connections that always end: uvicorn's HTTP protocol with a clock for every request, and a way to break an answer off.

Give it to uvicorn as `http=BoundedProtocol`. Without it the application still answers in time, but a client that sends its
headers slowly, or never reads its answer, can hold a connection for as long as it likes.
"""

import asyncio
import math
import socket
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.exchange import Exchange

ABORT = "dutygraph.abort"
"""Extension of the scope: under `call` stands what breaks the connection off."""
PROGRESS = "dutygraph.progress"
"""Extension of the scope: under `call` stands what gives a request that answers in parts its time again, after each part."""
SECONDS = 14.5
"""From the first byte of a request to the last byte of its answer."""
TICK = 0.25
"""Seconds between two looks at the clock."""
HEAD_BYTES = 128 * 1024
"""Bytes of request line and headers."""
ADDRESS_BYTES = 60_000
"""Bytes of the address; the parser takes no more than 65,535."""
RESET = struct.pack("ii", 1, 0)
"""Linger for no time: closing sends a reset, so that no client takes the end of the connection for the end of the answer."""
REFUSALS = {
    400: ("malformed", "Bad Request", "The request is not HTTP", "Send a request as RFC 9112 says."),
    414: ("address-too-long", "URI Too Long", "The address is too long", "Send the query by POST."),
    408: ("timeout", "Request Timeout", "The request came too slowly", "Send it again, at once."),
    431: ("head-too-large", "Request Header Fields Too Large", "The headers are too large", "Send fewer or shorter headers; send a long query by POST."),
}


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 in which no request lasts longer than SECONDS: neither one that comes slowly nor one whose answer nobody reads."""

    seconds = SECONDS
    due = math.inf
    then: Callable[[], None]
    clock: asyncio.TimerHandle | None = None
    reading_head = False
    head_bytes = 0
    wrong = 400
    """What the matter is with a request that cannot be parsed."""

    def start_clock(self, then: Callable[[], None]) -> None:
        """From now on there are so many seconds, instead of what was left."""
        self.due, self.then = self.loop.time() + self.seconds, then

    def stop_clock(self) -> None:
        """Nothing is under way."""
        self.due = math.inf

    def tick(self) -> None:
        """Look whether the time is over. One timer that goes on is cheaper than one for each request."""
        self.clock = self.loop.call_later(TICK, self.tick)
        if self.loop.time() >= self.due:
            self.due = math.inf
            self.then()

    def _should_upgrade(self) -> bool:
        """There is nothing but HTTP here; a request to speak otherwise is answered in HTTP."""
        return False

    @property
    def answering(self) -> bool:
        """Whether a request waits for the rest of its answer."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """A connection on which nothing comes ends as well."""
        super().connection_made(transport)
        self.extensions = {ABORT: {"call": self.abort}, PROGRESS: {"call": self.progress}}
        self.start_clock(self.expire)
        self.tick()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request; the first of them starts the clock."""
        if self.due == math.inf or self.then == self.timeout_keep_alive_handler:
            self.start_clock(self.expire)
        if self.reading_head or not self.answering:
            self.head_bytes += len(data)
        super().data_received(data)
        if self.reading_head and self.head_bytes > HEAD_BYTES:
            self.refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.reading_head = True
        if not self.answering:
            self.start_clock(self.expire)

    def on_headers_complete(self) -> None:
        """The application can begin to work; behind a request that is not answered yet, its turn comes."""
        self.reading_head, self.head_bytes = False, 0
        if len(self.url) > ADDRESS_BYTES:
            self.wrong = 414
            raise ValueError("the address is too long")
        before, self.cycle = self.cycle, self.exchange()
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def exchange(self) -> Exchange:
        """The request whose head is complete."""
        version, address = self.parser.get_http_version(), httptools.parse_url(self.url)
        path = address.path.decode("ascii")
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["http_version"] = version
        self.scope["path"] = self.root_path + (unquote(path) if "%" in path else path)
        self.scope["raw_path"] = self.root_path.encode("ascii") + address.path
        self.scope["query_string"] = address.query or b""
        self.scope["extensions"] = self.extensions  # type: ignore[typeddict-item]  # callables, whose keys uvicorn does not know
        return Exchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )

    def on_message_complete(self) -> None:
        """The whole request is there. If it was answered before that, nothing is under way now."""
        super().on_message_complete()
        if not self.answering:
            self.rest()

    def on_response_complete(self) -> None:
        """The answer has been handed over; the next one has its own time, and so has the client to take this one, and to ask again."""
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())
        if self.answering or self.cycle.more_body:
            self.start_clock(self.expire)
        elif self.transport.get_write_buffer_size():
            self.start_clock(self.abort_unread)
        else:
            self.rest()

    def rest(self) -> None:
        """Nothing is under way. The clock of requests also ends a connection on which nothing more is asked."""
        self.due, self.then = self.loop.time() + self.timeout_keep_alive, self.timeout_keep_alive_handler

    def progress(self) -> None:
        """A part of an answer was sent, and there is more to come."""
        if self.answering:
            self.start_clock(self.expire)

    def expire(self) -> None:
        """The time is over. A request that is not there yet is refused; an answer under way is broken off."""
        if self.answering or self.transport.is_closing():
            self.abort()
        else:
            self.refuse(408)

    def send_400_response(self, msg: str) -> None:
        """What cannot be parsed is refused in the same shape as everything else."""
        self.refuse(self.wrong)

    def refuse(self, status: int) -> None:
        """Answer in place of the application, which has not seen the request, and close."""
        kind, phrase, title, fix = REFUSALS[status]
        body = f'{{"type": "https://w3id.org/dutygraph/problems/{kind}", "title": "{title}", "status": {status}, "detail": "{title}", "fix": "{fix}"}}'.encode()
        head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()
        self.start_clock(self.abort_unread)

    def abort_unread(self) -> None:
        """What was handed over long ago is still not taken."""
        if self.transport.get_write_buffer_size():
            self.abort()

    def abort(self) -> None:
        """End the connection at once, with a reset."""
        found: Any = self.transport.get_extra_info("socket")
        if found is not None and found.fileno() >= 0:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended, and its clock with it."""
        self.stop_clock()
        if self.clock is not None:
            self.clock.cancel()
        super().connection_lost(exc)
