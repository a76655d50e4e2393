"""Assessing over HTTP: the same answer as the engine gives, in every form of a case, and kept only if asked."""

import datetime
import json
import socket
from typing import Any

import httpx
import pytest
from live import ROOT

from engine.as_json import assessment_json
from engine.assess import Assessor
from engine.case_files import case_of_text

Case = dict[str, Any]


def test_the_answer_is_the_engine_s(client: httpx.Client, assessor: Assessor, case: Case) -> None:
    """The service adds links and takes nothing away."""
    found = client.post("/v1/assess", json=case).json()
    read = case_of_text(assessor.kb, json.dumps(case), "case.json", datetime.date(2026, 11, 24))
    expected = json.loads(json.dumps(assessment_json(assessor.assess(read))))
    assert {k: v for k, v in found.items() if k != "links"} == {k: v for k, v in expected.items() if k != "links"}


def test_grounds_on_request(client: httpx.Client, case: Case) -> None:
    """`why` adds the grounds of a norm, `explain` those of all that could be triggered."""
    one = client.post("/v1/assess", params={"why": "us-ca-civ-43-92"}, json=case).json()
    assert [e["norm"] for e in one["explanations"]] == ["us-ca-civ-43-92"]
    every = client.post("/v1/assess", params={"explain": True}, json=case).json()
    assert len(every["explanations"]) > 10
    assert "explanations" not in client.post("/v1/assess", json=case).json()


def test_place_and_date_instead(client: httpx.Client, case: Case) -> None:
    """Parameters stand in place of what the case says."""
    found = client.post("/v1/assess", params={"jurisdiction": "US-TX", "as_of": "1990-06-01"}, json=case).json()
    assert (found["jurisdictions"], found["law_as_of"]) == (["US-TX"], "1990-06-01")


def test_nested_and_flat_agree(client: httpx.Client) -> None:
    """Both JSON forms of the example have the same outcomes."""
    answers = [
        client.post("/v1/assess?as_of=2024-05-01", content=(ROOT / "examples" / name).read_bytes(), headers={"Content-Type": "application/json"}).json()
        for name in ("tarasoff.json", "tarasoff-nested.json")
    ]
    assert answers[0]["outcomes"] == answers[1]["outcomes"]


def test_every_form_of_a_case(client: httpx.Client) -> None:
    """Turtle, JSON-LD and N-Triples, parsed outside the server, have the outcomes of the same case in JSON."""
    answers = []
    for name, media in (("tarasoff.json", "application/json"), ("tarasoff.ttl", "text/turtle"), ("tarasoff.jsonld", "application/ld+json")):
        found = client.post("/v1/assess?as_of=2024-05-01", content=(ROOT / "examples" / name).read_bytes(), headers={"Content-Type": media})
        assert found.status_code == 200, found.text
        answers.append({(m, a): o["answer"] for m, acts in found.json()["outcomes"].items() for a, o in acts.items()})
    assert answers[0] == answers[1] == answers[2]


RDF = {
    "not Turtle": ("text/turtle", "x", 400, "malformed-document"),
    "no case": ("text/turtle", "<urn:a> <urn:b> <urn:c> .", 422, "invalid"),
    "a class that does not exist": ("text/turtle", "@prefix dg: <https://w3id.org/dutygraph/domain#> . <urn:a> a dg:Case, dg:Cases .", 422, "invalid"),
    "JSON-LD nested 100,000 deep": ("application/ld+json", '{"a":' * 100_000, 400, ""),
    "JSON-LD with a context elsewhere": ("application/ld+json", '{"@context": "http://127.0.0.1:1/context"}', 400, "malformed-document"),
}


