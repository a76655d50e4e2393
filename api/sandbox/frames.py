"""What server and child say to each other over their pipe: lengths first, so that bytes pass through untouched.

A child greets with HELLO. A job is two lengths, a head (JSON) and a body (the query, or the document to parse). An answer is
frames, each a letter, a length and a payload: START, any number of DATA, END. A FAIL before END says that nothing of it counts. An answer
that is short and well, as nearly all are, is one frame instead: WHOLE.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

JOB = struct.Struct("!II")
FRAME = struct.Struct("!cI")
HELLO, START, DATA, FAIL, END, WHOLE = b"H", b"S", b"D", b"F", b"E", b"W"
"""HELLO: by what the network is shut off. START: the media type of the answer, in ASCII. FAIL: a failure as JSON.
END: b"1" if the child should not be used again, else b"0". WHOLE: the payload of END, a byte with the length of the media type, the media
type, the answer."""
CHUNK = 1 << 16
"""Bytes that a child gathers before it sends; an answer up to that size is known whole before its first byte goes out."""


def job_message(head: bytes, body: bytes) -> bytes:
    """A job as bytes."""
    return JOB.pack(len(head), len(body)) + head + body


def encode_head(head: Mapping[str, object]) -> bytes:
    """The head of a job."""
    return json.dumps(head, separators=(",", ":")).encode()


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame as bytes."""
    return FRAME.pack(kind, len(payload)) + payload


@dataclass(eq=False)
class Failure(Exception):  # noqa: N818  it is an answer as well as an exception
    """Why a job has no answer.

    kind: a key of the table of problems. detail: the fact, in a sentence. limit: the name of the limit that was hit,
    and number: its value. line: where in the text of the query or document, 0 if not known.
    """

    kind: str
    detail: str
    limit: str = ""
    number: float = 0
    line: int = 0

    def frame(self) -> bytes:
        """The frame that says so."""
        return frame(FAIL, json.dumps([self.kind, self.detail, self.limit, self.number, self.line]).encode())


def failure(payload: bytes) -> Failure:
    """The failure that a frame says."""
    kind, detail, limit, number, line = json.loads(payload)
    return Failure(str(kind), str(detail), str(limit), float(number), int(line))


@dataclass(slots=True)
class Reader:
    """Bytes in, whole frames out."""

    rest: bytearray = field(default_factory=bytearray)

    def feed(self, received: bytes) -> list[tuple[bytes, bytes]]:
        """The frames that are now whole."""
        found, at, rest = [], 0, self.rest
        if rest:
            rest += received
        here: bytes | bytearray = rest or received
        while len(here) - at >= FRAME.size:
            kind, length = FRAME.unpack_from(here, at)
            end = at + FRAME.size + length
            if len(here) < end:
                break
            found.append((kind, bytes(here[at + FRAME.size : end])))
            at = end
        if here is rest:
            del rest[:at]
        else:
            rest += here[at:]
        return found
