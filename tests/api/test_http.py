"""HTTP as it should be: forms, entity tags, HEAD, one shape of error, ids, figures without any case, hostile bodies."""

import gzip
import json
import re
import socket
import time
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from live import Server

from api.problems import KINDS

PAGES = [
    "/v1/norms?limit=5",
    "/v1/norms/us-ca-civ-43-92",
    "/v1/jurisdictions",
    "/v1/jurisdictions/US-CA",
    "/v1/facts",
    "/v1/facts/threat.harm",
    "/v1/decisions",
]
PAGES += ["/v1/sources?jurisdiction=US-CA", "/v1/queries", "/v1/queries/deadlines", "/v1/limits", "/problems", "/problems/rate", "/ontology/domain", "/"]


@pytest.mark.parametrize("page", PAGES)
def test_what_depends_on_the_law_can_be_kept(client: httpx.Client, page: str) -> None:
    """A strong entity tag for each form, 304 for who has it, a version of the law, and HEAD without a body."""
    first = client.get(page)
    assert first.status_code == 200
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert "max-age" in first.headers["cache-control"]
    assert {"Accept", "Accept-Encoding"} <= {v.strip() for v in first.headers["vary"].split(",")}
    assert re.fullmatch(r"[0-9a-f]{64}", first.headers["law-version"])
    again = client.get(page, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    head = client.head(page)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    plain = client.get(page, headers={"Accept-Encoding": "identity"})
    assert plain.content == first.content
    if "content-encoding" in first.headers:
        assert plain.headers["etag"] != tag


FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("path", ["/ontology/norms", "/ontology/law/us-ca-civ-43-92", "/ontology/jurisdiction/US-CA"])
def test_the_ontology_in_every_form(client: httpx.Client, path: str) -> None:
    """The four forms of a resource are the same graph."""
    graphs = []
    for media, form in FORMS.items():
        response = client.get(path, headers={"Accept": media})
        assert response.headers["content-type"].startswith(media)
        dataset = ox.Dataset(ox.parse(input=response.content, format=form))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        graphs.append({str(q) for q in dataset})
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]
    assert len(graphs[0]) > 2


def test_a_norm_comes_with_its_trigger(client: httpx.Client) -> None:
    """What defines the class of cases and the source stand in the description of a norm."""
    text = client.get("/ontology/law/us-ca-civ-43-92").text
    assert "owl:intersectionOf" in text
    assert "norm:pinpoint" in text


ACCEPTED = {
    None: "text/turtle",
    "*/*": "text/turtle",
    "application/n-triples;q=0.4, application/rdf+xml;q=0.9": "application/rdf+xml",
    "text/turtle;q=0, */*;q=0.1": "application/ld+json",
    "text/*": "text/turtle",
    "text/html, application/*;q=0.5, application/ld+json;q=0": "application/n-triples",
}


@pytest.mark.parametrize(("accept", "media"), ACCEPTED.items(), ids=str)
def test_negotiation(client: httpx.Client, accept: str | None, media: str) -> None:
    """RFC 9110: the most exact range decides, and zero excludes."""
    headers = {"Accept": accept} if accept else {}
    response = client.get("/ontology/jurisdiction/US-CA", headers=headers)
    assert response.headers["content-type"].startswith(media)


