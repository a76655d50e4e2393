"""Kept assessments in a query, where the operator publishes them: whoever may read one at its address may also query its graph.

They are fetched for each query that names them and loaded by the process that answers it, which then ends. So there is no copy that
could be out of date, what is forgotten is gone at once, and queries about the law alone do not know of any of it.
"""

import asyncio
import datetime
import json
import re
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from api.access import Caller, may_read
from api.keeper import Keeper
from api.sandbox.frames import Failure
from api.sparql.limits import SparqlLimits
from api.sparql.question import Question
from api.stores import Entry
from engine.dataset import BASE, SERVICE
from engine.queries import ASSESSMENTS
from engine.record.quads import PROV
from engine.terms import TYPE, XSD

LIST, ALL = BASE + "assessments", BASE + "all-assessments"
"""The graph that lists what the caller may see, and the name that stands for all of that in FROM and FROM NAMED."""
CREATOR = "http://purl.org/dc/elements/1.1/creator"
WHOLE = re.compile(re.escape(ASSESSMENTS.encode()) + rb"([\w-]+)")
PREFIX = re.compile(rb"\bPREFIX\s+([\w.-]*):\s*<" + re.escape(ASSESSMENTS.encode()) + rb">", re.IGNORECASE)
SHORT = re.compile(rb"(?<![\w.-])([\w.-]*):([\w-]+)")
AS_GRAPH = re.compile(rb"\bGRAPH\s*<" + re.escape(ALL.encode()) + rb">", re.IGNORECASE)
LOOPBACK = re.compile(rb"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)
FORWARDED = (b"forwarded", b"x-forwarded-for")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query wants of the assessments. ids: those that it names. all: every one. listed: the list of them."""

    ids: tuple[str, ...]
    all: bool
    listed: bool

    def names(self) -> Iterator[str]:
        """What it names, as names of graphs."""
        yield from (ASSESSMENTS + name for name in self.ids)
        yield from (name for name, wanted in ((ALL, self.all), (LIST, self.listed)) if wanted)


@dataclass(frozen=True, slots=True)
class Beside:
    """Graphs that come with a query: name → compressed N-Triples. groups: what a name in FROM stands for."""

    graphs: Mapping[str, bytes]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a caller may see: how many assessments, and the triples of the list of them."""

    assessments: int
    triples: int


def wanted_in(question: Question) -> Wanted | None:
    """The assessments that a query names, anywhere in its text or in a parameter; None if it names none, as nearly all do."""
    text = question.query
    if question.default or question.named:
        text = b"\n".join((text, *(f"<{name}>".encode() for name in (*question.default, *question.named))))
    listed, everything = LIST.encode() in text, ALL.encode() in text
    if not (listed or everything or ASSESSMENTS.encode() in text):
        return None
    if AS_GRAPH.search(text):
        raise Failure("unknown-graph", f"{ALL} is not one graph; name it in FROM or FROM NAMED, and ask with GRAPH ?g")
    prefixes = set(PREFIX.findall(text))
    short = (name for prefix, name in SHORT.findall(text) if prefix in prefixes) if prefixes else ()
    found = tuple(dict.fromkeys(name.decode() for name in (*WHOLE.findall(text), *short)))
    return Wanted(found, everything, listed) if found or everything or listed else None


class Published:
    """The assessments of a store, as far as a caller may see them. keyed: whether callers show keys. exposed: whether strangers may call without."""

    def __init__(self, keeper: Keeper, limits: SparqlLimits, *, keyed: bool, exposed: bool, audited: bool) -> None:
        self._keeper, self._limits, self._turns = keeper, limits, asyncio.Semaphore(limits.assessment_queries)
        self._keyed, self._exposed, self._audited = keyed, exposed, audited

    def reader(self, scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller | None:
        """The caller, if it may read assessments at all.

        Without keys that is whoever uses this machine, and not a page of elsewhere in a browser on it: any page may ask /sparql.
        """
        caller: Caller = scope["caller"]
        if "assess" not in caller.scopes or not (self._keyed or self._exposed or local(scope, headers)):
            return None
        return caller

    def entitled(self, scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes], wanted: Wanted) -> Caller:
        """The caller; one that may read none is refused in the words for a graph that is not there."""
        caller = self.reader(scope, headers)
        if caller is None:
            raise Failure("unknown-graph", f"there is no graph {next(wanted.names())}")
        return caller

    @asynccontextmanager
    async def turn(self, seconds: float) -> AsyncIterator[None]:
        """Room for one more query whose graphs are held here until it is answered; waited for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._turns.acquire()
        except TimeoutError as error:
            most = self._limits.assessment_queries
            raise Failure("busy", f"{most} queries about assessments are at work already", "assessment_queries", most) from error
        try:
            yield
        finally:
            self._turns.release()

    async def beside(self, scope: MutableMapping[str, Any], caller: Caller, wanted: Wanted) -> Beside:
        """The graphs that a query names. One that is not there, or not for this caller, is refused in the same words."""
        if self._audited:
            await self._keeper.note(caller.name, scope["method"], scope["path"], scope["request_id"])
        seen = await self.seen(caller) if wanted.all or wanted.listed else ()
        ids = dict.fromkeys((*wanted.ids, *((e.id for e in seen) if wanted.all else ())))
        most = self._limits.assessments
        if len(ids) > most:
            raise Failure("assessment-limit", f"the query is about {len(ids)} assessments; {most} at a time are possible", "assessments", most)
        graphs = {}
        for name in ids:
            packed = await self.graph(caller, name)
            if packed is not None:
                graphs[ASSESSMENTS + name] = packed
            elif name in wanted.ids:
                raise Failure("unknown-graph", f"there is no graph {ASSESSMENTS}{name}")
        groups = {ALL: [ASSESSMENTS + e.id for e in seen if ASSESSMENTS + e.id in graphs]} if wanted.all else {}
        if wanted.listed:
            graphs[LIST] = zlib.compress("".join(listing(seen)).encode(), 1)
        return Beside(graphs, groups)

    async def graph(self, caller: Caller, name: str) -> bytes | None:
        """The graph of an assessment that the caller may see."""
        found = await self._keeper.graph(name)
        return found.packed if found is not None and may_read(caller, found.owner) else None

    async def seen(self, caller: Caller) -> Sequence[Entry]:
        """What a caller may see: an admin all, a key its own. Who has no key sees only what it can name."""
        if not (caller.name or "admin" in caller.scopes):
            return ()
        found = await self._keeper.register(None if "admin" in caller.scopes else caller.name)
        return sorted((e for e in found if may_read(caller, e.owner)), key=attrgetter("expires", "id"))

    async def counted(self, scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> Counted | None:
        """How much a caller may see; None if nothing at all."""
        caller = self.reader(scope, headers)
        if caller is None:
            return None
        seen = await self.seen(caller)
        return Counted(len(seen), sum(1 for _ in listing(seen)))


def local(scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request comes from a program of this machine, or from a page of this very service: by the name of the host, and by the origin."""
    host = headers.get(b"host", b"")
    own = headers.get(b"origin") in (None, f"{scope['scheme']}://".encode() + host)
    return own and LOOPBACK.fullmatch(host) is not None and not any(name in headers for name in FORWARDED)


def listing(entries: Iterable[Entry]) -> Iterator[str]:
    """The list as N-Triples: each assessment with the time at which it will be forgotten, and the name of the key it was kept with."""
    for entry in entries:
        subject = f"<{ASSESSMENTS}{entry.id}>"
        until = datetime.datetime.fromtimestamp(entry.expires, tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield f"{subject} <{TYPE}> <{SERVICE}Graph> .\n"
        yield f'{subject} <{PROV}invalidatedAtTime> "{until}"^^<{XSD}dateTime> .\n'
        if entry.owner:
            yield f"{subject} <{CREATOR}> {json.dumps(entry.owner, ensure_ascii=False)} .\n"
