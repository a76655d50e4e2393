"""The walls around a child: what the kernel refuses it from now on. Nothing here needs a privilege."""

import ctypes
import os
import resource
import signal
import time
from dataclasses import dataclass, field

from api.sandbox.limits import SandboxLimits
from api.sandbox.seccomp import confine_calls

SET_PDEATHSIG = 1
PAGE = resource.getpagesize()
BEHIND = 5
"""Steps of priority by which a child stands behind the server, which so has time for others."""


def load_libc() -> ctypes.CDLL:
    """The C library, for the calls that Python has no name for. To be loaded before the walls stand."""
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(libc: ctypes.CDLL, parent: int) -> None:
    """Be killed when the parent ends, also if it has ended already."""
    libc.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def address_space() -> int:
    """Bytes of address space that this process has now."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  no need to load pathlib in every child
        return int(statm.read().split()[0]) * PAGE


def confine(libc: ctypes.CDLL, limits: SandboxLimits) -> str:
    """Raise the walls; says by what the network is shut off: `seccomp`, or `descriptors` where a container forbids filters.

    No file can be opened and no socket made, since there may be no further descriptor; no byte can be written to a file;
    the descriptors that are open stay usable. With seccomp, whoever tries for a socket all the same is ended.
    """
    os.nice(BEHIND)
    fixed(resource.RLIMIT_CORE, 0)
    fixed(resource.RLIMIT_FSIZE, 0)
    fixed(resource.RLIMIT_AS, address_space() + limits.memory)
    fixed(resource.RLIMIT_NOFILE, 0)
    return "seccomp" if confine_calls(libc) else "descriptors"


def fixed(what: int, value: int) -> None:
    """A limit that cannot be raised again."""
    resource.setrlimit(what, (value, value))


@dataclass(slots=True)
class Meter:
    """What this process uses. To be made before the walls stand, for it keeps a file open.

    allowed: seconds of processor time after which the kernel ends it.
    """

    statm: int = field(default_factory=lambda: os.open("/proc/self/statm", os.O_RDONLY))
    allowed: int = 0

    def memory(self) -> int:
        """Bytes of memory of its own, without those of programs and libraries."""
        _, resident, shared, *_ = os.pread(self.statm, 128, 0).split()
        return (int(resident) - int(shared)) * PAGE

    def allow(self, cpu_seconds: int) -> float:
        """From now, so much processor time and no more, in whole seconds, as the kernel counts them: SIGXCPU ends the process. Gives the time so far."""
        now = time.process_time()
        allowed = int(now) + cpu_seconds + 1
        if allowed != self.allowed:
            self.allowed = allowed
            resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        return now
