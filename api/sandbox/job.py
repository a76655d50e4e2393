"""One job as the request that has it sees it: its answer as it comes, or why there is none."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from api.sandbox.frames import Failure

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""How an ASGI application hears of its client."""


class Job:
    """A query to evaluate, or a document to parse.

    message: as the child gets it. until: when it has waited too long for a child. deadline: when it is to be over.
    moved: how often it has been taken back from a child that could not do it. media: of the answer, '' before it begins.
    parts, held: bytes of the answer that nobody has taken yet. complete: whether all of it is here. failed: why there is none.
    taken: called when parts have been taken.
    """

    __slots__ = ("complete", "deadline", "failed", "held", "loop", "media", "message", "moved", "news", "parts", "receive", "taken", "until", "watch")

    def __init__(self, message: bytes, deadline: float, until: float, receive: Receive | None) -> None:
        self.message, self.deadline, self.until, self.receive = message, deadline, until, receive
        self.media, self.held, self.moved, self.complete = "", 0, 0, False
        self.failed: Failure | None = None
        self.parts: deque[bytes] = deque()
        self.news: asyncio.Future[None] | None = None
        self.watch: asyncio.Task[None] | None = None
        self.taken: Callable[[], None] | None = None

    def fail(self, why: Failure) -> None:
        """There is no answer, or no more of it. The first reason counts."""
        if self.failed is None and not self.complete:
            self.failed = why
            self.tell()

    def tell(self) -> None:
        """Wake whoever waits for news."""
        if self.news is not None and not self.news.done():
            self.news.set_result(None)

    async def wait(self) -> None:
        """Until there is news."""
        self.news = asyncio.get_running_loop().create_future()
        await self.news

    async def answer(self) -> None:
        """Wait until the answer has begun or is whole. Raises the failure if there is none."""
        while not (self.parts or self.complete or self.failed):
            await self.wait()
        if self.failed is not None:
            raise self.failed

    async def rest(self) -> AsyncIterator[bytes]:
        """The parts of the answer as they come. Raises the failure if it breaks off."""
        while True:
            while self.parts:
                part = self.parts.popleft()
                self.held -= len(part)
                if self.taken is not None:
                    self.taken()
                yield part
            if self.failed is not None:
                raise self.failed
            if self.complete:
                return
            await self.wait()
