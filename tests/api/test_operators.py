"""What an operator relies on: everything is kept if that is the setting, large questions end, and the log of several workers holds."""

import datetime
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import ROOT, Server, serving

from api.access import new_key

Case = dict[str, Any]
SOON = 15
"""Seconds within which every request ends."""


def test_the_operator_keeps_everything(tmp_path: Path, case: Case) -> None:
    """With `KEEP` each assessment is kept for its key, asked or not, the same one twice too, and as long as `RETENTION_DAYS` says."""
    made = {name: new_key(name, ("assess",)) for name in ("clinic", "other")}
    lines = "\n".join(line for _, line in made.values())
    with serving(tmp_path, DUTYGRAPH_KEEP="1", DUTYGRAPH_RETENTION_DAYS="7", DUTYGRAPH_KEY_LINES=lines) as server:
        clinic, other = ({"X-API-Key": secret} for secret, _ in made.values())
        with server.client() as client:
            kept = [client.post("/v1/assess" + asked, json=case, headers=clinic) for asked in ("", "", "?store=false", "?store=true")]
            assert [found.status_code for found in kept] == [201] * 4
            assert len({found.headers["location"] for found in kept}) == 4
            for found in kept:
                assert found.headers["cache-control"] == "no-store"
                left = datetime.datetime.fromisoformat(found.headers["expires-at"]) - datetime.datetime.now(tz=datetime.UTC)
                assert datetime.timedelta(days=6, hours=23) < left <= datetime.timedelta(days=7)
                assert client.get(found.headers["location"], headers=clinic).json()["assessment"] == found.json()
                assert client.get(found.headers["location"], headers=other).status_code == 404
            assert client.delete(kept[0].headers["location"], headers=clinic).status_code == 204
            assert [client.get(found.headers["location"], headers=clinic).status_code for found in kept] == [404, 200, 200, 200]


def test_nothing_is_kept_of_what_is_refused(tmp_path: Path, case: Case) -> None:
    """With `KEEP` too, a case that cannot be assessed leaves nothing."""
    with serving(tmp_path, "--publish-assessments", DUTYGRAPH_KEEP="1") as server, server.client() as client:
        assert client.post("/v1/assess", json=case | {"facts": {"no.such": "fact"}}).status_code == 422
        listed = "SELECT ?g { GRAPH <https://w3id.org/dutygraph/graph/assessments> { ?g a ?type } }"
        assert rows(client, listed) == 0
        assert client.post("/v1/assess", json=case).status_code == 201
        assert rows(client, listed) == 1


def rows(client: httpx.Client, query: str) -> int:
    """How many rows a query has, once the service has loaded."""
    while (found := client.get("/sparql", params={"query": query})).status_code == 503:
        time.sleep(0.1)
    return len(found.json()["results"]["bindings"])


def matrix(client: httpx.Client, case: Case, dates: int, places: int | None = None) -> dict[str, Any]:
    """A comparison of so many places on so many dates."""
    codes = [place["code"] for place in client.get("/v1/jurisdictions").json()]
    return {"case": case, "jurisdictions": codes[:places], "dates": [f"{1976 + n}-05-01" for n in range(dates)]}


def test_too_many_cells(client: httpx.Client, case: Case) -> None:
    """A matrix of more cells than the limit is refused before any work, with the number that it has and the one that it may have."""
    limit = client.get("/v1/limits").json()["comparison_cells"]
    body = matrix(client, case, 10, 50)
    refused = client.post("/v1/compare", json=body)
    assert refused.status_code == 422
    assert f"50 places × 10 dates are more than {limit} cells" in refused.json()["detail"]


@pytest.mark.slow
def test_matrices_that_take_too_long(tmp_path: Path, case: Case) -> None:
    """Sixteen of the largest matrices at once: each ends within 15 s, whole or with the limit that was hit and its number, and the service goes on."""
    with serving(tmp_path, DUTYGRAPH_THREADS="16", DUTYGRAPH_ANSWERS="0") as server, server.client() as client:
        limits = client.get("/v1/limits").json()
        body = matrix(client, case | {"facts": {"professional.role": "psychologist"}}, limits["comparison_cells"] // 50, 50)
        with ThreadPoolExecutor(16) as threads:
            found = list(threads.map(lambda _: timed(server, body), range(16)))
        for seconds, answer in found:
            assert seconds < SOON
            if answer.status_code == 200:
                assert len(answer.json()["cells"]) == limits["comparison_cells"]
                continue
            assert answer.status_code == 503
            name = {"limit": "work_seconds", "busy": "request_seconds"}[answer.json()["type"].rsplit("/", 1)[1]]
            assert f"within {limits[name]:g} seconds" in answer.json()["detail"]
        named = [answer.json() for _, answer in found if answer.status_code == 503 and answer.json()["type"].endswith("/limit")]
        assert named
        assert all("the limit work_seconds" in problem["detail"] and "fewer" in problem["fix"] for problem in named)
        assert client.post("/v1/assess", json=case).status_code == 200


def timed(server: Server, body: dict[str, Any]) -> tuple[float, httpx.Response]:
    """One comparison, and how long it took."""
    with server.client() as client:
        began = time.monotonic()
        answer = client.post("/v1/compare", json=body)
        return time.monotonic() - began, answer


def test_the_log_of_two_workers(tmp_path: Path, case: Case) -> None:
    """Both write into one chain; the command finds it whole, and finds the line that somebody changes."""
    log = tmp_path / "audit.log"
    with serving(tmp_path, "--workers", "2", "--audit", str(log)) as server:
        asked, writers = 0, set[str]()
        until = time.monotonic() + 60
        while (asked < 40 or len(writers) < 2) and time.monotonic() < until:
            with ThreadPoolExecutor(8) as threads:
                asked += sum(threads.map(lambda _: assessed(server, case), range(8)))
            writers = {entry["request"][:8] for entry in entries(log)}  # ids of requests begin alike in each process
        assert len(writers) == 2
    assert len(entries(log)) == asked
    whole = verify(log)
    assert (whole.returncode, whole.stdout.split()[0]) == (0, str(asked))
    assert entries(log)[-1]["hash"] in whole.stdout
    lines = log.read_text().splitlines()
    log.write_text("\n".join([*lines[:5], lines[5].replace('"POST"', '"GET"'), *lines[6:]]) + "\n")
    broken = verify(log)
    assert broken.returncode == 1
    assert f"{log}:6:" in broken.stderr


def assessed(server: Server, case: Case) -> bool:
    """One assessment, on a connection of its own."""
    with server.client() as client:
        return client.post("/v1/assess", json=case).status_code == 200


def entries(log: Path) -> list[dict[str, Any]]:
    """The lines of a log."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def verify(log: Path) -> subprocess.CompletedProcess[str]:
    """The command, as an operator runs it."""
    return subprocess.run([sys.executable, "-m", "api.main", "audit", "verify", str(log)], capture_output=True, text=True, check=False, cwd=ROOT)