def test_nothing_acceptable(client: httpx.Client) -> None:
    """406 names the forms that there are."""
    response = client.get("/ontology/norms", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.json()["fix"]


WRONG: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "no such address": ("GET", "/v1/norm", {}, 404),
    "no such norm": ("GET", "/v1/norms/us-ca-civ-43-93", {}, 404),
    "no such place": ("GET", "/v1/jurisdictions/XX", {}, 404),
    "no such query": ("GET", "/v1/queries/deadline", {}, 404),
    "no such resource": ("GET", "/ontology/law/nothing", {}, 404),
    "no such assessment": ("GET", "/v1/assessments/" + "a" * 32, {}, 404),
    "a method that is not allowed": ("PUT", "/v1/norms", {}, 405),
    "a parameter that does not exist": ("GET", "/v1/norms?jurisdictions=US-CA", {}, 422),
    "a parameter of a query that does not exist": ("GET", "/v1/queries/norms-binding?place=US-CA", {}, 422),
    "a parameter outside its bounds": ("GET", "/v1/norms?limit=0", {}, 422),
    "a form that is not known": ("POST", "/v1/assess", {"content": b"x", "headers": {"Content-Type": "text/csv"}}, 415),
    "no form": ("POST", "/v1/assess", {"content": b"{}"}, 415),
    "not JSON": ("POST", "/v1/assess", {"content": b"{,}", "headers": {"Content-Type": "application/json"}}, 400),
    "not UTF-8": ("POST", "/v1/assess", {"content": b'{"case": "\xff"}', "headers": {"Content-Type": "application/json"}}, 400),
    "nested 100,000 deep": ("POST", "/v1/assess", {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 400),
    "objects nested 100,000 deep": ("POST", "/v1/assess", {"content": b'{"a":' * 100_000, "headers": {"Content-Type": "application/json"}}, 400),
    "a key twice": ("POST", "/v1/assess", {"content": b'{"facts": {}, "facts": {}}', "headers": {"Content-Type": "application/json"}}, 400),
    "a list": ("POST", "/v1/assess", {"content": b"[]", "headers": {"Content-Type": "application/json"}}, 400),
    "NaN": ("POST", "/v1/assess", {"content": b'{"jurisdiction": NaN}', "headers": {"Content-Type": "application/json"}}, 400),
    "half a surrogate": ("POST", "/v1/assess", {"content": b'{"jurisdiction": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, 422),
    "an endless number": ("POST", "/v1/assess", {"content": b'{"jurisdiction": ' + b"9" * 10_000 + b"}", "headers": {"Content-Type": "application/json"}}, 400),
    "20 megabytes": ("POST", "/v1/assess", {"content": b" " * 20_000_000, "headers": {"Content-Type": "application/json"}}, 413),
}


@pytest.mark.parametrize(("method", "path", "more", "status"), WRONG.values(), ids=WRONG)
def test_one_shape_for_every_error(server: Server, method: str, path: str, more: dict[str, Any], status: int) -> None:
    """problem+json with the same fields, a type that is documented, and the id of the request."""
    with server.client() as client:
        response = client.request(method, path, **more)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        found = response.json()
        assert {"type", "title", "status", "detail", "fix", "instance", "request_id"} <= set(found)
        assert found["status"] == status
        assert found["request_id"] == response.headers["x-request-id"]
        assert found["instance"] == path.partition("?")[0]
        kind = client.get("/problems/" + found["type"].rsplit("/", 1)[-1]).json()
        assert kind["type"] == found["type"]
        if status == 405:
            assert response.headers["allow"] == "GET, HEAD, OPTIONS"


def test_20_megabytes_in_pieces(server: Server) -> None:
    """A body that does not say how long it is ends when it is too long."""
    with server.client() as client:
        response = client.post("/v1/assess", content=(b" " * 65536 for _ in range(320)), headers={"Content-Type": "application/json"})
    assert response.status_code == 413


def test_request_ids(client: httpx.Client) -> None:
    """A client's own id is kept if it is harmless; otherwise one is given."""
    assert client.get("/health", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    given = client.get("/health", headers={"X-Request-Id": "a b\tc"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", given)


def test_gzip(client: httpx.Client) -> None:
    """Compressed for who takes it, and not for who excludes it."""
    with client.stream("GET", "/v1/jurisdictions", headers={"Accept-Encoding": "gzip"}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    plain = client.get("/v1/jurisdictions", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content


def test_nothing_of_a_case_in_logs_or_figures(server: Server, client: httpx.Client, case: dict[str, Any]) -> None:
    """Neither a fact, nor the name of a case, nor the id of a kept assessment."""
    kept = client.post("/v1/assess?store=true", json=case | {"case": "zebra-1969"}).headers["location"]
    client.get(kept)
    client.post("/v1/assess", json=case | {"case": "zebra-1969", "facts": {"zebra": "zebra"}})
    figures = client.get("/metrics").text
    assert 'route="/v1/assess"' in figures
    assert 'route="/v1/assessments/{assessment_id}"' in figures
    for text in (figures, server.log.read_text()):
        assert "zebra" not in text
        assert kept.rsplit("/", 1)[-1] not in text


def test_pages_of_norms(client: httpx.Client) -> None:
    """Following `Link` gives every norm once."""
    total, found, path = client.get("/v1/norms?limit=1").json()["total"], list[str](), "/v1/norms?limit=300"
    while path:
        response = client.get(path)
        found += [n["id"] for n in response.json()["norms"]]
        link = re.match(r"<(.*)>", response.headers.get("link", ""))
        path = link[1] if link else ""
    assert len(found) == len(set(found)) == total


def test_filters(client: httpx.Client) -> None:
    """Each filter leaves only what it names, and not everything."""
    everything = client.get("/v1/norms?limit=1").json()["total"]
    for query, test in {
        "jurisdiction=US-TX": lambda n: n["jurisdiction"] == "US-TX",
        "modality=obligation": lambda n: n["modality"] == "obligation",
        "confidence=high": lambda n: n["confidence"] == "high",
        "q=43.92": lambda n: "43.92" in n["citation"] or "43.92" in n["label"] or "43-92" in n["id"],
    }.items():
        page = client.get(f"/v1/norms?limit=1000&{query}").json()
        assert 0 < page["total"] < everything
        assert all(test(n) for n in page["norms"]), query
    parts = [client.get(f"/v1/norms?limit=1&checked={word}").json()["total"] for word in ("true", "false")]
    assert sum(parts) == everything


def test_a_query_in_json_and_csv(client: httpx.Client) -> None:
    """The same rows in both forms, with typed parameters."""
    path = "/v1/queries/norms-binding?jurisdiction=US-TX&date=1990-06-01"
    rows = client.get(path).json()["rows"]
    lines = client.get(path, headers={"Accept": "text/csv"}).text.splitlines()
    assert len(lines) == len(rows) + 1 > 1
    assert client.get("/v1/queries/norms-binding?date=1990-13-01").json()["errors"][0]["parameter"] == "date"


def test_every_kind_of_problem_is_documented(client: httpx.Client) -> None:
    """The list of kinds is the table."""
    assert {k["type"].rsplit("/", 1)[-1] for k in client.get("/problems").json()} == set(KINDS)


def test_slow_bodies_hold_nobody_up(server: Server, case: dict[str, Any]) -> None:
    """Bodies that never come end with 408 while /health and assessments go on."""
    head = b"POST /v1/assess HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    wires = [socket.create_connection((server.client().base_url.host, server.client().base_url.port)) for _ in range(20)]
    begun = time.monotonic()
    for wire in wires:
        wire.sendall(head)
    waits = []
    with server.client() as client:
        while time.monotonic() - begun < 3:
            at = time.perf_counter()
            assert client.get("/health").status_code == 200
            waits.append(time.perf_counter() - at)
        assert client.post("/v1/assess", json=case).status_code == 200
    answers = []
    for wire in wires:
        wire.settimeout(15)
        answers.append(wire.recv(200))
        wire.close()
    assert time.monotonic() - begun < 15
    assert all(a.startswith(b"HTTP/1.1 408") for a in answers)
    waits.sort()
    print(f"/health beside 20 slow bodies: p99 {waits[int(len(waits) * 0.99)] * 1000:.1f} ms of {len(waits)}")  # noqa: T201  a figure for who runs it with -s


def test_sparql_is_here(client: httpx.Client) -> None:
    """The endpoint answers beside the rest, with its own headers for browsers."""
    found = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}, headers={"Accept": "application/sparql-results+json"})
    assert found.json()["boolean"] is True
    assert found.headers["access-control-allow-origin"] == "*"
    assert client.put("/sparql").status_code == 405
    assert client.get("/.well-known/void").status_code == 200


def test_openapi_is_whole(client: httpx.Client) -> None:
    """3.1, an operationId, a tag and a summary for every operation, every fact of the ontology, and every error declared."""
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    names = [o["operationId"] for p in document["paths"].values() for o in p.values()]
    assert len(names) == len(set(names))
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["tags"]
            assert {"401", "403", "405", "406", "429", "500", "503"} <= set(operation["responses"])
    facts = {f["key"] for f in client.get("/v1/facts").json()["facts"]}
    assert facts == set(document["components"]["schemas"]["Facts"]["properties"])
    for key in facts:
        assert f"Fact.{key}" in document["components"]["schemas"]
    assert "#/components/schemas/Case" in json.dumps(document)


STRANGE = {
    "a parameter that is not there": ("/v1/facts?foo=1", "foo"),
    "where there are none": ("/v1/jurisdictions?limit=5", "limit"),
    "in a named query": ("/v1/queries/duties?place=US-CA", "place"),
    "two values where one is taken": ("/v1/norms?limit=1&limit=2", "limit"),
    "two values in a named query": ("/v1/queries/duties?jurisdiction=US-CA&jurisdiction=US-TX", "jurisdiction"),
    "an empty word": ("/v1/norms?modality=", "modality"),
    "an empty date": ("/v1/norms?in_force_on=", "in_force_on"),
    "a place that is not there": ("/v1/norms?jurisdiction=QQ-QQ", "jurisdiction"),
    "a norm that is not there": ("/v1/decisions?norm=qqq", "norm"),
}


@pytest.mark.parametrize(("address", "name"), STRANGE.values(), ids=STRANGE)
def test_no_parameter_is_passed_over(client: httpx.Client, address: str, name: str) -> None:
    """A parameter that is not known, comes twice, or names what is not there is refused by its name."""
    found = client.get(address)
    assert found.status_code == 422
    assert found.json()["errors"][0]["parameter"] == name


def test_a_parameter_that_takes_several_values_does(client: httpx.Client, case: dict[str, object]) -> None:
    """`jurisdiction` of an assessment may be repeated."""
    found = client.post("/v1/assess?jurisdiction=US-CA&jurisdiction=US-TX", json=case)
    assert found.json()["jurisdictions"] == ["US-CA", "US-TX"]


ELSEWHERE = {
    "a fact": ({"facts": {"qqqq": True}}, "/v1/facts"),
    "a value": ({"facts": {"professional.role": "qqqq"}}, ""),
    "a place": ({"jurisdiction": "QQQQ"}, "/v1/jurisdictions"),
    "no place": ({"jurisdiction": None}, "parameter `jurisdiction`"),
    "an act": ({"actions_taken": ["qqqq"]}, ""),
    "a key": ({"qqqq": 1}, ""),
}


@pytest.mark.parametrize(("change", "where"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_cure_is_told_to_a_caller(client: httpx.Client, case: dict[str, object], change: dict[str, object], where: str) -> None:
    """Whoever calls over HTTP is sent to an address of the service, not to a command that is not there."""
    found = client.post("/v1/assess", json=case | change).json()
    assert where in found["fix"]
    assert "`dutygraph" not in found["fix"]
    assert "--" not in found["fix"]


def test_null_is_as_if_left_out(client: httpx.Client, case: dict[str, object]) -> None:
    """What may be left out of a case may be null, but for a fact, of which null says that it is not known."""
    nothing = dict.fromkeys(("case", "law_as_of", "known_as_of", "actions_taken", "note", "threats", "acts"))
    given = {"jurisdiction": case["jurisdiction"], "facts": case["facts"]}
    assert client.post("/v1/assess", json=given | nothing).json()["outcomes"] == client.post("/v1/assess", json=given).json()["outcomes"]


def test_a_norm_is_called_the_same_everywhere(client: httpx.Client, case: dict[str, object]) -> None:
    """What an assessment says of a norm is what the list of norms says: one name for its order, its place and its modality."""
    names = ("order", "jurisdiction", "modality", "label", "citation", "confidence", "checked")
    listed = {n["id"]: {k: n[k] for k in names} for n in client.get("/v1/norms?limit=1000").json()["norms"]}
    found = client.post("/v1/assess", json=case).json()
    assert {n["id"]: {k: n[k] for k in names} for n in found["norms"]} == {n["id"]: listed[n["id"]] for n in found["norms"]}
    orders = {name for acts in found["outcomes"].values() for outcome in acts.values() for name in outcome["orders"]}
    assert orders <= {n["order"] for n in found["norms"]}


def test_headers_of_refusals_are_described(client: httpx.Client) -> None:
    """What an answer says beside its body, OpenAPI says that it says."""
    document = client.get("/openapi.json").json()["paths"]
    assert set(client.delete("/v1/norms").headers) & {"allow"} <= {h.lower() for h in document["/v1/norms"]["get"]["responses"]["405"]["headers"]}
    assert "Link" in document["/v1/norms"]["get"]["responses"]["200"]["headers"]
    assert "Location" in document["/v1/assess"]["post"]["responses"]["201"]["headers"]
    for operations in document.values():
        for operation in operations.values():
            assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_a_cure_names_each_address_once(client: httpx.Client) -> None:
    """An address that several methods share is proposed once."""
    words = client.get("/v1/assessment").json()["fix"].replace("?", "").split(" or ")
    assert len(words) == len(set(words))
