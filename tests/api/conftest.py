"""What the tests of the service share: one live server, and a case."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from live import ROOT, Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults, but for the limit on requests."""
    with serving(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of it."""
    with server.client() as found:
        yield found


@pytest.fixture
def case() -> dict[str, Any]:
    """The facts of Tarasoff, on a fixed date."""
    found: dict[str, Any] = json.loads((ROOT / "examples" / "tarasoff.json").read_text(encoding="utf-8"))
    return {k: v for k, v in found.items() if k != "note"} | {"law_as_of": "2024-05-01", "known_as_of": "2026-11-24"}
