"""The list of system calls that a child may make, as a filter the kernel runs (seccomp, Linux, no privilege needed).

Memory, time, its two pipes and its own death: all else is refused. Whoever reaches for the network is ended by SIGSYS,
so that a query with SERVICE is told apart from one that merely fails, even if it says SILENT.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping

Numbers = Mapping[str, tuple[int, int]]
"""System call → its number on x86_64 and on aarch64."""

ALLOWED: Numbers = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "setitimer": (38, 103),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sigaltstack": (131, 132),
    "setrlimit": (160, 164),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
    "getrandom": (318, 278),
}
NETWORK: Numbers = {
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "accept4": (288, 242),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine → column of the tables above, and the kernel's name for it."""
X32 = 0x40000000
"""Calls from this number on are x86_64's other numbering of the same calls."""

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of the classic Berkeley packet filter."""
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
SET_NO_NEW_PRIVS, SET_SECCOMP, FILTER_MODE = 38, 22, 2


class Filter(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; yes and no are how many to skip."""
    return struct.pack("HBBI", code, yes, no, value)


def program(machine: str) -> bytes:
    """The filter for a machine: wrong machine → kill; allowed → allow; network → kill; anything else → EPERM."""
    column, audit = MACHINES[machine]
    head = [instruction(LOAD, 4), instruction(EQUAL, audit, yes=1), instruction(RETURN, KILL), instruction(LOAD, 0)]
    other = [instruction(AT_LEAST, X32, no=1), instruction(RETURN, REFUSE)]
    tests = [part for table, verdict in ((ALLOWED, ALLOW), (NETWORK, KILL)) for part in judged(table, column, verdict)]
    return b"".join((*head, *other, *tests, instruction(RETURN, REFUSE)))


def judged(table: Numbers, column: int, verdict: int) -> list[bytes]:
    """The instructions that give each call of a table its verdict."""
    return [part for numbers in table.values() for part in (instruction(EQUAL, numbers[column], no=1), instruction(RETURN, verdict))]


def available() -> bool:
    """Whether this machine has a table above."""
    return platform.system() == "Linux" and platform.machine() in MACHINES


def confine_calls(libc: ctypes.CDLL) -> bool:
    """Install the filter for the rest of this process's life. False where the kernel or a container does not allow it."""
    if not available():
        return False
    code = program(platform.machine())
    prepared = Filter(len(code) // 8, code)
    if libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(SET_SECCOMP, FILTER_MODE, ctypes.byref(prepared), 0, 0) == 0)
