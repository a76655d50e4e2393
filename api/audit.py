"""The audit log: one line for each request that takes or gives a case, chained by hashes, and nothing of the case in it."""

import datetime
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import CaseError, Location

START = "0" * 64


def entry_hash(entry: dict[str, object]) -> str:
    """The hash of an entry, over all its fields but the hash itself, the hash of the one before among them."""
    return hashlib.sha256(json.dumps({k: v for k, v in entry.items() if k != "hash"}, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """A line at which the chain does not hold."""

    line: int
    problem: str


class AuditLog:
    """Appends to a file. One process writes; others send to the keeper."""

    def __init__(self, path: Path) -> None:
        entries = list(read(path)) if path.exists() else []
        self._path = path
        self._number, self._last = (len(entries), str(entries[-1]["hash"])) if entries else (0, START)

    def note(self, key: str, method: str, endpoint: str, request_id: str) -> None:
        """One more line, on the disk when this returns."""
        entry: dict[str, object] = {
            "number": self._number + 1,
            "at": datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="milliseconds"),
            "key": key,
            "method": method,
            "endpoint": endpoint,
            "request": request_id,
            "before": self._last,
        }
        entry["hash"] = entry_hash(entry)
        with self._path.open("ab") as file:
            file.write(json.dumps(entry).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._number, self._last = self._number + 1, str(entry["hash"])


def read(path: Path) -> Iterator[dict[str, object]]:
    """The entries of a log."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            raise CaseError(Location(str(path), number), "not a line of an audit log", "compare with a backup; the lines before it hold") from error
        yield found if isinstance(found, dict) else {}


def verify(path: Path) -> Broken | None:
    """The first line at which the chain does not hold; None for a log as it was written.

    Lines taken off the end cannot be seen in the log itself: keep the last hash elsewhere.
    """
    last = START
    for number, entry in enumerate(read(path), start=1):
        if entry.get("number") != number:
            return Broken(number, f"this is entry {entry.get('number')}: lines are missing, added or out of order")
        if entry.get("before") != last:
            return Broken(number, "it does not follow from the line before")
        if entry.get("hash") != entry_hash(entry):
            return Broken(number, "its content is not what was hashed")
        last = str(entry["hash"])
    return None
