"""A real server on a real socket, with /sparql alone, and clients that can misbehave."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[3]
GRAPH = "https://w3id.org/dutygraph/graph/"
PATIENCE = 30
"""Seconds after which a test gives up on a server that does not start."""


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(limits: Mapping[str, Any], *options: str) -> Iterator[str]:
    """A server with these limits; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.sparql.alone:create", "--http", "api.connections:BoundedProtocol"]
    environment = {**os.environ, "DUTYGRAPH_SPARQL_LIMITS": json.dumps(limits), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--port", str(port), "--no-access-log", "--log-level", "warning", *options], env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(address: str) -> None:
    """Until the server answers queries."""
    until = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(address + "/sparql", params={"query": "ASK {}"}).status_code == 200:
                return
        assert time.monotonic() < until, "the server does not start"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A server with the limits that it has unless told otherwise."""
    with serving({}) as found:
        yield found


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=address, timeout=20) as found:
        yield found
