"""The walls around a child: what the kernel refuses it from now on. Nothing here needs a privilege."""

import ctypes
import os
import resource
import signal

from api.sandbox.limits import SandboxLimits
from api.sandbox.seccomp import confine_calls

SET_PDEATHSIG = 1
PAGE = resource.getpagesize()


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
    fixed(resource.RLIMIT_CORE, 0)
    fixed(resource.RLIMIT_FSIZE, 0)
    fixed(resource.RLIMIT_AS, address_space() + limits.memory)
    fixed(resource.RLIMIT_NOFILE, 0)
    return "seccomp" if confine_calls(libc) else "descriptors"


def fixed(what: int, value: int) -> None:
    """A limit that cannot be raised again."""
    resource.setrlimit(what, (value, value))


def allow_time(seconds: float, cpu_seconds: int) -> None:
    """From now, so much wall clock (SIGALRM ends the process) and so much processor time (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + cpu_seconds + 1, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))


def stop_clock() -> None:
    """The job is done: no alarm while waiting for the next."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def peak_memory() -> int:
    """The most bytes this process ever had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
