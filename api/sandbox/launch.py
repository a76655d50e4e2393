"""Starting a nursery: a socket to it, and a small interpreter that loads the dataset while the server goes on with its own start."""

import dataclasses
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from api.sandbox.dataset import Dataset
from api.sandbox.limits import SandboxLimits

LONGEST = 64
"""Bytes of the longest message to or from a nursery."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A nursery that has been started, and for what. control: our end of the socket to it."""

    dataset: Dataset
    limits: SandboxLimits
    process: "subprocess.Popen[bytes]"
    control: socket.socket

    def end(self) -> None:
        """Nobody wants it any more."""
        self.control.close()
        self.process.kill()
        self.process.wait()


def launch(dataset: Dataset, limits: SandboxLimits) -> Launched:
    """Start one. It ends with this process, and so do its children."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    what = [json.dumps(dataclasses.asdict(part)) for part in (dataset, limits)]
    command = [sys.executable, "-m", "api.sandbox.nursery", str(theirs.fileno()), str(os.getpid()), *what]
    with theirs:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=environment())  # noqa: S603  our own module
    return Launched(dataset, limits, process, ours)


def environment() -> dict[str, str]:
    """That of the server, with this very package first on the path."""
    path = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}
