"""A small process with one thread that loads the dataset once and forks children from it, each with the dataset in memory.

Commands come over descriptor CONTROL, one a message: `F number` with the child's end of its pipe attached, `K number` kill,
`N number` give way to others. It reports `R` once it has loaded, and `X number status` for each child that has ended.
It ends when the server does; its children are killed by the kernel when it does.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass, field

from api.sandbox.child import PIPE, live
from api.sandbox.confine import die_with_parent, load_libc
from api.sandbox.dataset import Dataset
from api.sandbox.launch import LONGEST
from api.sandbox.limits import SandboxLimits
from api.sandbox.shelf import Shelf, load

LOWEST_PRIORITY = 19


@dataclass(slots=True)
class Nursery:
    """The children that live. by_watch: descriptor that becomes readable when a child ends → its number and process id."""

    control: socket.socket
    shelf: Shelf
    limits: SandboxLimits
    poll: select.poll = field(default_factory=select.poll)
    by_watch: dict[int, tuple[int, int]] = field(default_factory=dict)
    pids: dict[int, int] = field(default_factory=dict)

    def fork(self, number: int, pipe: int) -> None:
        """One more child, with the dataset as it stands here."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(pipe, PIPE)
                os.dup2(0, 2)  # what the allocator says of a child that runs out of memory is not for the log
                os.closerange(PIPE + 1, 4096)
                gc.disable()  # what a query leaves behind has no cycles, and a child does not grow old
                live(self.shelf, self.limits, parent)
            finally:
                os._exit(1)
        os.close(pipe)
        watch = os.pidfd_open(pid)
        self.pids[number], self.by_watch[watch] = pid, (number, pid)
        self.poll.register(watch, select.POLLIN)

    def bury(self, watch: int) -> None:
        """Report a child that has ended."""
        number, pid = self.by_watch.pop(watch)
        self.poll.unregister(watch)
        os.close(watch)
        del self.pids[number]
        _, status = os.waitpid(pid, 0)
        self.control.send(b"X %d %d" % (number, os.waitstatus_to_exitcode(status)))

    def obey(self) -> None:
        """One command. The server's end ends all."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self.control, LONGEST, 1)
        except ConnectionError:
            os._exit(0)
        if not message:
            os._exit(0)
        word, number = message[:1], int(message[2:])
        if word == b"F":
            self.fork(number, descriptors[0])
        elif number in self.pids and word == b"K":
            os.kill(self.pids[number], signal.SIGKILL)
        elif number in self.pids:
            os.setpriority(os.PRIO_PROCESS, self.pids[number], LOWEST_PRIORITY)

    def run(self) -> None:
        """Commands and deaths, as they come."""
        self.poll.register(self.control, select.POLLIN)
        while True:
            for descriptor, _ in self.poll.poll():
                if descriptor == self.control.fileno():
                    self.obey()
                else:
                    self.bury(descriptor)


def main(control: int, parent: int, dataset: Dataset, limits: SandboxLimits) -> None:
    """Load, report, serve."""
    die_with_parent(load_libc(), parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the server, which then ends us
    pipe = socket.socket(fileno=control)
    shelf = load(dataset)
    gc.collect()
    gc.freeze()
    pipe.send(b"R")
    Nursery(pipe, shelf, limits).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Dataset(**json.loads(sys.argv[3])), SandboxLimits(**json.loads(sys.argv[4])))
