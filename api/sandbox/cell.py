"""The server's side of one child: jobs go in, frames come out, and the end of the child is an answer too."""

import asyncio
import signal
from collections import deque
from typing import Protocol, cast

from api.sandbox.frames import DATA, END, FAIL, HELLO, START, WHOLE, Failure, Reader, failure
from api.sandbox.job import Job
from api.sandbox.limits import SandboxLimits

HELD = 1 << 18
"""Bytes of an answer that may wait here for a slow client before the child is made to wait."""


class Keeper(Protocol):
    """Who is told what happens to a child."""

    def greeted(self, cell: "Cell") -> None:
        """It is there."""

    def finished(self, cell: "Cell") -> None:
        """It has done a job."""

    def stalled(self, cell: "Cell") -> None:
        """It has to wait for a client."""

    def closed(self, cell: "Cell") -> None:
        """It has closed its pipe, and all that it said has been heard."""


class Cell(asyncio.Protocol):
    """One child, as seen from the server.

    jobs: what it has been given and has not finished; it works on the first. began: when it began that one. outbox: what is about to be sent.
    long: whether that is a long job. retired: it gets no further job. status: how it ended, as the nursery says.
    """

    def __init__(self, number: int, keeper: Keeper) -> None:
        self.number, self.keeper = number, keeper
        self.loop = asyncio.get_running_loop()
        self.reader = Reader()
        self.jobs: deque[Job] = deque()
        self.outbox: list[bytes] = []
        self.began = 0.0
        self.long = self.retired = self.closed = self.paused = False
        self.status: int | None = None
        self.walls = ""
        self.transport: asyncio.Transport | None = None

    @property
    def pipe(self) -> asyncio.Transport:
        """The open pipe."""
        assert self.transport is not None
        return self.transport

    def ask(self, job: Job) -> None:
        """One more job."""
        if not self.jobs:
            self.began = self.loop.time()
        self.jobs.append(job)
        if not self.outbox:
            self.loop.call_soon(self.post)
        self.outbox.append(job.message)

    def post(self) -> None:
        """Hand over the jobs of this turn of the loop together: a write is a system call."""
        if not self.pipe.is_closing():
            self.pipe.write(b"".join(self.outbox))
        self.outbox.clear()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The pipe is open."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so

    def data_received(self, received: bytes) -> None:
        """Frames, each about the first job. Those about a job that has been taken back are about none."""
        for kind, payload in self.reader.feed(received):
            if kind == HELLO:
                self.walls = payload.decode()
                self.keeper.greeted(self)
            elif self.jobs:
                FRAMES[kind](self, self.jobs[0], payload)

    def on_start(self, job: Job, payload: bytes) -> None:
        """The answer begins."""
        job.media = payload.decode()

    def on_data(self, job: Job, payload: bytes) -> None:
        """A part of the answer. What nobody takes makes the child wait; what nobody wants is dropped."""
        if job.failed is not None:
            return
        job.parts.append(payload)
        job.held += len(payload)
        job.tell()
        if job.held > HELD and not self.paused:
            self.paused, job.taken = True, self.resume
            self.pipe.pause_reading()
            self.keeper.stalled(self)

    def on_fail(self, job: Job, payload: bytes) -> None:
        """There is no answer."""
        job.fail(failure(payload))

    def on_whole(self, job: Job, payload: bytes) -> None:
        """The whole answer, and the job is done."""
        end = 2 + payload[1]
        if job.failed is None:
            job.media = payload[2:end].decode()
            job.parts.append(payload[end:])
            job.held += len(payload) - end
        self.on_end(job, payload[:1])

    def on_end(self, job: Job, payload: bytes) -> None:
        """The job is done."""
        self.jobs.popleft()
        self.began = self.loop.time()
        self.retired = self.retired or payload == b"1"
        job.complete, job.taken = job.failed is None, None
        job.tell()
        self.resume()
        self.keeper.finished(self)

    def resume(self) -> None:
        """Some of the answer has been taken, or all of it is here, or the child has ended: read on."""
        if self.paused and (not self.jobs or self.jobs[0].held <= HELD // 2 or self.status is not None):
            self.paused = False
            self.pipe.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        """The child has closed its pipe."""
        self.closed = self.retired = True
        self.keeper.closed(self)


FRAMES = {START: Cell.on_start, DATA: Cell.on_data, FAIL: Cell.on_fail, END: Cell.on_end, WHOLE: Cell.on_whole}


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
