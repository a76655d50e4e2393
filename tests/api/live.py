"""A real server in a process of its own, on a free port of this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Server:
    """A server that runs. seconds: how long it took until it was ready."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    seconds: float

    def client(self, **more: object) -> httpx.Client:
        """A client of this server."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, **more)  # type: ignore[arg-type]  # whatever httpx takes

    def kill(self) -> None:
        """End it as a power failure would, workers included."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def start(folder: Path, *options: str, rate: int = 0, **environment: str) -> Server:
    """Start a server and wait until it is ready."""
    port = free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "api.main", "serve", "--port", str(port), "--rate", str(rate), *options]
    begun = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True, env={**os.environ, **environment})
    url = f"http://127.0.0.1:{port}"
    while time.monotonic() - begun < 60:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url + "/ready", trust_env=False).status_code == 200:
                return Server(url, process, log, time.monotonic() - begun)
        if process.poll() is not None:
            break
        time.sleep(0.01)
    process.kill()
    raise AssertionError(log.read_text())


@contextlib.contextmanager
def serving(folder: Path, *options: str, rate: int = 0, **environment: str) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    server = start(folder, *options, rate=rate, **environment)
    try:
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
