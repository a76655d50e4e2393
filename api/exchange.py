"""One request and its answer: the head of an answer goes out with the first part of its body, in one write.

A write is a system call and wakes the client; two of them for each light answer were a quarter of what the service did.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What may not stand in a header, lest it be taken for another one."""
JOINED = 1 << 14
"""Bytes of a body up to which it is copied behind its head; a longer one is handed over beside it."""
BODILESS = (204, 304)
"""Statuses whose answers have no body."""


HEEDED = frozenset((b"content-length", b"transfer-encoding", b"connection"))
"""Headers that say how an answer ends."""


@lru_cache(maxsize=1024)
def line_of(header: tuple[bytes, bytes]) -> bytes:
    """A header as it is sent; most are the same in every answer."""
    name, value = header
    if FORBIDDEN.search(name) or FORBIDDEN.search(value):
        raise RuntimeError(f"the header {name!r} has a control character in it")
    return b"%b: %b\r\n" % header


class Exchange(RequestResponseCycle):
    """uvicorn's cycle with another way out. head: what is to be sent before the next part of the body."""

    head = b""

    async def send(self, message: Any) -> None:
        """One message of the application."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if message["type"] == "http.response.start" and not self.response_started:
            self.begin(message["status"], message.get("headers", ()))
        elif message["type"] == "http.response.body" and self.response_started and not self.response_complete:
            self.go_on(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError(f"{message['type']} comes out of turn")

    def begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """The head of the answer, to be sent with what follows."""
        self.response_started, self.waiting_for_100_continue = True, False
        lines, closing = [STATUS_LINE[status]], False
        for header in (*self.default_headers, *headers):
            name, value = header
            lines.append(line_of(tuple(header)))
            if name not in HEEDED:
                continue
            if name == b"content-length" and self.chunked_encoding is None:
                self.expected_content_length, self.chunked_encoding = int(value), False
            elif name == b"transfer-encoding" and value.lower() == b"chunked":
                self.expected_content_length, self.chunked_encoding = 0, True
            elif name == b"connection":
                closing = b"close" in value.lower()
        if closing or not self.keep_alive:
            self.keep_alive = False
            lines.append(b"" if closing else b"connection: close\r\n")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in BODILESS:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        self.head = b"".join(lines)

    def go_on(self, body: bytes, more: bool) -> None:
        """A part of the body, with the head if that has not gone out. Nothing is sent for a part that is empty."""
        parts = [self.head] if self.head else []
        self.head = b""
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
        elif self.chunked_encoding:
            parts += [b"%x\r\n" % len(body), body, b"\r\n"] if body else []
            parts += [] if more else [b"0\r\n\r\n"]
        else:
            self.expected_content_length -= len(body)
            parts.append(body)
        if self.expected_content_length < 0 or (self.expected_content_length and not more):
            raise RuntimeError("the body is not as long as Content-Length says")
        if len(body) > JOINED:
            self.transport.writelines(parts)
        elif parts:
            self.transport.write(b"".join(parts))
        if not more:
            self.complete()

    def complete(self) -> None:
        """That was all of it."""
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
