"""The figures of several workers are one sum, whichever of them is asked, and also when one of them has ended."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from live import Server, serving

from api.figures import Figures

FIGURE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
TOGETHER = 40
Found = dict[tuple[str, str], float]


def figures(server: Server) -> Found:
    """The figures, from whichever worker takes the connection: (name, labels) → number. None while a worker is being replaced."""
    try:
        with server.client() as client:
            text = client.get("/metrics").text
    except httpx.HTTPError:
        return {}
    return {(name, labels): float(value) for name, labels, value in FIGURE.findall(text)}


def requests(found: Found, route: str) -> float:
    """How many requests of a route were answered."""
    return sum(value for (name, labels), value in found.items() if name == "dutygraph_requests_total" and f'route="{route}"' in labels)


def workers_of(server: Server) -> list[int]:
    """The processes that answer: those that the server's has spawned."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            line = (stat.parent / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        if parent == server.process.pid and b"spawn_main" in line:
            found.append(int(stat.parent.name))
    return sorted(found)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for something that takes a moment."""
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def all_say(server: Server, number: int) -> bool:
    """Whether so many requests are counted, by whoever is asked."""
    return all(requests(figures(server), "/v1/limits") == number for _ in range(10))


def ask(server: Server) -> None:
    """One request on a connection of its own."""
    with server.client() as client:
        assert client.get("/v1/limits").status_code == 200


def test_two_workers_are_one_sum(tmp_path: Path) -> None:
    """Both say the same, each request counts once, and what a worker had counted outlives it."""
    with serving(tmp_path, "--workers", "2") as server:
        eventually(lambda: len(workers_of(server)) == 2)
        for _ in range(TOGETHER):
            ask(server)
        eventually(lambda: all_say(server, TOGETHER))
        found = figures(server)
        assert found["dutygraph_request_seconds_count", 'route="/v1/limits"'] == TOGETHER
        assert [value for (name, _), value in found.items() if name == "dutygraph_law_info"] == [1]
        assert found["dutygraph_work_waiting", ""] == 0
        first, *_ = workers_of(server)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: len(workers_of(server)) == 2 and first not in workers_of(server))
        eventually(lambda: all_say(server, TOGETHER))
        ask(server)
        eventually(lambda: all_say(server, TOGETHER + 1))


def test_the_sum() -> None:
    """Counts and times are added; cases that waited in a process that has ended do not wait any more."""
    one, two = Figures("v"), Figures("v")
    for found, seconds in ((one, 0.002), (two, 20.0), (two, 0.002)):
        found.count({"path": "/sparql", "method": "GET", "route": None}, 200, seconds)
        found.wait(3)
        found.remember()
    ended = {**two.said(), "process": 2**22 + 1}
    text = one.together([ended]).text()[0].decode()
    for line in (
        'dutygraph_requests_total{method="GET",route="/sparql",status="200"} 3.0',
        'dutygraph_request_seconds_bucket{le="0.0025",route="/sparql"} 2.0',
        'dutygraph_request_seconds_bucket{le="+Inf",route="/sparql"} 3.0',
        "dutygraph_work_waiting 3.0",
        "dutygraph_answers_remembered_total 3.0",
    ):
        assert line in text.splitlines(), text
    assert "dutygraph_work_waiting 6.0" in one.together([two.said()]).text()[0].decode()
