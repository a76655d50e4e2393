"""SPARQL as a part of an application, and what its page says of it."""

import asyncio
import dataclasses
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from api.sandbox.launch import Launched
from api.sandbox.limits import SandboxLimits
from api.settings import Settings
from api.snapshot import prepare
from api.sparql.early import launch_early
from api.sparql.limits import SparqlLimits
from api.sparql.problems import KINDS
from api.sparql.service import Sparql

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")


def test_every_refusal_is_described() -> None:
    """The page names each kind of problem with its status."""
    others = {"malformed-document"}  # of documents, which /sparql does not take
    for name, kind in KINDS.items():
        assert name in others or any(f"`{name}`" in line and str(kind.status) in line for line in PAGE.splitlines()), name


def test_every_limit_is_described() -> None:
    """The page names each limit."""
    for limits in (SparqlLimits, SandboxLimits):
        assert all(f"`{f.name}`" in PAGE for f in dataclasses.fields(limits) if f.name not in ("sandbox", "retry_after"))


async def asked(sparql: Sparql, query: str) -> tuple[int, bytes]:
    """Status and body of an answer, without a socket."""
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return await asyncio.get_running_loop().create_future()

    scope = {"type": "http", "method": "GET", "path": "/sparql", "scheme": "http", "headers": [(b"accept", b"text/csv")], "query_string": query.encode()}
    route = sparql.routes()[0]
    await route.app(scope, receive, send)  # type: ignore[attr-defined]  # a route has its application
    return sent[0]["status"], sent[1]["body"]


def test_before_it_has_loaded() -> None:
    """A query that comes too early is told so, and when to come back."""

    async def whole() -> None:
        sparql = Sparql(ROOT / "ontology")
        assert (await asked(sparql, "query=ASK%20%7B%7D"))[0] == 503
        await sparql.start()
        assert await asked(sparql, "query=ASK%20%7B%7D") == (200, b"true")
        await sparql.stop()

    asyncio.run(whole())


def test_a_nursery_that_was_started_early() -> None:
    """It is used if it loads what is to be served under the same limits; one with other limits is ended, and another started."""
    prepare(ROOT / "ontology")  # so that a snapshot is kept

    async def served(limits: SparqlLimits) -> tuple[Launched, int]:
        early = launch_early(Settings())
        assert early is not None
        sparql = Sparql(ROOT / "ontology", limits, early=early)
        await sparql.start()
        assert await asked(sparql, "query=ASK%20%7B%7D") == (200, b"true")
        assert sparql.pool is not None
        assert sparql.pool.nursery is not None
        process = sparql.pool.nursery.pid
        await sparql.stop()
        return early, process

    early, process = asyncio.run(served(SparqlLimits()))
    assert process == early.process.pid
    early, process = asyncio.run(served(SparqlLimits(sandbox=SandboxLimits(children=2))))
    assert process != early.process.pid
    assert early.process.poll() is not None


def test_nothing_is_started_early_without_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the law has not been prepared, or no cache is wanted, it is prepared first."""
    for cache in (str(tmp_path), ""):
        monkeypatch.setenv("DUTYGRAPH_CACHE", cache)
        assert launch_early(Settings()) is None


def test_the_law_alone_is_the_law() -> None:
    """The file with the default graph alone holds the same triples, blank nodes by the same names, as that graph among the others."""
    dataset = prepare(ROOT / "ontology").dataset
    assert dataset.alone
    quads = ox.parse(path=dataset.files[0], format=ox.RdfFormat.N_QUADS)
    law = {q.triple for q in quads if q.graph_name == ox.NamedNode(dataset.default)}
    assert {q.triple for q in ox.parse(path=dataset.alone, format=ox.RdfFormat.N_TRIPLES)} == law
