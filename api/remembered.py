"""Answers that were given a moment ago. The same law, question and day have the same answer; it need not be worked out twice."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable

SECONDS = 60.0
LARGEST = 2_000_000


class Remembered:
    """A few answers in memory, each for a minute, under a keyed hash of the question. Nothing is written anywhere."""

    def __init__(self, room: int) -> None:
        self._room, self._secret = room, secrets.token_bytes(32)
        self._answers: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def name(self, parts: Iterable[bytes]) -> bytes:
        """The keyed hash of a question. Each part is preceded by its length, so that no two questions are written alike."""
        found = hashlib.blake2b(key=self._secret, digest_size=32)
        for part in parts:
            found.update(len(part).to_bytes(8, "big") + part)
        return found.digest()

    def get(self, name: bytes) -> bytes | None:
        """The answer, if it was given within the last minute."""
        at, answer = self._answers.get(name, (0.0, b""))
        if not answer or time.monotonic() - at > SECONDS:
            self._answers.pop(name, None)
            return None
        self._answers.move_to_end(name)
        return answer

    def put(self, name: bytes, answer: bytes) -> None:
        """Remember an answer; the one that was asked for least lately is forgotten."""
        if not self._room or len(answer) > LARGEST:
            return
        self._answers[name] = (time.monotonic(), answer)
        over = time.monotonic() - SECONDS
        for old in [n for n, (at, _) in self._answers.items() if at < over]:
            del self._answers[old]
        while len(self._answers) > self._room:
            self._answers.popitem(last=False)
