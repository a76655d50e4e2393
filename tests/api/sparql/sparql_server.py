"""A real server on a real socket, with /sparql alone."""

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
def serving(limits: Mapping[str, Any], *options: str, protocol: str = "api.connections:BoundedProtocol") -> Iterator[str]:
    """A server with these limits; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.sparql.alone:create", "--http", protocol]
    environment = {**os.environ, "DUTYGRAPH_SPARQL_LIMITS": json.dumps(limits), "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"}
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


HASTY = {
    "request_seconds": 3.5,
    "body_seconds": 2,
    "body_bytes": 1 << 20,
    "sandbox": {"seconds": 3, "cpu_seconds": 3, "long_after": 0.3, "result_bytes": 16 << 20},
}
"""Little patience, for tests that wait for its end."""
