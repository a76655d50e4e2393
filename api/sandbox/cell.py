"""The server's side of one child: a job goes in, frames come out, and the end of the child is an answer too."""

import asyncio
import math
import signal
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, cast

from api.sandbox.frames import DATA, END, FAIL, HELLO, START, Failure, Reader, failure
from api.sandbox.limits import SandboxLimits

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""How an ASGI application hears of its client."""
HELD = 1 << 18
"""Bytes that may wait here for a slow client before the child is made to wait."""


class Cell(asyncio.Protocol):
    """One child, as seen from the server. It has at most one job.

    long_from, deadline: times of the event loop at which its job becomes long, and is to be over.
    media: of the answer under way, '' before it starts. complete: whether all of the answer is here.
    failed: why there is none. long: whether the job has been found to be long. retired: it takes no further job.
    """

    def __init__(self, number: int, limits: SandboxLimits, idle: Callable[["Cell"], None]) -> None:
        self.number, self.limits, self.idle = number, limits, idle
        self.loop = asyncio.get_running_loop()
        self.reader = Reader()
        self.long = self.retired = self.gone = False
        self.walls = ""
        self.verdict: Failure | None = None
        self.rest_now()
        self.transport: asyncio.Transport | None = None
        self.clear()

    def clear(self) -> None:
        """No answer yet."""
        self.media, self.complete, self.held, self.paused = "", False, 0, False
        self.failed: Failure | None = None
        self.parts: deque[bytes] = deque()
        self.news: asyncio.Future[None] | None = None

    def rest_now(self) -> None:
        """No job: no clock, and no client to be watched."""
        self.long_from = self.deadline = math.inf
        self.receive: Receive | None = None
        self.watch: asyncio.Task[None] | None = None

    # what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The pipe is open."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so

    def data_received(self, received: bytes) -> None:
        """Frames of the answer. What is awaited is told once there is enough of them."""
        enough = False
        for kind, payload in self.reader.feed(received):
            if kind == DATA:
                self.parts.append(payload)
                self.held += len(payload)
                enough = True
            elif kind == START:
                self.media = payload.decode()
            elif kind == FAIL:
                self.failed = failure(payload)
            elif kind == END:
                self.retired = self.retired or payload == b"1"
                self.complete, enough = True, True
            elif kind == HELLO:
                self.walls = payload.decode()
                self.idle(self)
        if self.held > HELD and not self.paused and not self.complete:
            self.paused = True
            self.pipe.pause_reading()
        if enough:
            self.tell()

    def connection_lost(self, error: Exception | None) -> None:
        """The child has closed its pipe: it has ended. How, the nursery will say."""
        self.gone = self.retired = True

    @property
    def pipe(self) -> asyncio.Transport:
        """The open pipe."""
        assert self.transport is not None
        return self.transport

    # what the pool calls

    def ask(self, job: bytes) -> None:
        """Send a job."""
        self.clear()
        self.pipe.write(job)

    def ended(self, status: int) -> None:
        """The nursery's report of how the child ended."""
        self.gone = self.retired = True
        if not self.complete and self.failed is None:
            self.failed = self.verdict or cause(status, self.limits)
        self.tell()

    def fail(self, why: Failure) -> None:
        """Give the job up for a reason of our own; the child is to be killed."""
        self.verdict = self.failed = why
        self.retired = True
        self.tell()

    def tell(self) -> None:
        """Wake whoever waits for news."""
        if self.news is not None and not self.news.done():
            self.news.set_result(None)

    # what a request calls

    async def answer(self) -> None:
        """Wait until the answer has begun or is whole. Raises the failure if there is none."""
        while not (self.parts or self.complete or self.failed):
            self.news = self.loop.create_future()
            await self.news
        if self.failed is not None:
            raise self.failed

    async def rest(self) -> AsyncIterator[bytes]:
        """The parts of the answer as they come. Raises the failure if it breaks off."""
        while True:
            while self.parts:
                part = self.parts.popleft()
                self.held -= len(part)
                if self.paused and self.held <= HELD // 2 and not self.gone:
                    self.paused = False
                    self.pipe.resume_reading()
                yield part
            if self.failed is not None:
                raise self.failed
            if self.complete:
                return
            self.news = self.loop.create_future()
            await self.news


def cause(status: int, limits: SandboxLimits) -> Failure:
    """Why a child ended: by its exit status, or minus the number of the signal that ended it."""
    if -status in SIGNALS:
        kind, detail, limit = SIGNALS[signal.Signals(-status)]
        number = getattr(limits, limit) if limit else 0
        return Failure(kind, detail.format(number), limit, number)
    return Failure("crashed", "the process that worked on it ended unexpectedly")


SIGNALS = {
    signal.SIGXCPU: ("cpu-limit", "not finished within {} seconds of processor time", "cpu_seconds"),
    signal.SIGABRT: ("memory-limit", "more than {} bytes of memory were needed", "memory"),
    signal.SIGSEGV: ("too-deep", "nested too deeply to be worked on", ""),
    signal.SIGBUS: ("too-deep", "nested too deeply to be worked on", ""),
    signal.SIGSYS: ("federation", "it asked for the network (SERVICE), and there is none", ""),
}
"""Signal → kind of problem, what it says of the job, and the limit that was hit."""
