"""How long `dutygraph serve` takes to be ready, and then to answer SPARQL, from the start of its process. Prints a table in Markdown.

Usage: PYTHONPATH=. python benchmarks/start.py [runs]. The first start of a machine, or after a change of the law, parses the law and derives its
closure; every other finds both in the cache. The least time says what the service takes, the median what this machine gave.
"""

import contextlib
import datetime
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
PAUSE = 0.005
LONGEST = 120
RUNS = 9


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def answered(client: httpx.Client, address: str, begun: float) -> float:
    """Seconds from `begun` until an address answers 200."""
    while time.perf_counter() - begun < LONGEST:
        with contextlib.suppress(httpx.TransportError):
            if client.get(address).status_code == httpx.codes.OK:
                return time.perf_counter() - begun
        time.sleep(PAUSE)
    raise TimeoutError(address)


def start(environment: Mapping[str, str], workers: int = 1) -> tuple[float, float]:
    """(seconds until /ready is 200, seconds until a query is answered) of one start."""
    port, begun = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "api.main", "serve", "--port", str(port), "--workers", str(workers), "--rate", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, **environment, "PYTHONPATH": str(ROOT)})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            return answered(client, "/ready", begun), answered(client, "/sparql?query=ASK%20%7B%7D", begun)
    finally:
        process.terminate()
        process.wait()


def row(name: str, found: Sequence[tuple[float, float]]) -> None:
    """One line of the table."""
    ready, sparql = zip(*found, strict=True)
    print(f"| {name} | {statistics.median(ready):.2f} s | {min(ready):.2f} s | {statistics.median(sparql):.2f} s | {min(sparql):.2f} s |")


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print("| start | ready, median | least | SPARQL, median | least |\n| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        cache = {"DUTYGRAPH_CACHE": f"{folder}/cache"}
        row("the first, nothing in the cache", [start(cache)])
        row("every other", [start(cache) for _ in range(runs)])
        row("every other, two workers", [start(cache, workers=2) for _ in range(runs)])
    now = f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}"
    print(f"\n{runs} starts; {platform.machine()}, {os.cpu_count()} cores, {now}, load average {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    main()
