"""Answers given again from memory: the same bytes as those worked out, under the same access, limits and audit, and only where nothing differs."""

import ast
import datetime
import itertools
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import ROOT, Server, serving

from api.access import new_key
from api.remembered import HEEDED, Answer, Remembered, question

Case = dict[str, Any]
OWN = (b"x-request-id", b"date", b"ratelimit")
"""Headers that belong to the request, whatever is answered."""
NUMBERS = itertools.count()


def head_and_body(server: Server, path: str, body: bytes, **headers: str) -> tuple[list[bytes], bytes]:
    """(the lines of the head, without those of OWN; the body) of a POST, as they come over the wire."""
    lines = {"Host": "x", "Connection": "close", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    request = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port)) as wire:
        wire.sendall(request.encode() + b"\r\n" + body)
        found = b"".join(iter(lambda: wire.recv(1 << 16), b""))
    head, _, rest = found.partition(b"\r\n\r\n")
    return [line for line in head.split(b"\r\n") if not line.lower().startswith(OWN)], rest


def remembered(server: Server) -> int:
    """How many answers were given from memory so far."""
    with server.client() as client:
        found = re.search(r"^dutygraph_answers_remembered_total (\d+)", client.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return int(found[1])


def fresh(case: Case) -> Case:
    """A case that nobody has asked about."""
    return case | {"case": f"case {next(NUMBERS)}"}


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that remembers nothing."""
    with serving(tmp_path_factory.mktemp("forgetful"), DUTYGRAPH_ANSWERS="0") as server:
        yield server


def asks(case: Case) -> dict[str, tuple[str, bytes, dict[str, str]]]:
    """Requests whose answers are remembered: (address, body, headers)."""
    given, norm = json.dumps(case).encode(), {"norm": "us-ca-civ-43-92"}
    explain = json.dumps({"case": case, **norm}).encode()
    return {
        "assess": ("/v1/assess", given, {}),
        "assess, why, compressed": ("/v1/assess?why=us-ca-civ-43-92&jurisdiction=US-CA", given, {"Accept-Encoding": "gzip"}),
        "explain, as JSON": ("/v1/explanations/why", explain, {"Accept": "application/json"}),
        "explain, as text": ("/v1/explanations/why", explain, {"Accept": "text/plain"}),
        "explain, as Turtle, compressed": ("/v1/explanations/why", explain, {"Accept": "text/turtle", "Accept-Encoding": "gzip;q=0.5"}),
        "interview": ("/v1/interview", json.dumps({"case": case, "modality": "obligation", "act": "warn_victim"}).encode(), {}),
        "compare": ("/v1/compare", json.dumps({"case": case, "jurisdictions": ["US-CA", "US-TX"]}).encode(), {"Accept-Encoding": "gzip"}),
    }


@pytest.mark.parametrize("name", asks({}))
def test_the_same_bytes(server: Server, forgetful: Server, case: Case, name: str) -> None:
    """Worked out, remembered, and worked out where nothing is remembered: head and body are the same bytes, in the same order."""
    path, body, headers = asks(fresh(case))[name]
    before = remembered(server)
    slow, quick, other = (head_and_body(s, path, body, **headers) for s in (server, server, forgetful))
    assert slow[0][0] == b"HTTP/1.1 200 OK"
    assert remembered(server) == before + 1
    assert slow == quick == other
    assert remembered(forgetful) == 0


def test_what_differs_is_another_answer(server: Server, case: Case) -> None:
    """Another form, coding, address or body is not answered from memory, not even where only a space differs."""
    path, body, _ = asks(fresh(case))["explain, as JSON"]
    head_and_body(server, path, body)
    before = remembered(server)
    for wanted in ({"Accept": "text/plain"}, {"Accept": "*/*"}, {"Accept-Encoding": "gzip"}, {"Accept": ""}, {"Origin": "https://example.org"}):
        head_and_body(server, path, body, **wanted)
    head_and_body(server, path, body + b" ")
    head_and_body(server, path.replace("why", "why-not"), body)
    head_and_body(server, path + "?", body)  # the same address, and so the same answer
    assert remembered(server) == before + 1


def test_the_day_is_part_of_the_question() -> None:
    """What was asked yesterday is another question today, for a case without dates is about today."""
    scope = {"path": "/v1/assess", "query_string": b""}
    first, second = (question(datetime.date(2026, 11, day), scope, {}, b"{}") for day in (23, 24))
    assert first != second
    assert first == question(datetime.date(2026, 11, 23), scope, {}, b"{}")


def test_kept_assessments_are_made_each_time(server: Server, case: Case) -> None:
    """`store=true` keeps one assessment for each request, and neither uses nor leaves a remembered answer."""
    body, before = json.dumps(fresh(case)).encode(), remembered(server)
    with server.client() as client:
        found = [client.post("/v1/assess?store=true", content=body, headers={"Content-Type": "application/json"}) for _ in range(2)]
    assert [f.status_code for f in found] == [201, 201]
    assert found[0].headers["location"] != found[1].headers["location"]
    assert remembered(server) == before


def test_refusals_are_not_remembered(server: Server, case: Case) -> None:
    """A refusal is made anew, with its own request id inside."""
    body, before = json.dumps(fresh(case) | {"facts": {"threat.hram": "death"}}).encode(), remembered(server)
    found = [json.loads(head_and_body(server, "/v1/assess", body)[1]) for _ in range(2)]
    assert [f["status"] for f in found] == [422, 422]
    assert found[0]["request_id"] != found[1]["request_id"]
    assert remembered(server) == before


def test_access_limits_and_audit_come_first(tmp_path: Path, case: Case) -> None:
    """A remembered answer needs the scope, is counted, uses up the share of its caller, and leaves a line in the audit log."""
    made = {name: new_key(name, scopes) for name, scopes in {"clinic": ("assess",), "other": ("assess",), "reader": ("read",), "boss": ("admin",)}.items()}
    (tmp_path / "keys").write_text("\n".join(line for _, line in made.values()) + "\n")
    bearer = {name: {"Authorization": f"Bearer {secret}"} for name, (secret, _) in made.items()}
    log = tmp_path / "audit.log"
    with serving(tmp_path, "--keys", str(tmp_path / "keys"), "--audit", str(log), rate=3) as server, server.client() as client:
        answers = [client.post("/v1/assess", json=case, headers=bearer["clinic"]) for _ in range(4)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        assert [a.headers["ratelimit"].split(";")[1] for a in answers] == ["r=2", "r=1", "r=0", "r=0"]
        assert client.post("/v1/assess", json=case, headers=bearer["other"]).content == answers[0].content
        assert client.post("/v1/assess", json=case, headers=bearer["reader"]).status_code == 403
        assert client.post("/v1/assess", json=case).status_code == 401
        figures = client.get("/metrics", headers=bearer["boss"]).text
    assert "dutygraph_answers_remembered_total 3.0" in figures
    assert 'dutygraph_requests_total{method="POST",route="/v1/assess",status="200"} 4.0' in figures
    assert 'dutygraph_request_seconds_count{route="/v1/assess"} 4.0' in figures
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["key"] for line in lines if line["endpoint"] == "/v1/assess"] == ["clinic", "clinic", "clinic", "other"]


def test_a_pause_within_a_body(tmp_path: Path) -> None:
    """A body that stops in the middle is refused in time, as it is without memory."""
    with serving(tmp_path, DUTYGRAPH_BODY_SECONDS="0.3") as server:
        url = httpx.URL(server.url)
        with socket.create_connection((url.host, url.port)) as wire:
            wire.sendall(b'POST /v1/assess HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"facts":')
            found = b"".join(iter(lambda: wire.recv(1 << 16), b""))
    assert found.startswith(b"HTTP/1.1 408 ")


def headers_read(path: Path) -> set[str]:
    """The names of the headers that a module reads by `….headers.get(name)`."""
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    of_headers = [c for c in calls if c.func.attr == "get" and isinstance(c.func.value, ast.Attribute) and c.func.value.attr == "headers"]  # type: ignore[attr-defined]  # chosen above
    return {str(c.args[0].value) for c in of_headers if isinstance(c.args[0], ast.Constant)}


def test_every_header_that_is_read_is_part_of_the_question() -> None:
    """A route that reads a further header would be given the answer to another request."""
    files = [*(ROOT / "api" / "routes").glob("*.py"), *(ROOT / "api" / f"{name}.py" for name in ("answers", "cases", "rdf_cases", "views"))]
    read = set().union(*(headers_read(file) for file in files))
    assert {"accept", "content-type", "accept-encoding"} <= read
    assert read <= {name.decode() for name in HEEDED} | {"if-none-match"}  # of what is read by GET alone


def answer(text: bytes, age: float = 0.0) -> Answer:
    """An answer of some seconds ago."""
    return Answer(time.monotonic() - age, None, (), text)


def test_room() -> None:
    """The answer that was asked for least lately makes room; one that is over is not given; none is given twice its room."""

    async def nothing(*_: Any) -> None:
        return None

    memory = Remembered(nothing, 2, lambda: None)
    memory.put(b"1", answer(b"one"))
    memory.put(b"2", answer(b"two"))
    assert memory.get(b"1") is not None
    memory.put(b"3", answer(b"three"))
    assert [memory.get(name) is not None for name in (b"1", b"2", b"3")] == [True, False, True]
    memory.put(b"4", answer(b"four", age=61))
    assert memory.get(b"4") is None
    memory.put(b"5", answer(b"x" * 2_000_001))
    assert memory.get(b"5") is None
    assert memory.name([b"ab", b"c"]) != memory.name([b"a", b"bc"])