@pytest.mark.parametrize(("media", "text", "status", "kind"), RDF.values(), ids=RDF)
def test_rdf_that_is_no_case(client: httpx.Client, media: str, text: str, status: int, kind: str) -> None:
    """It is refused with its place, whatever it did to the process that parsed it."""
    found = client.post("/v1/assess", content=text, headers={"Content-Type": media})
    assert found.status_code == status or (not kind and found.status_code in (400, 413, 503)), found.text
    assert not kind or found.json()["type"].endswith(kind)
    assert client.get("/health").status_code == 200


def test_an_rdf_case_is_kept(client: httpx.Client) -> None:
    """And explained when it is asked for again."""
    body = (ROOT / "examples" / "tarasoff.ttl").read_bytes()
    kept = client.post("/v1/assess?store=true", content=body, headers={"Content-Type": "text/turtle"})
    assert kept.status_code == 201, kept.text
    where = kept.headers["location"]
    found = client.get(f"{where}/explanations/why", params={"norm": "us-ca-civ-43-92"})
    assert found.status_code == 200, found.text


def test_kept_only_if_asked(client: httpx.Client, case: Case) -> None:
    """A kept assessment is read back whole under an id that is not its hash, until it is forgotten."""
    plain = client.post("/v1/assess", json=case)
    assert plain.status_code == 200
    assert "location" not in plain.headers
    kept = client.post("/v1/assess", params={"store": True}, json=case)
    assert kept.status_code == 201
    where = kept.headers["location"]
    assert kept.json()["id"] not in where
    again = client.get(where).json()
    assert again["case"] == case
    assert again["assessment"] == kept.json()
    other = client.post("/v1/assess", params={"store": True}, json=case).headers["location"]
    assert other != where
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert client.get(other).status_code == 200


REFUSED = {
    "a fact that does not exist": ({"facts": {"threat.seriousnes": "serious"}}, "#/facts/threat.seriousnes", "did you mean threat.seriousness"),
    "a value outside its set": ({"facts": {"threat.seriousness": "grave"}}, "#/facts/threat.seriousness", "use one of: serious, not_serious"),
    "a key that does not exist": ({"fact": {}}, "#/fact", "did you mean facts"),
    "a place that does not exist": ({"jurisdiction": "US-XX"}, "#/jurisdiction", "US-"),
    "no place": ({"jurisdiction": None}, "#/jurisdiction", "add"),
    "a day that does not exist": ({"law_as_of": "2024-02-30"}, "#/law_as_of", ""),
    "an act that does not exist": ({"actions_taken": ["warn_victims"]}, "#/actions_taken/0", "did you mean warn_victim"),
    "a fact in the wrong thing": ({"threats": [{"facts": {"professional.role": "physician"}}]}, "#/threats/0/facts/professional.role", ""),
    "a pointer with a slash": ({"facts": {"a/b~c": 1}}, "#/facts/a~1b~0c", ""),
    "values that exclude each other": ({"facts": {"threat.seriousness": ["serious", "not_serious"]}}, "#/facts/threat.seriousness", "give one"),
}


