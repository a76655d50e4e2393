"""The life of a child: walls up, then one job after the other, until the pipe closes, a limit strikes or it should retire."""

import json
import os
import time
from dataclasses import dataclass

from api.sandbox.confine import Meter, confine, die_with_parent, load_libc
from api.sandbox.frames import CHUNK, DATA, END, FRAME, HELLO, JOB, START, WHOLE, Failure, frame
from api.sandbox.limits import SandboxLimits
from api.sandbox.shelf import Head, Shelf
from api.sandbox.tasks import TASKS, failure_of

MOST = 1 << 20
"""Bytes read at a time of a long job."""
PIPE = 3
"""The descriptor of the pipe to the server, the only one a child has besides its standard three (which lead nowhere)."""


class Outlet:
    """An answer on its way: counted, gathered up to CHUNK bytes, sent. Blocks while the server does not take it.

    media: its media type, b"" before it begins. gathered: what has not been sent. total: all bytes so far. begun: whether some have been sent.
    """

    __slots__ = ("begun", "gathered", "media", "most", "refused", "total")

    def __init__(self, most: int) -> None:
        self.most, self.media, self.total, self.begun = most, b"", 0, False
        self.gathered: list[bytes] = []
        self.refused: Failure | None = None

    def start(self, media: str) -> None:
        """Say the media type of what follows."""
        self.media = media.encode()

    def write(self, part: bytes) -> int:
        """Some bytes of the answer."""
        before, self.total = self.total, self.total + len(part)
        if self.total > self.most:
            self.refused = Failure("result-limit", f"the answer has more than {self.most} bytes", "result_bytes", self.most)
            raise self.refused
        self.gathered.append(part)
        if self.total // CHUNK > before // CHUNK:
            send(self.frames())
            self.begun, self.gathered = True, []
        return len(part)

    def flush(self) -> None:
        """Nothing: what is gathered goes out with the end of the answer."""

    def frames(self) -> bytes:
        """What is gathered, as frames."""
        start = b"" if self.begun or not self.media else frame(START, self.media)
        return start + (frame(DATA, b"".join(self.gathered)) if self.gathered else b"")

    def end(self, failed: Failure | None, word: bytes) -> None:
        """Send what there is left, and that it was all. word: the payload of END."""
        if failed is not None:
            send((self.frames() if self.begun else b"") + failed.frame() + frame(END, word))
        elif self.begun:
            send(self.frames() + frame(END, word))
        else:
            media, size = self.media, len(self.media)
            send(b"".join((FRAME.pack(WHOLE, 2 + size + self.total), word, bytes((size,)), media, *self.gathered)))


def send(message: bytes | bytearray) -> None:
    """All of it, to the server."""
    sent = os.write(PIPE, message)
    while sent < len(message):
        sent += os.write(PIPE, memoryview(message)[sent:])


@dataclass(slots=True)
class Inlet:
    """Jobs on their way in. The server may send several, so that there is no waiting between them."""

    rest: bytes = b""

    def job(self) -> tuple[bytes, bytes]:
        """The next job: its head and its body. A closed pipe ends the child."""
        self.need(JOB.size)
        head_length, body_length = JOB.unpack_from(self.rest)
        begin, end = JOB.size + head_length, JOB.size + head_length + body_length
        self.need(end)
        found, self.rest = self.rest[:end], self.rest[end:]
        return found[JOB.size : begin], found[begin:]

    def need(self, length: int) -> None:
        """Read until there are so many bytes."""
        if len(self.rest) >= length:
            return
        parts, missing = [self.rest], length - len(self.rest)
        while missing > 0:
            part = os.read(PIPE, max(CHUNK, min(missing, MOST)))
            if not part:
                os._exit(0)
            parts.append(part)
            missing -= len(part)
        self.rest = b"".join(parts)


def live(shelf: Shelf, limits: SandboxLimits, parent: int) -> None:
    """The whole life of a child that has just been forked, its pipe at PIPE. Does not return."""
    libc, meter = load_libc(), Meter()
    die_with_parent(libc, parent)
    send(frame(HELLO, confine(libc, limits).encode()))
    born, served = meter.memory(), 0
    inlet, before, head = Inlet(), b"", {}
    while True:
        said, body = inlet.job()
        if said != before:
            before, head = said, json.loads(said)
        served += 1
        outlet = Outlet(limits.result_bytes)
        began = meter.allow(limits.cpu_seconds)
        failed = work(shelf, limits, head, body, outlet)
        grown = time.process_time() - began > INSTANT and meter.memory() - born > limits.growth
        retire = (failed is not None and failed.kind not in HARMLESS) or shelf.changed or served >= limits.reuse or grown
        outlet.end(failed, b"1" if retire else b"0")


INSTANT = 0.001
"""Seconds of processor time within which nothing can have grown by much, so that looking would cost more than it tells."""
HARMLESS = ("malformed-query", "malformed-document", "not-acceptable", "unknown-graph", "federation")
"""Failures that leave a child as it was."""


def work(shelf: Shelf, limits: SandboxLimits, head: Head, body: bytes, outlet: Outlet) -> Failure | None:
    """One job. None if it went well."""
    task = str(head["task"])
    try:
        TASKS[task](shelf, head, body, outlet)
    except Failure as failed:
        return failed
    except BrokenPipeError:
        os._exit(0)
    except MemoryError:
        return Failure("memory-limit", f"the job needs more than {limits.memory} bytes of memory", "memory", limits.memory)
    except Exception as error:  # noqa: BLE001  whatever Oxigraph raises is an answer, and the child retires
        return outlet.refused or failure_of(error, task)
    return None
