"""The pool of disposable processes: what a child may do, how it ends, and what its end means."""

import asyncio
import math
import os
import signal
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from api.sandbox import confine
from api.sandbox.dataset import Dataset
from api.sandbox.frames import Failure, Reader, encode_head, frame
from api.sandbox.limits import LEAST, SandboxLimits
from api.sandbox.parse import parse_rdf
from api.sandbox.pool import Pool

GRAPH = "urn:test:graph"
LIMITS = SandboxLimits(seconds=3, cpu_seconds=3, long_after=0.3, children=2)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
Work = Callable[[Pool], Awaitable[None]]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A few hundred triples."""
    file: Path = tmp_path_factory.mktemp("dataset") / "some.nq"
    file.write_text("".join(f"<urn:s{n}> <urn:p> <urn:s{n + 1}> <{GRAPH}> .\n" for n in range(300)), encoding="utf-8")
    return Dataset([str(file)], GRAPH)


def run(dataset: Dataset, work: Work, limits: SandboxLimits = LIMITS) -> None:
    """Do something with a pool."""

    async def whole() -> None:
        pool = Pool(dataset, limits)
        await pool.start()
        try:
            await work(pool)
        finally:
            await pool.stop()

    asyncio.run(whole())


def head(**other: object) -> bytes:
    """The head of a query."""
    found = {"task": "query", "base": "urn:base", "results": ["csv", "text/csv"], "graphs": ["ntriples", "text/plain"], "default": [], "named": []}
    return encode_head({**found, **other})


async def ask(pool: Pool, query: str) -> bytes:
    """The answer to a query, whole."""
    job = pool.open(head(), query.encode(), pool.loop.time() + pool.limits.seconds)
    try:
        return b"".join([part async for part in job.rest()])
    finally:
        pool.close(job)


async def refused(pool: Pool, query: str) -> Failure:
    """Why a query is not answered."""
    with pytest.raises(Failure) as found:
        await ask(pool, query)
    return found.value


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something; ten seconds at most."""
    give_up = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < give_up
        await asyncio.sleep(0.01)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


