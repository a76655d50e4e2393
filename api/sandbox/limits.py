"""What a child process may use, in numbers; each has its name in the error that reports it."""

from dataclasses import dataclass, replace
from typing import Self

MEBIBYTE = 1 << 20
LEAST = 64 * MEBIBYTE
"""Memory below which ordinary queries fail."""


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Limits of the pool of child processes of one server process.

    seconds: of wall clock for one job, waiting included. cpu_seconds: of processor time for one job.
    memory: bytes that a child may allocate beyond the dataset that it shares with the others.
    result_bytes: of one answer. children: processes for jobs that are not yet known to be long.
    long_after: seconds after which a job is long; long_jobs: how many of those may run at once.
    queue: jobs that may wait; queue_seconds: how long one may wait.
    reuse: jobs that one child may serve, one after the other, while each ends well; 1 is one process per job.
    growth: bytes by which a child's memory may have grown and it still be used again.
    """

    seconds: float = 12.0
    cpu_seconds: int = 12
    memory: int = 192 * MEBIBYTE
    result_bytes: int = 64 * MEBIBYTE
    children: int = 4
    long_after: float = 0.5
    long_jobs: int = 2
    queue: int = 128
    queue_seconds: float = 2.0
    reuse: int = 10_000
    growth: int = 16 * MEBIBYTE

    def shared_by(self, workers: int) -> Self:
        """The limits of each of several server processes that together use no more memory than one would."""
        if workers == 1:
            return self
        children, long_jobs = max(2, self.children // workers), max(1, self.long_jobs // workers)
        memory = self.memory * (self.children + self.long_jobs) // (workers * (children + long_jobs))
        return replace(self, children=children, long_jobs=long_jobs, memory=max(min(memory, self.memory), LEAST))
