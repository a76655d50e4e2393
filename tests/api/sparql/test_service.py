"""SPARQL as a part of an application, and what its page says of it."""

import asyncio
import dataclasses
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from api.sandbox.limits import SandboxLimits
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
