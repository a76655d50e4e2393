"""What all workers of a service share: the store, the counters of requests, the audit log. One process keeps them.

With one worker that is the worker itself. With several, the process that started them keeps them, and the workers ask it over a socket
that only their user can open.
"""

import asyncio
import base64
import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from api.audit import AuditLog
from api.figures import Said
from api.problems import Problem
from api.settings import Settings
from api.stores import Entry, Kept, Store, open_store

SWEEP_SECONDS = 60
"""How long what is over may still lie in the store; nobody is given it."""
COUNTED = 100_000
"""Most names that are counted at once; the oldest windows are forgotten first."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The graph of a kept assessment. owner: name of the key it was kept with. packed: its N-Triples, compressed by zlib to a twentieth."""

    owner: str
    packed: bytes


class Keeper(Protocol):
    """What a worker asks for."""

    async def put(self, kept: Kept) -> None:
        """Keep an assessment."""

    async def get(self, name: str) -> Kept | None:
        """An assessment by its id."""

    async def graph(self, name: str) -> Graph | None:
        """The graph of an assessment."""

    async def register(self, owner: str | None) -> Sequence[Entry]:
        """What is kept now, by one owner or by all."""

    async def delete(self, name: str) -> None:
        """Forget an assessment."""

    async def spend(self, name: str, seconds: int) -> tuple[int, int]:
        """Count a request: (how many in this window, seconds until the next window)."""

    async def note(self, key: str, method: str, endpoint: str, request_id: str) -> None:
        """Write a line into the audit log."""

    async def report(self, worker: str, said: Said) -> Sequence[Said]:
        """Say what a worker has counted; gives what the others said last, those that have ended included."""

    async def ready(self) -> bool:
        """Whether the store answers."""

    def close(self) -> None:
        """Let go of the store."""


class Counters:
    """Requests by name in windows of a fixed length."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, name: str, seconds: int) -> tuple[int, int]:
        """One more in the window of a name."""
        now = self._clock()
        start, used = self._windows.pop(name, (now, 0))
        if now - start >= seconds:
            start, used = now, 0
        if len(self._windows) >= COUNTED:
            self._windows.pop(next(iter(self._windows)))
        self._windows[name] = (start, used + 1)
        return used + 1, max(0, round(seconds - (now - start)))


class OwnKeeper:
    """Keeps everything in this process. The store is asked in a thread, one call at a time."""

    def __init__(self, settings: Settings) -> None:
        self._store: Store = open_store(settings.store)
        self._counters = Counters()
        self._log = AuditLog(Path(settings.audit)) if settings.audit else None
        self._turn = threading.Lock()
        self._said: dict[str, Said] = {}

    async def put(self, kept: Kept) -> None:
        """Keep an assessment."""
        await self._ask(self._store.put, kept)

    async def sweep_again(self) -> None:
        """Forget what is over, again and again, whether or not anybody asks for anything. To be run beside all else."""
        while True:
            with suppress(Problem):  # the store does not answer; the next time will do
                await self._ask(self._store.sweep, int(time.time()))
            await asyncio.sleep(SWEEP_SECONDS)

    async def get(self, name: str) -> Kept | None:
        """An assessment by its id."""
        found: Kept | None = await self._ask(self._store.get, name, int(time.time()))
        return found

    async def graph(self, name: str) -> Graph | None:
        """The graph of an assessment."""
        found: Graph | None = await self._ask(self._graph, name)
        return found

    def _graph(self, name: str) -> Graph | None:
        kept = self._store.get(name, int(time.time()))
        return Graph(kept.owner, self._store.packed(name)) if kept else None

    async def register(self, owner: str | None) -> Sequence[Entry]:
        """What is kept now."""
        found: Sequence[Entry] = await self._ask(self._store.register, int(time.time()), owner)
        return found

    async def delete(self, name: str) -> None:
        """Forget an assessment."""
        await self._ask(self._store.delete, name)

    async def spend(self, name: str, seconds: int) -> tuple[int, int]:
        """Count a request."""
        return self._counters.spend(name, seconds)

    async def note(self, key: str, method: str, endpoint: str, request_id: str) -> None:
        """Write a line into the audit log, if there is one."""
        if self._log is not None:
            await self._ask(self._log.note, key, method, endpoint, request_id)

    async def report(self, worker: str, said: Said) -> Sequence[Said]:
        """What the others have counted."""
        self._said[worker] = said
        return [found for name, found in self._said.items() if name != worker]

    async def ready(self) -> bool:
        """Whether the store answers."""
        try:
            await self.get("ready")
        except Problem:
            return False
        return True

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    async def _ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.to_thread(self._locked, function, arguments)

    def _locked(self, function: Callable[..., Any], arguments: tuple[object, ...]) -> Any:
        with self._turn:
            return function(*arguments)


class DistantKeeper:
    """Asks the keeper of another process: one line of JSON there, one back, on a connection of its own."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    async def put(self, kept: Kept) -> None:
        """Keep an assessment."""
        await self._ask("put", asdict(kept))

    async def get(self, name: str) -> Kept | None:
        """An assessment by its id."""
        found = await self._ask("get", name)
        return Kept(**found) if found else None

    async def graph(self, name: str) -> Graph | None:
        """The graph of an assessment."""
        found = await self._ask("graph", name)
        return Graph(found["owner"], base64.b64decode(found["packed"])) if found else None

    async def register(self, owner: str | None) -> Sequence[Entry]:
        """What is kept now."""
        return [Entry(**found) for found in await self._ask("register", owner)]

    async def delete(self, name: str) -> None:
        """Forget an assessment."""
        await self._ask("delete", name)

    async def spend(self, name: str, seconds: int) -> tuple[int, int]:
        """Count a request."""
        used, left = await self._ask("spend", name, seconds)
        return used, left

    async def note(self, key: str, method: str, endpoint: str, request_id: str) -> None:
        """Write a line into the audit log."""
        await self._ask("note", key, method, endpoint, request_id)

    async def report(self, worker: str, said: Said) -> Sequence[Said]:
        """What the others have counted."""
        found: Sequence[Said] = await self._ask("report", worker, said)
        return found

    async def ready(self) -> bool:
        """Whether the keeper and its store answer."""
        try:
            return bool(await self._ask("ready"))
        except Problem:
            return False

    def close(self) -> None:
        """Nothing is open between two questions."""

    async def _ask(self, name: str, *arguments: object) -> Any:
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket, limit=2**26)
            try:
                writer.write(json.dumps([name, arguments]).encode() + b"\n")
                await writer.drain()
                answer = json.loads(await reader.readline())
            finally:
                writer.close()
        except (OSError, ValueError) as error:
            raise Problem("store", "the keeper of the service does not answer", headers={"Retry-After": "5"}) from error
        if "problem" in answer:
            raise Problem(**answer["problem"])
        return answer["found"]


