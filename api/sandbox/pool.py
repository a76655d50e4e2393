"""A pool of children for one server process: who gets the next job, who waits, who has to stop."""

import math
import os
from collections import deque
from collections.abc import Sequence

from api.sandbox.cell import Cell, cause
from api.sandbox.dataset import Dataset
from api.sandbox.frames import Failure, job_message
from api.sandbox.job import Job, Receive
from api.sandbox.launch import Launched
from api.sandbox.limits import SandboxLimits
from api.sandbox.warden import Warden

TICK = 0.025
"""Seconds between two looks at the jobs under way."""
STALL = 0.1
"""Seconds of work on one job after which those behind it go elsewhere."""
BRISK = 0.002
"""Seconds of work on one job within which more are given to the same child."""
PROCESSORS = max(len(os.sched_getaffinity(0)) - 1, 1)
"""Those that are left beside the one on which the server works: light jobs keep so many children at work, for changing between more costs more."""
DEPTH = 8
"""Jobs that a child is given at a time while no child is idle: it then works without waiting for the server in between."""


class Pool(Warden):
    """Children over one dataset. To be started and stopped inside the event loop of the server.

    idle: children without a job. waiting: jobs without a child. under_way: open jobs.
    """

    def __init__(self, dataset: Dataset, limits: SandboxLimits, early: Launched | None = None) -> None:
        super().__init__(dataset, limits, early)
        self.idle: list[Cell] = []
        self.waiting: deque[Job] = deque()
        self.under_way = 0
        self.ticking = False

    # what a request calls

    def open(self, head: bytes, body: bytes, deadline: float, receive: Receive | None = None) -> Job:
        """Start a job; to be closed in any case. deadline: a time of the event loop. receive: to notice that the client leaves.

        Raises Failure `busy` if too many wait already.
        """
        limits = self.limits
        job = Job(job_message(head, body), deadline, self.loop.time() + limits.queue_seconds, receive)
        cell = self.free()
        if cell is not None:
            cell.ask(job)
        elif len(self.waiting) < limits.queue:
            self.waiting.append(job)
        else:
            raise Failure("busy", f"{limits.queue} jobs are waiting already", "queue", limits.queue)
        self.under_way += 1
        if not self.ticking:
            self.tick()
        return job

    def close(self, job: Job) -> None:
        """A job is over, or nobody wants it any more."""
        self.under_way -= 1
        if job.watch is not None:
            job.watch.cancel()
        if not job.complete:
            self.give_up(job, Failure("abandoned", "nobody waits for it"))

    def attend(self, job: Job) -> None:
        """From now on, notice if the client leaves."""
        if job.receive is not None and job.watch is None:
            job.watch = self.loop.create_task(self.until_gone(job, job.receive))

    async def until_gone(self, job: Job, receive: Receive) -> None:
        """Wait for the client to leave; nobody needs the answer then."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.give_up(job, Failure("abandoned", "the client has left"))

    # who works on what

    def free(self) -> Cell | None:
        """A child for one more job. As many as there are processors left are kept at work without a pause; the others step in when those stall."""
        since, brisk, least, found = self.loop.time() - BRISK, 0, DEPTH, None
        for cell in self.cells.values():
            jobs = len(cell.jobs)
            if jobs and cell.began > since and not (cell.retired or cell.long or cell.paused):
                brisk += 1
                if jobs < least:
                    least, found = jobs, cell
        if self.idle and (found is None or brisk < PROCESSORS):
            return self.idle.pop()
        return found

    def finished(self, cell: Cell) -> None:
        """A child has done a job: it goes on to the next, unless the job was a long one or the child should not be used again."""
        if cell.long or cell.retired:
            self.kill(cell)
            return
        while self.waiting and len(cell.jobs) < DEPTH and not (cell.jobs and self.waiting[0].moved):
            job = self.waiting.popleft()
            if job.failed is None:
                cell.ask(job)
        if not cell.jobs and cell not in self.idle:
            self.idle.append(cell)

    def stalled(self, cell: Cell) -> None:
        """The jobs behind the first go to other children. This one has them in its pipe; what it will say of them counts for nothing."""
        first, *others = cell.jobs
        wanted = [job for job in others if job.failed is None]
        if wanted:
            cell.jobs = deque([first, *(ghost() for _ in others)])
            self.take_back(wanted)

    def take_back(self, jobs: Sequence[Job]) -> None:
        """Jobs of a child that cannot do them are next. Each gets a child for itself, lest it fall with another again."""
        for job in reversed(jobs):
            if job.failed is None:
                job.moved += 1
                self.waiting.appendleft(job)
        self.top_up()
        while self.idle and self.waiting:
            self.idle.pop().ask(self.waiting.popleft())

    def buried(self, cell: Cell) -> None:
        """A child has ended: the job that it was at has failed, those behind have not."""
        if cell in self.idle:
            self.idle.remove(cell)
        first, others, cell.jobs = list(cell.jobs)[:1], list(cell.jobs)[1:], deque()
        for job in first:
            job.fail(cause(cell.status or 0, self.limits))
        self.take_back(others)

    def kill(self, cell: Cell) -> None:
        """End a child, whatever it is at. What it has not done goes elsewhere, unless it has failed."""
        cell.retired = True
        self.stop_child(cell)
        jobs, cell.jobs = list(cell.jobs), deque()
        self.take_back(jobs)

    # who has to stop

    def tick(self) -> None:
        """Look, every now and then while there is work, who has waited or worked too long. One timer for all is cheaper than one for each."""
        now = self.loop.time()
        self.refuse_waiting(now)
        for cell in [c for c in self.cells.values() if c.jobs]:
            self.look_at(cell, cell.jobs[0], now)
        self.ticking = self.under_way > 0 and not self.stopping
        if self.ticking:
            self.loop.call_later(TICK, self.tick)

    def refuse_waiting(self, now: float) -> None:
        """Refuse the jobs that have waited too long."""
        limits = self.limits
        for job in [j for j in self.waiting if min(j.until, j.deadline) <= now or j.failed]:
            self.waiting.remove(job)
            job.fail(Failure("busy", f"no process was free within {limits.queue_seconds:g} seconds", "queue_seconds", limits.queue_seconds))

    def look_at(self, cell: Cell, job: Job, now: float) -> None:
        """Whether a child is too long at its job, and what to do then."""
        limits, worked = self.limits, now - cell.began
        if job.deadline <= now:
            self.give_up(job, Failure("time-limit", f"not finished within {limits.seconds:g} seconds", "seconds", limits.seconds))
            return
        if worked > STALL and job.failed is not None:
            self.kill(cell)
            return
        if worked > STALL:
            self.stalled(cell)
        if worked > limits.long_after and not cell.long:
            self.lengthen(cell, job)

    def lengthen(self, cell: Cell, job: Job) -> None:
        """A job turns out to be long: it leaves its place to the next one and works on behind all others, if there is room."""
        limits = self.limits
        if sum(c.long for c in self.cells.values()) >= limits.long_jobs:
            words = f"it takes longer than {limits.long_after:g} seconds, and {limits.long_jobs} such are at work already"
            self.give_up(job, Failure("busy", words, "long_jobs", limits.long_jobs))
            return
        cell.long = True
        self.slow_child(cell)
        self.attend(job)
        self.top_up()

    def give_up(self, job: Job, why: Failure) -> None:
        """Stop a job. The child that works on it ends; where it only waits, it is passed over."""
        job.fail(why)
        for cell in self.cells.values():
            if cell.jobs and cell.jobs[0] is job:
                self.kill(cell)
                return


def ghost() -> Job:
    """In the place of a job that has been taken back."""
    job = Job(b"", math.inf, math.inf, None)
    job.fail(Failure("abandoned", "another does it"))
    return job
