"""Throughput of the API: assessing with an explanation, beside a FastAPI route that echoes the same body; one run, one machine.

Usage: PYTHONPATH=.:tests/api python benchmarks/service.py [seconds]. Each side is one worker process with uvloop and httptools.
"""

import asyncio
import contextlib
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from live import ROOT, free_port, serving

ECHO = """
from fastapi import Body, FastAPI
app = FastAPI()
@app.post("/echo")
async def echo(body: dict = Body()) -> dict:
    return body
"""
CONNECTIONS = 8


@contextlib.contextmanager
def echo(folder: Path) -> Iterator[str]:
    """The route to compare with."""
    (folder / "echo_app.py").write_text(ECHO)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "echo_app:app", "--port", str(port), "--no-access-log", "--loop", "uvloop", "--http", "httptools"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
                break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/echo"
    finally:
        process.terminate()
        process.wait()


async def one(host: str, port: int, requests: Callable[[], bytes], end: float, waits: list[float]) -> None:
    """Ask one thing after another on one connection, over a bare socket, so that the client costs little."""
    reader, writer = await asyncio.open_connection(host, port)
    while time.monotonic() < end:
        begun = time.perf_counter()
        writer.write(requests())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1])
        await reader.readexactly(length)
        waits.append(time.perf_counter() - begun)
    writer.close()


def asking(url: str, bodies: Callable[[], bytes]) -> tuple[str, int, Callable[[], bytes]]:
    """(host, port, what makes the next request)."""
    found = httpx.URL(url)
    path = found.raw_path.decode()

    def make() -> bytes:
        body = bodies()
        return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    return found.host, int(found.port or 80), make


def measure(url: str, bodies: Callable[[], bytes], seconds: float) -> tuple[float, float]:
    """(answers in a second, p99 in milliseconds)."""
    host, port, make = asking(url, bodies)
    waits: list[float] = []

    async def run() -> None:
        end = time.monotonic() + seconds
        await asyncio.gather(*(one(host, port, make, end, waits) for _ in range(CONNECTIONS)))

    asyncio.run(run())
    waits.sort()
    return len(waits) / seconds, waits[int(len(waits) * 0.99)] * 1000


def distinct(case: dict[str, Any]) -> Callable[[], bytes]:
    """Cases none of which was asked before: each states other facts of the example, in an order that mixes many and few, and has a name of its own."""
    number = itertools.count()
    facts = list(case["facts"].items())

    def make() -> bytes:
        n = next(number)
        mask = n * 1_237 % 2 ** len(facts)  # odd, so that all sets of facts come before any comes again
        return json.dumps(case | {"case": f"c{n}", "facts": {key: value for i, (key, value) in enumerate(facts) if not mask >> i & 1}}).encode()

    return make


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    case = json.loads((ROOT / "examples" / "tarasoff.json").read_text()) | {"law_as_of": "2024-05-01"}
    body = json.dumps(case).encode()
    with tempfile.TemporaryDirectory() as name, echo(Path(name)) as echoed, serving(Path(name)) as server:
        with server.client() as client:
            while client.get("/ready").json()["sparql"] != "ready":
                time.sleep(0.1)
            client.post("/v1/assess?why=us-ca-civ-43-92", content=body, headers={"Content-Type": "application/json"})
            client.post("/v1/receipts", content=body, headers={"Content-Type": "application/json"})
        ask = server.url + "/v1/assess?why=us-ca-civ-43-92"
        rows = [
            ("FastAPI route that echoes the body", *measure(echoed, lambda: body, seconds)),
            ("assess with explanation, a case asked before (remembered)", *measure(ask, lambda: body, seconds)),
            ("assess with explanation, every case new", *measure(ask, distinct(case), seconds)),
            ("assess without explanation, every case new", *measure(server.url + "/v1/assess", distinct(case), seconds)),
        ]
    base = rows[0][1]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {CONNECTIONS} connections, one worker, {seconds:g} s each\n")
    print("| what | answers/s | of the echo | p99 ms |\n| --- | --- | --- | --- |")
    for what, rate, p99 in rows:
        print(f"| {what} | {rate:,.0f} | {rate / base:.2f} | {p99:.1f} |")


if __name__ == "__main__":
    main()
