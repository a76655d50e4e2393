"""A pool of children for one server process: who gets the next job, who waits, who has to stop."""

import asyncio
import dataclasses
import json
import math
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from api.sandbox.cell import Cell, Receive
from api.sandbox.frames import Failure, job
from api.sandbox.limits import SandboxLimits
from api.sandbox.nursery import LONGEST
from api.sandbox.shelf import Dataset

LOADING_SECONDS = 60
TICK = 0.05
"""Seconds between two looks at the jobs under way."""
PAUSE = 0.5
"""Seconds before a nursery that has ended is started again."""


class Pool:
    """Children over one dataset. To be started and stopped inside the event loop of the server.

    cells: all children by number. pipes: those that are not connected yet. idle: those without a job. waiting: jobs without a child.
    """

    def __init__(self, dataset: Dataset, limits: SandboxLimits) -> None:
        self.dataset, self.limits = dataset, limits
        self.cells: dict[int, Cell] = {}
        self.pipes: dict[int, socket.socket] = {}
        self.idle: list[Cell] = []
        self.waiting: deque[asyncio.Future[Cell]] = deque()
        self.numbers = self.long = 0
        self.walls = ""
        self.nursery: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None
        self.ready: asyncio.Event = asyncio.Event()
        self.stopping = False
        self.under_way = 0
        self.ticking = False
        self.draining: asyncio.Future[None] | None = None
        self.tasks: set[asyncio.Task[None]] = set()

    # start and stop

    async def start(self) -> None:
        """Start the nursery and wait until the first children are there."""
        self.loop = asyncio.get_running_loop()
        self.launch()
        await asyncio.wait_for(self.ready.wait(), LOADING_SECONDS)

    def launch(self) -> None:
        """Start a nursery. The children of one that has ended have been killed by the kernel."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        settings = json.dumps(dataclasses.asdict(self.limits))
        command = [sys.executable, "-m", "api.sandbox.nursery", str(theirs.fileno()), str(os.getpid()), json.dumps(dataclasses.asdict(self.dataset)), settings]
        with theirs:
            self.nursery = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=environment())  # noqa: S603  our own module
        self.control = ours
        self.loop.add_reader(ours, self.report)

    async def stop(self) -> None:
        """End every child. Jobs under way fail."""
        self.stopping = True
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for pipe in self.pipes.values():
            pipe.close()
        self.lost()
        await asyncio.sleep(0)  # for the connections to be closed

    async def drain(self) -> None:
        """Stop once the jobs under way are done; new ones go elsewhere by now."""
        self.draining = self.loop.create_future()
        self.settle()
        await self.draining
        await self.stop()

    def settle(self) -> None:
        """Say so if no job is under way any more."""
        if self.draining is not None and not self.draining.done() and self.under_way == 0:
            self.draining.set_result(None)

    def report(self) -> None:
        """What the nursery says: it has loaded, or a child has ended."""
        assert self.control is not None
        try:
            message = self.control.recv(LONGEST)
        except ConnectionError:
            message = b""
        if not message:
            self.lost()
        elif message == b"R":
            self.top_up()
        else:
            number, status = (int(word) for word in message[2:].split())
            self.bury(number, status)

    def lost(self) -> None:
        """The nursery has ended, and every child with it. Start another, unless we are stopping."""
        if self.control is None or self.nursery is None:
            return
        self.loop.remove_reader(self.control)
        self.control.close()
        self.control = None
        self.nursery.kill()
        self.nursery.wait()
        for number in tuple(self.cells):
            self.bury(number, 1)
        if not self.stopping:
            self.keep(self.again())

    async def again(self) -> None:
        """Start a nursery after a pause."""
        await asyncio.sleep(PAUSE)
        self.launch()

    # children

    def command(self, word: bytes, cell: Cell, *descriptors: int) -> None:
        """Tell the nursery something about a child; there is nobody to tell while it is being started again."""
        if self.control is not None:
            socket.send_fds(self.control, [b"%s %d" % (word, cell.number)], descriptors)

    def top_up(self) -> None:
        """As many children for new jobs as there should be."""
        if self.control is None:
            return
        fresh = sum(not (c.long or c.retired) for c in self.cells.values())
        try:
            for _ in range(self.limits.children - fresh):
                self.spawn()
        except BlockingIOError:  # the nursery has not read what we told it before
            self.loop.call_later(PAUSE / 10, self.top_up)

    def spawn(self) -> None:
        """One more child."""
        self.numbers += 1
        cell = Cell(self.numbers, self.limits, self.greet)
        ours, theirs = socket.socketpair()
        with theirs:
            self.command(b"F", cell, theirs.fileno())
        ours.setblocking(False)
        self.cells[cell.number], self.pipes[cell.number] = cell, ours
        self.keep(self.connect(cell, ours))

    async def connect(self, cell: Cell, pipe: socket.socket) -> None:
        """Read what a child says."""
        await self.loop.create_connection(lambda: cell, sock=pipe)
        del self.pipes[cell.number]
        if cell.gone:
            cell.pipe.abort()

    def greet(self, cell: Cell) -> None:
        """A child is there."""
        self.walls = cell.walls
        self.ready.set()
        self.give(cell)

    def give(self, cell: Cell) -> None:
        """A child has nothing to do: to the job that has waited longest, or to rest."""
        while self.waiting:
            waiter = self.waiting.popleft()
            if not waiter.done():
                waiter.set_result(cell)
                return
        self.idle.append(cell)

    def kill(self, cell: Cell) -> None:
        """End a child, whatever it is at."""
        cell.retired = True
        self.command(b"K", cell)

    def bury(self, number: int, status: int) -> None:
        """A child has ended."""
        cell = self.cells.pop(number, None)
        if cell is None:
            return
        cell.ended(status)
        if cell in self.idle:
            self.idle.remove(cell)
        if cell.transport is not None:
            cell.transport.abort()
        if cell.walls:
            self.top_up()
        elif not self.stopping:  # it never came to life; the next may not either
            self.loop.call_later(PAUSE, self.top_up)

    # jobs

    async def open(self, head: bytes, body: bytes, deadline: float, receive: Receive | None = None) -> Cell:
        """Start a job; to be closed in any case. deadline: a time of the event loop. receive: to notice that the client leaves.

        Raises Failure `busy` if no child is free in time.
        """
        cell = self.idle.pop() if self.idle else await self.wait(deadline)
        self.under_way += 1
        cell.ask(job(head, body))
        cell.long_from, cell.deadline, cell.receive = self.loop.time() + self.limits.long_after, deadline, receive
        if not self.ticking:
            self.tick()
        return cell

    async def wait(self, deadline: float) -> Cell:
        """A child, as soon as one is free."""
        limits = self.limits
        if len(self.waiting) >= limits.queue:
            raise Failure("busy", f"{limits.queue} jobs are waiting already", "queue", limits.queue)
        waiter: asyncio.Future[Cell] = self.loop.create_future()
        self.waiting.append(waiter)
        until = min(deadline, self.loop.time() + limits.queue_seconds)
        timer = self.loop.call_at(
            until, refuse, waiter, Failure("busy", f"no process was free within {limits.queue_seconds:g} seconds", "queue_seconds", limits.queue_seconds)
        )
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.give(waiter.result())
            raise
        finally:
            timer.cancel()

    def tick(self) -> None:
        """Look, every now and then while there is work, which jobs have become long or are over time. One timer for all is cheaper than one for each."""
        now = self.loop.time()
        for cell in tuple(self.cells.values()):
            if cell.deadline <= now:
                self.give_up(cell, Failure("time-limit", f"not finished within {self.limits.seconds:g} seconds", "seconds", self.limits.seconds))
            elif cell.long_from <= now:
                cell.long_from = math.inf
                self.lengthen(cell)
        self.ticking = self.under_way > 0 and not self.stopping
        if self.ticking:
            self.loop.call_later(TICK, self.tick)

    def lengthen(self, cell: Cell) -> None:
        """A job turns out to be long: it leaves its place to the next one and works on behind all others, if there is room."""
        limits = self.limits
        if self.long >= limits.long_jobs:
            cell.fail(
                Failure(
                    "busy",
                    f"it takes longer than {limits.long_after:g} seconds, and {limits.long_jobs} such are at work already",
                    "long_jobs",
                    limits.long_jobs,
                )
            )
            self.kill(cell)
        else:
            cell.long = True
            self.long += 1
            self.command(b"N", cell)
            self.attend(cell, cell.receive)
        self.top_up()

    def attend(self, cell: Cell, receive: Receive | None) -> None:
        """From now on, notice if the client leaves."""
        if receive is not None and cell.watch is None:
            cell.watch = self.loop.create_task(self.until_gone(cell, receive))

    async def until_gone(self, cell: Cell, receive: Receive) -> None:
        """Wait for the client to leave; nobody needs the answer then."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.give_up(cell, Failure("abandoned", "the client has left"))

    def give_up(self, cell: Cell, why: Failure) -> None:
        """Stop a job."""
        cell.fail(why)
        self.kill(cell)

    def close(self, cell: Cell) -> None:
        """A job is over, or nobody wants it any more. Its child goes on only if it has answered well and fast."""
        self.under_way -= 1
        self.settle()
        if cell.watch is not None:
            cell.watch.cancel()
        cell.rest_now()
        if cell.complete and not (cell.retired or cell.long):
            self.give(cell)
            return
        if cell.long:
            self.long -= 1
        if not cell.gone:
            self.kill(cell)
        cell.retired = True
        self.top_up()

    def keep(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something beside."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def refuse(waiter: "asyncio.Future[Cell]", why: Failure) -> None:
    """It has waited long enough."""
    if not waiter.done():
        waiter.set_exception(why)


def environment() -> dict[str, str]:
    """That of the server, with this very package first on the path, and nothing that tells where to connect."""
    path = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}