def alive(pids: list[int]) -> list[int]:
    """Those that have not ended; one of which only the name is left, until its adoptive parent has looked, has."""
    found = [(pid, Path(f"/proc/{pid}/stat")) for pid in pids]
    return [pid for pid, stat in found if stat.exists() and stat.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"]


def nursery(pool: Pool) -> int:
    """The process of the nursery."""
    assert pool.nursery is not None
    return pool.nursery.pid


def test_a_child_serves_again_while_all_is_well(dataset: Dataset) -> None:
    """One child answers several light queries, one after the other; a malformed one leaves it as it was."""

    async def work(pool: Pool) -> None:
        before = set(pool.cells)
        for _ in range(20):
            assert await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == b"n\r\n300\r\n"
            assert (await refused(pool, "nonsense")).kind == "malformed-query"
        assert set(pool.cells) == before

    run(dataset, work)


def test_one_process_per_query_if_wanted(dataset: Dataset) -> None:
    """With reuse=1 no process ever sees a second query."""

    async def work(pool: Pool) -> None:
        seen = set()
        for _ in range(6):
            seen.update(c.number for c in pool.idle[-1:])
            await ask(pool, "ASK {}")
            await until(lambda: len(pool.idle) == 2)
        assert len(seen) == 6

    run(dataset, work, SandboxLimits(reuse=1, children=2))


def test_a_child_that_has_grown_is_not_used_again(dataset: Dataset) -> None:
    """A child that needed much memory makes way for a new one."""

    async def work(pool: Pool) -> None:
        before = set(pool.cells)
        await ask(pool, "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f }")
        await until(lambda: len(pool.idle) == 2 and not set(pool.cells) <= before)

    run(dataset, work, SandboxLimits(children=2, growth=1 << 20))


ENDS = {signal.SIGSEGV: "too-deep", signal.SIGABRT: "memory-limit", signal.SIGKILL: "crashed", signal.SIGSYS: "federation", signal.SIGXCPU: "cpu-limit"}


@pytest.mark.parametrize("sign", ENDS, ids=lambda s: s.name)
def test_the_end_of_a_child_is_an_answer(dataset: Dataset, sign: signal.Signals) -> None:
    """However a child ends, its job has an answer, and others are served as before."""

    async def work(pool: Pool) -> None:
        job = asyncio.ensure_future(refused(pool, SLOW))
        await until(lambda: pool.under_way == 1)
        await asyncio.sleep(0.1)
        for pid in children(nursery(pool)):
            if cpu_time(pid) > 0:
                os.kill(pid, sign)
        assert (await job).kind == ENDS[sign]
        assert await ask(pool, "ASK {}") == b"true"

    run(dataset, work)


def cpu_time(pid: int) -> int:
    """Ticks of processor time of a process in its own code."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11])


def test_the_clock_of_the_child_is_enough(dataset: Dataset) -> None:
    """A query ends even if the server's own clock is not looked at: the kernel ends the child that has used up its processor time."""

    async def work(pool: Pool) -> None:
        job = pool.open(head(), SLOW.encode(), math.inf)
        with pytest.raises(Failure) as found:
            await job.answer()
        assert (found.value.kind, found.value.number) == ("cpu-limit", 1)
        pool.close(job)

    run(dataset, work, SandboxLimits(cpu_seconds=1, children=1))


def test_the_client_leaves(dataset: Dataset) -> None:
    """A query that nobody waits for any more is stopped, and its process ends."""

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(0.2)
        return {"type": "http.disconnect"}

    async def work(pool: Pool) -> None:
        job = pool.open(head(), SLOW.encode(), pool.loop.time() + 3, receive)
        before, began = children(nursery(pool)), time.monotonic()
        with pytest.raises(Failure) as found:
            await job.answer()
        pool.close(job)
        assert found.value.kind == "abandoned"
        await until(lambda: len(alive(before)) == len(before) - 1)
        assert time.monotonic() - began < 2

    run(dataset, work)


def test_the_nursery_is_started_again(dataset: Dataset) -> None:
    """If the nursery is killed, its children end with it, jobs under way are told, and a new one takes over."""

    async def work(pool: Pool) -> None:
        job = asyncio.ensure_future(refused(pool, SLOW))
        await asyncio.sleep(0.1)
        before, old = nursery(pool), children(nursery(pool))
        os.kill(before, signal.SIGKILL)
        assert (await job).kind == "crashed"
        await until(lambda: bool(pool.idle))
        assert await ask(pool, "ASK {}") == b"true"
        assert nursery(pool) != before
        await until(lambda: not alive(old))

    run(dataset, work)


def test_nothing_is_left_behind(dataset: Dataset) -> None:
    """After the pool has stopped there is no process of it."""
    seen: list[int] = []

    async def work(pool: Pool) -> None:
        seen.extend([nursery(pool), *children(nursery(pool))])

    run(dataset, work)
    give_up = time.monotonic() + 5
    while alive(seen):
        assert time.monotonic() < give_up


def test_a_large_answer_waits_for_its_reader(dataset: Dataset) -> None:
    """A child is made to wait while nobody takes its answer; little of it is held meanwhile, and none of it is lost."""

    async def work(pool: Pool) -> None:
        job = pool.open(head(), b"SELECT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f }", pool.loop.time() + 3)
        await job.answer()
        await asyncio.sleep(0.2)
        assert not job.complete
        assert job.held < 1 << 20
        total = b"".join([part async for part in job.rest()])
        assert total.count(b"\r\n") == 300 * 300 + 1
        pool.close(job)

    run(dataset, work)


def test_the_walls(dataset: Dataset) -> None:
    """By what the network is shut off is known; here the kernel filters calls."""

    async def work(pool: Pool) -> None:
        assert pool.walls == "seccomp"

    run(dataset, work)


def tries(attempt: Callable[[], object]) -> int:
    """The exit status, or minus the signal, of a child that stands behind the walls and tries something. 77: it was refused."""
    pid = os.fork()
    if pid == 0:
        confine.confine(confine.load_libc(), LIMITS)
        try:
            attempt()
        except OSError:
            os._exit(77)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def connect() -> None:
    """Try for the network."""
    import socket  # noqa: PLC0415  as late as an attacker would

    socket.socket()


ATTEMPTS: dict[str, tuple[Callable[[], object], int]] = {
    "nothing": (lambda: None, 0),
    "the network": (connect, -signal.SIGSYS),
    "a file": (lambda: os.open("/etc/passwd", os.O_RDONLY), 77),
    "a new file": (lambda: os.open("/tmp/dutygraph-wall", os.O_CREAT | os.O_WRONLY), 77),  # noqa: S108  it must not come to be
    "a program": (lambda: os.execv("/bin/true", ["true"]), 77),  # noqa: S606  it must not run
    "another process": (os.fork, 77),
    "a signal": (lambda: os.kill(os.getppid(), 0), 77),
    "a pipe": (os.pipe, 77),
    "a folder": (lambda: list(Path("/").iterdir()), 77),
}


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # this process may have threads; the child uses none
@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_a_child_may_do(name: str) -> None:
    """Behind the walls there is no network, no file, no program and no other process."""
    attempt, status = ATTEMPTS[name]
    assert tries(attempt) == status


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # as above
@pytest.mark.parametrize("name", ["the network", "a file", "a new file", "a pipe"])
def test_walls_without_a_filter(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Where no filter can be installed, there is still no descriptor for a file or a socket."""
    monkeypatch.setattr(confine, "confine_calls", lambda _: False)
    assert tries(ATTEMPTS[name][0]) == 77


XML = b'<?xml version="1.0"?><!DOCTYPE r [' + b'<!ENTITY a0 "aaaaaaaaaaaaaaaaaaaa">'
BOMB = (
    XML
    + b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
    + (
        b']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
        b'<rdf:Description rdf:about="urn:s"><e:p>&a9;</e:p></rdf:Description></rdf:RDF>'
    )
)
FILE = b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
DOCUMENTS = {
    "entities": ("application/rdf+xml", BOMB, {"memory-limit", "time-limit", "cpu-limit", "result-limit"}),
    "an entity of a file": (
        "application/rdf+xml",
        BOMB.replace(b"&a9;", b"&f;").replace(b"[<!ENTITY a0", b'[<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a0'),
        {"malformed-document"},
    ),
    "deep JSON": ("application/ld+json", b'{"urn:p":' * 5000 + b"1" + b"}" * 5000, {"too-deep", "memory-limit", "malformed-document"}),
    "very deep JSON": ("application/ld+json", b"[" * 100_000 + b"]" * 100_000, {"too-deep", "malformed-document"}),
    "deep Turtle": ("text/turtle", b"<urn:s> <urn:p> " + b"[ <urn:p> " * 100_000 + b"]" * 100_000 + b" .", {"too-deep", "malformed-document"}),
    "deep collections": ("text/turtle", b"<urn:s> <urn:p> " + b"( " * 200_000, {"too-deep", "malformed-document"}),
    "deep XML": ("application/rdf+xml", b"<a>" * 100_000, {"too-deep", "malformed-document"}),
    "not UTF-8": ("text/turtle", b'<urn:s> <urn:p> "\xff" .', {"malformed-document"}),
    "a remote context": ("application/ld+json", b'{"@context": "http://127.0.0.1:9/context", "@id": "urn:s", "p": 1}', {"malformed-document"}),
    "half a document": ("text/turtle", b"<urn:s> <urn:p>\n\n", {"malformed-document"}),
    "a form of nobody": ("text/html", b"<p>", {"media-type"}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_that_are_traps(dataset: Dataset, name: str) -> None:
    """A document made to bring a parser down is refused for what it is, and the pool goes on."""
    media, document, kinds = DOCUMENTS[name]

    async def work(pool: Pool) -> None:
        with pytest.raises(Failure) as found:
            await parse_rdf(pool, document, media)
        assert found.value.kind in kinds, found.value
        assert await parse_rdf(pool, b"<a> <urn:p> <b> .", "text/turtle", "http://x/") == b"<http://x/a> <urn:p> <http://x/b> .\n"

    run(dataset, work)


def test_where_a_document_is_wrong(dataset: Dataset) -> None:
    """The refusal says the line."""

    async def work(pool: Pool) -> None:
        with pytest.raises(Failure) as found:
            await parse_rdf(pool, b"<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> ;; .", "text/turtle")
        assert found.value.line == 2

    run(dataset, work)


def test_who_waits_is_served_in_turn(dataset: Dataset) -> None:
    """More jobs than children: each gets its own answer."""

    async def work(pool: Pool) -> None:
        answers = await asyncio.gather(*(ask(pool, f"SELECT ({n} AS ?n) {{}}") for n in range(60)))
        assert answers == [b"n\r\n%d\r\n" % n for n in range(60)]

    run(dataset, work)


def test_who_gives_up_waiting_takes_no_child_along(dataset: Dataset) -> None:
    """A job that is cancelled while it waits, or just as it gets its child, leaves the child to others."""

    async def work(pool: Pool) -> None:
        for _ in range(20):
            jobs = [asyncio.ensure_future(ask(pool, "ASK {}")) for _ in range(10)]
            await asyncio.sleep(0.001)
            for job in jobs[::2]:
                job.cancel()
            found = await asyncio.gather(*jobs, return_exceptions=True)
            assert all(f == b"true" or isinstance(f, asyncio.CancelledError) for f in found)
        await until(lambda: len(pool.idle) == LIMITS.children)
        assert pool.under_way == 0

    run(dataset, work)


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_several_workers_share_the_memory(workers: int) -> None:
    """The limits of several server processes come to no more memory than those of one, down to what a query needs."""
    one, each = SandboxLimits(), SandboxLimits().shared_by(workers)
    total = workers * (each.children + each.long_jobs) * each.memory
    assert total <= (one.children + one.long_jobs) * one.memory or each.memory == LEAST


def test_frames_in_pieces() -> None:
    """However bytes come, frames come out whole and in order."""
    reader, sent = Reader(), frame(b"D", b"abc") + frame(b"D", b"") + frame(b"E", b"0")
    found = [piece for n in range(len(sent)) for piece in reader.feed(sent[n : n + 1])]
    assert found == [(b"D", b"abc"), (b"D", b""), (b"E", b"0")]


def test_jobs_behind_one_that_fails(dataset: Dataset) -> None:
    """Jobs that were given to a child behind one that brings it down are done by others."""

    async def work(pool: Pool) -> None:
        deep = "SELECT (" + "(" * 10_000 + "1" + ")" * 10_000 + " AS ?x) {}"
        for _ in range(5):
            found = await asyncio.gather(*(ask(pool, deep if n % 3 == 1 else f"SELECT ({n} AS ?n) {{}}") for n in range(12)), return_exceptions=True)
            assert [f.kind if isinstance(f, Failure) else f for f in found] == ["too-deep" if n % 3 == 1 else b"n\r\n%d\r\n" % n for n in range(12)]

    run(dataset, work, SandboxLimits(children=1))


def test_jobs_behind_a_long_one(dataset: Dataset) -> None:
    """Jobs that were given to a child behind a long one do not wait for it."""

    async def work(pool: Pool) -> None:
        long = asyncio.ensure_future(refused(pool, SLOW))
        await asyncio.sleep(0)
        began = time.monotonic()
        assert await asyncio.gather(*(ask(pool, f"SELECT ({n} AS ?n) {{}}") for n in range(3))) == [b"n\r\n%d\r\n" % n for n in range(3)]
        assert time.monotonic() - began < 2
        assert not long.done()
        assert (await long).kind == "time-limit"

    run(dataset, work, SandboxLimits(children=1, seconds=3))


def test_jobs_behind_one_that_nobody_reads(dataset: Dataset) -> None:
    """Jobs that were given to a child behind one whose client does not read do not wait for that client."""

    async def work(pool: Pool) -> None:
        unread = pool.open(head(), b"SELECT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f }", pool.loop.time() + 3)
        assert await asyncio.gather(*(ask(pool, f"SELECT ({n} AS ?n) {{}}") for n in range(3))) == [b"n\r\n%d\r\n" % n for n in range(3)]
        assert not unread.complete
        assert b"".join([part async for part in unread.rest()]).count(b"\r\n") == 300 * 300 + 1
        pool.close(unread)

    run(dataset, work, SandboxLimits(children=1))
