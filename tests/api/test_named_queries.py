"""Named queries over HTTP: the rows that the engine gives, worked out in a disposable process with its limits."""

import contextlib
import csv
import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live import ROOT, Server, serving

from api.law import Law, today
from api.routes.named_queries import served
from engine.graph import dataset_files
from engine.queries import bind, law_store, run_query

LAW = Law(ROOT / "ontology")
QUERIES = served(LAW)
LONG = "unfelt-decisions"
"""The one that takes a second."""


@pytest.fixture(scope="module")
def store() -> Iterator[object]:
    """The law as the command line asks it."""
    return law_store(dataset_files(ROOT / "ontology"))


@pytest.mark.parametrize("name", QUERIES)
def test_the_rows_of_the_engine(client: httpx.Client, store: object, name: str) -> None:
    """Every query has the same rows, in both forms, as on the command line; those that its ORDER BY leaves in a tie may change places."""
    rows = run_query(store, QUERIES[name], bind(LAW.kb, QUERIES[name], {}, today()))
    found = client.get(f"/v1/queries/{name}")
    assert found.status_code == 200, found.text
    said = found.json()
    assert (said["query"], said["columns"]) == (name, list(rows.columns))
    assert sorted(tuple(row[column] for column in rows.columns) for row in said["rows"]) == sorted(rows.rows)
    table = client.get(f"/v1/queries/{name}", headers={"Accept": "text/csv"})
    first, *others = csv.reader(io.StringIO(table.text, newline=""))
    assert first == list(rows.columns)
    assert others == [[row[column] for column in first] for row in said["rows"]]


def children_of(number: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:  # it has just ended
            continue
        if parent == number:
            found.append(int(stat.parent.name))
    return found


def test_the_end_of_its_process_is_an_answer(tmp_path: Path) -> None:
    """A query whose process is lost is refused with 503 and `Retry-After`; the service answers the next one."""
    with serving(tmp_path) as server, server.client() as client:
        assert client.get(f"/v1/queries/{LONG}").status_code == 200
        found: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: found.append(client.get(f"/v1/queries/{LONG}")))
        asking.start()
        until = time.monotonic() + 30
        while asking.is_alive() and time.monotonic() < until:
            busiest(server)
            time.sleep(0.05)
        asking.join()
        assert found[0].status_code == 503
        assert found[0].json()["type"].endswith("/crashed")
        assert found[0].headers["retry-after"]
        assert client.get("/v1/queries/deadlines").status_code == 200


def busiest(server: Server) -> None:
    """End the process that has been working on a query for a while, if there is one."""
    for nursery in children_of(server.process.pid):
        for child in children_of(nursery):
            with contextlib.suppress(OSError):  # it may just have ended
                fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[11]) > 20:  # a fifth of a second of processor time
                    os.kill(child, signal.SIGKILL)


def test_asked_at_once_after_the_start(tmp_path: Path) -> None:
    """A query that comes before the dataset has been loaded waits for it."""
    with serving(tmp_path) as server, server.client() as client:
        assert client.get("/v1/queries/deadlines").status_code == 200