ASKED = ("put", "get", "graph", "register", "delete", "spend", "note", "report", "ready")
"""What a worker may ask."""


def as_json(found: object) -> object:
    """An answer of the keeper as JSON has it."""
    if isinstance(found, Graph):
        return {"owner": found.owner, "packed": base64.b64encode(found.packed).decode()}
    if isinstance(found, list):
        return [as_json(one) for one in found]
    return asdict(found) if isinstance(found, Kept | Entry) else found


async def serve_one(keeper: OwnKeeper, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one question of a worker."""
    name, arguments = json.loads(await reader.readline())
    if name == "put":
        arguments = [Kept(**arguments[0])]
    try:
        found = await getattr(keeper, name)(*arguments) if name in ASKED else None
        answer: Mapping[str, Any] = {"found": as_json(found)}
    except Problem as problem:
        answer = {"problem": {"kind": problem.kind, "detail": problem.detail, "fix": problem.fix, "headers": dict(problem.headers)}}
    writer.write(json.dumps(answer).encode() + b"\n")
    await writer.drain()
    writer.close()


def keep_for_workers(settings: Settings, socket: Path) -> str:
    """Start a keeper in a thread of this process; gives its socket."""
    keeper, path = OwnKeeper(settings), str(socket)
    started = threading.Event()

    async def run() -> None:
        before = os.umask(0o077)
        server = await asyncio.start_unix_server(lambda r, w: serve_one(keeper, r, w), path, limit=2**26)
        os.umask(before)
        started.set()
        await asyncio.gather(keeper.sweep_again(), server.serve_forever())

    threading.Thread(target=lambda: asyncio.run(run()), name="keeper", daemon=True).start()
    started.wait(10)
    return path


def open_keeper(settings: Settings) -> Keeper:
    """The keeper of a worker."""
    return DistantKeeper(settings.keeper) if settings.keeper else OwnKeeper(settings)
