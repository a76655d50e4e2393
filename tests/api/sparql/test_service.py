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


def test_further_graphs(tmp_path: Path) -> None:
    """What the operator adds, such as assessments, is there after a refresh; before the service has loaded it says so."""
    files: list[str] = []
    query = "query=SELECT%20%3Fo%20FROM%20%3Curn%3Amore%3E%20%7B%3Fs%20%3Fp%20%3Fo%7D"

    async def whole() -> None:
        sparql = Sparql(ROOT / "ontology", extra=lambda: files)
        assert (await asked(sparql, query))[0] == 503
        await sparql.start()
        assert sparql.ready
        assert (await asked(sparql, query))[0] == 400
        more = tmp_path / "more.nq"
        more.write_text('<urn:s> <urn:p> "more" <urn:more> .\n', encoding="utf-8")
        files.append(str(more))
        await sparql.refresh()
        assert await asked(sparql, query) == (200, b"o\r\nmore\r\n")
        await sparql.stop()

    asyncio.run(whole())