@pytest.mark.parametrize(("change", "pointer", "fix"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_case_is_refused_where_it_is_wrong(client: httpx.Client, case: Case, change: Case, pointer: str, fix: str) -> None:
    """422, with the place as a JSON Pointer and the cure."""
    response = client.post("/v1/assess", json=case | change)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    (fault,) = response.json()["errors"]
    assert fault["pointer"] == pointer
    assert fix in fault["fix"]


def test_every_fault_at_once(client: httpx.Client, case: Case) -> None:
    """An app can show them all beside its form."""
    facts = {"threat.seriousness": "grave", "threat.hram": "death", "victim.already_aware": "perhaps"}
    pointers = {f["pointer"] for f in client.post("/v1/assess", json=case | {"facts": facts}).json()["errors"]}
    assert pointers == {f"#/facts/{key}" for key in facts}


def test_comparison(client: httpx.Client, case: Case) -> None:
    """Each cell is what an assessment of that place and date says, and what differs is named."""
    body = {"case": case, "jurisdictions": ["US-CA", "US-TX"], "dates": ["1990-06-01", "2024-05-01"], "modalities": ["obligation"]}
    found = client.post("/v1/compare", json=body).json()
    assert [(c["jurisdiction"], c["law_as_of"]) for c in found["cells"]] == [(j, d) for j in body["jurisdictions"] for d in body["dates"]]
    alone = client.post("/v1/assess", params={"jurisdiction": "US-TX", "as_of": "1990-06-01"}, json=case).json()
    assert found["cells"][2]["outcomes"].get("obligation", {}) == {a: o["answer"] for a, o in alone["outcomes"].get("obligation", {}).items()}
    assert "warn_victim" in found["differ"]["obligation"]


def test_a_comparison_is_checked(client: httpx.Client, case: Case) -> None:
    """Wrong codes, dates, names and too many cells are refused by name."""
    for change, pointer in (
        ({"jurisdictions": ["US-XX"]}, "#/jurisdictions/0"),
        ({"dates": ["tomorrow"]}, "#/dates/0"),
        ({"actions": ["sing"]}, "#/actions/0"),
        ({"place": []}, "#/place"),
        ({"dates": [f"19{y:02}-01-01" for y in range(99)], "jurisdictions": ["US-CA", "US-TX", "US-AZ", "US-NY", "US-WA"]}, "#"),
        ({"case": {"jurisdiction": "US-CA", "facts": {"x": 1}}}, "#/case/facts/x"),
    ):
        response = client.post("/v1/compare", json={"case": case} | change)
        assert response.status_code == 422, change
        assert response.json()["errors"][0]["pointer"] == pointer


def test_batch(client: httpx.Client, case: Case) -> None:
    """One line out for each line in, in order; a bad case is a line with its problem, and nothing is lost."""
    lines = [json.dumps(case | {"case": f"c{n}"}) if n % 5 else "{" for n in range(100)]
    body = "\n".join(lines[:50]) + "\n\n" + "\n".join(lines[50:])
    response = client.post("/v1/batch?detail=outcomes", content=body, headers={"Content-Type": "application/x-ndjson"})
    found = [json.loads(line) for line in response.text.splitlines()]
    assert [f["line"] for f in found] == [n for n in range(1, 102) if n != 51]
    for n, one in enumerate(found):
        assert ("assessment" in one) == bool(n % 5)
        assert one["assessment"]["case"] == f"c{n}" if n % 5 else one["problem"]["status"] == 400


def test_a_batch_is_streamed(client: httpx.Client, case: Case) -> None:
    """The first answers come before the last cases were sent."""
    host, port = client.base_url.host, client.base_url.port
    with socket.create_connection((host, port), timeout=20) as wire:
        wire.sendall(b"POST /v1/batch?detail=outcomes HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
        line = json.dumps(case).encode() + b"\n"
        wire.sendall(b"%x\r\n%s\r\n" % (len(line), line))
        first = wire.recv(65536)
        while b'"line":1' not in first:
            first += wire.recv(65536)
        wire.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(line), line))
        rest = b""
        while b"0\r\n\r\n" not in rest:
            rest += wire.recv(65536)
    assert b'"line":2' in rest


@pytest.mark.parametrize("path", ["/v1/assess", "/v1/compare", "/v1/batch", "/v1/explanations/{kind}", "/v1/interview", "/v1/receipts"])
def test_examples_in_openapi_run(client: httpx.Client, path: str) -> None:
    """Every example of the document is a request that works."""
    content = client.get("/openapi.json").json()["paths"][path]["post"]["requestBody"]["content"]
    examples = [(media, e["value"]) for media, described in content.items() for e in described.get("examples", {}).values()]
    assert examples
    for media, value in examples:
        body = value if isinstance(value, str) else json.dumps(value)
        assert client.post(path.format(kind="why"), content=body, headers={"Content-Type": media}).status_code == 200, media
