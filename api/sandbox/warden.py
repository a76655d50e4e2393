"""The server's side of the nursery: it is started, asked for children, and heard of their ends. What they work on is the pool's affair."""

import asyncio
import contextlib
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from api.sandbox.cell import Cell
from api.sandbox.dataset import Dataset
from api.sandbox.launch import LONGEST, Launched, launch
from api.sandbox.limits import SandboxLimits

LOADING_SECONDS = 60
PAUSE = 0.5
"""Seconds before a nursery that has ended is started again."""


class Warden(ABC):
    """Keeps as many children alive as the limits say. cells: all of them by number. pipes: those that are not connected yet.

    walls: by what their network is shut off. ready: set once the first child is there. early: a nursery that has been started already.
    """

    def __init__(self, dataset: Dataset, limits: SandboxLimits, early: Launched | None = None) -> None:
        self.dataset, self.limits, self.early = dataset, limits, early
        self.cells: dict[int, Cell] = {}
        self.pipes: dict[int, socket.socket] = {}
        self.numbers = 0
        self.walls = ""
        self.nursery: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None
        self.ready = asyncio.Event()
        self.stopping = False
        self.tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    def finished(self, cell: Cell) -> None:
        """A child has done a job, or is there for its first."""

    @abstractmethod
    def stalled(self, cell: Cell) -> None:
        """A child has to wait until its client takes some of the answer."""

    @abstractmethod
    def buried(self, cell: Cell) -> None:
        """A child has ended, and all that it said has been heard."""

    async def start(self) -> None:
        """Start the nursery and wait until the first children are there."""
        self.loop = asyncio.get_running_loop()
        self.launch()
        await asyncio.wait_for(self.ready.wait(), LOADING_SECONDS)

    async def stop(self) -> None:
        """End every child. Jobs under way fail."""
        self.stopping = True
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for pipe in self.pipes.values():
            pipe.close()
        self.abandon()
        await asyncio.sleep(0)  # for the connections to be closed

    def launch(self) -> None:
        """Start a nursery, or take the one that was started before us."""
        early, self.early = self.early, None
        found = early or launch(self.dataset, self.limits)
        self.nursery, self.control = found.process, found.control
        self.loop.add_reader(found.control, self.report)

    def report(self) -> None:
        """What the nursery says: it has loaded, or a child has ended."""
        assert self.control is not None
        try:
            message = self.control.recv(LONGEST)
        except ConnectionError:
            message = b""
        if not message:
            self.abandon()
            if not self.stopping:
                self.keep(self.again_after(PAUSE))
        elif message == b"R":
            self.top_up()
        else:
            number, status = (int(word) for word in message[2:].split())
            self.ended(self.cells[number], status)

    def abandon(self) -> None:
        """The nursery has ended, or is to; every child ends with it."""
        if self.control is None or self.nursery is None:
            return
        self.loop.remove_reader(self.control)
        self.control.close()
        self.control = None
        self.nursery.kill()
        self.nursery.wait()
        for cell in tuple(self.cells.values()):
            cell.status = 1
            self.bury(cell)

    async def again_after(self, seconds: float) -> None:
        """Start a nursery after a pause."""
        await asyncio.sleep(seconds)
        self.launch()

    def command(self, word: bytes, cell: Cell, *descriptors: int) -> None:
        """Tell the nursery something about a child; there is nobody to tell while it is being started again."""
        if self.control is not None:
            socket.send_fds(self.control, [b"%s %d" % (word, cell.number)], descriptors)

    def top_up(self) -> None:
        """As many children for new jobs as there should be."""
        if self.control is None or self.stopping:
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
        cell = Cell(self.numbers, self)
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as unless_sent:
            unless_sent.enter_context(ours)
            self.command(b"F", cell, theirs.fileno())
            unless_sent.pop_all()
        ours.setblocking(False)
        self.cells[cell.number], self.pipes[cell.number] = cell, ours
        self.keep(self.connect(cell, ours))

    async def connect(self, cell: Cell, pipe: socket.socket) -> None:
        """Read what a child says."""
        await self.loop.create_connection(lambda: cell, sock=pipe)
        del self.pipes[cell.number]
        if cell.number not in self.cells:
            cell.pipe.abort()

    def greeted(self, cell: Cell) -> None:
        """A child is there."""
        self.walls = cell.walls
        self.ready.set()
        self.finished(cell)

    def stop_child(self, cell: Cell) -> None:
        """Kill it."""
        self.command(b"K", cell)

    def slow_child(self, cell: Cell) -> None:
        """Let it work behind all others."""
        self.command(b"N", cell)

    def ended(self, cell: Cell, status: int) -> None:
        """The nursery's report of how a child ended. What it said before may still be on its way."""
        cell.status, cell.retired = status, True
        if cell.closed or cell.transport is None:
            self.bury(cell)
        else:
            cell.resume()

    def closed(self, cell: Cell) -> None:
        """The pipe of a child has closed. How it ended, the nursery will say."""
        if cell.status is not None and cell.number in self.cells:
            self.bury(cell)

    def bury(self, cell: Cell) -> None:
        """That was the last of a child."""
        del self.cells[cell.number]
        cell.retired = True
        if cell.transport is not None:
            cell.transport.abort()
        self.buried(cell)
        if cell.walls:
            self.top_up()
        elif not self.stopping:  # it never came to life; the next may not either
            self.loop.call_later(PAUSE, self.top_up)

    def keep(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something beside."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
