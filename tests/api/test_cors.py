"""Which pages of other origins may call the service, and what they may read of its answers."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import serving

from api.access import new_key
from api.app import EXPOSED

Case = dict[str, Any]
OURS, ALSO_OURS, STRANGE = "https://app.example", "https://two.example:8443", "https://strange.example"
ALLOWED, SHOWN, CREDENTIALS = "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-credentials"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that two origins may call, with keys; a client of it that has one."""
    folder = tmp_path_factory.mktemp("cors")
    secret, line = new_key("app", ("read", "assess"))
    with (
        serving(folder, "--cors", f"{OURS}, {ALSO_OURS}", rate=10_000, DUTYGRAPH_KEY_LINES=line) as server,
        server.client(headers={"Authorization": f"Bearer {secret}"}) as client,
    ):
        yield client


def preflight(client: httpx.Client, path: str, origin: str, method: str = "POST") -> httpx.Response:
    """What a browser asks before it asks; it sends no key."""
    headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization, content-type"}
    return httpx.options(client.base_url.join(path), headers=headers, trust_env=False)


@pytest.mark.parametrize(("path", "method"), [("/v1/assess", "POST"), ("/v1/assessments/" + "x" * 32, "DELETE"), ("/v1/norms", "GET")])
def test_before_a_page_asks(pages: httpx.Client, path: str, method: str) -> None:
    """Each origin of the setting is let in, with its key and its body; another is not."""
    for origin in (OURS, ALSO_OURS):
        found = preflight(pages, path, origin, method)
        assert found.status_code == 200
        assert found.headers[ALLOWED] == origin
        assert method in found.headers["access-control-allow-methods"]
        assert {"authorization", "content-type"} <= {h.strip().lower() for h in found.headers["access-control-allow-headers"].split(",")}
        assert CREDENTIALS not in found.headers
    for origin in (STRANGE, "null", OURS + ".strange.example", OURS.replace("https", "http")):
        refused = preflight(pages, path, origin, method)
        assert refused.status_code == 400
        assert ALLOWED not in refused.headers


def test_what_a_page_may_read(pages: httpx.Client, case: Case) -> None:
    """An answer names the origin that asked, not the one before, also where it comes from memory; and the headers that it may read."""
    for origin in (OURS, ALSO_OURS, OURS):
        found = pages.post("/v1/assess", json=case, headers={"Origin": origin})
        assert found.status_code == 200
        assert found.headers[ALLOWED] == origin
        assert "Origin" in found.headers["vary"]
        assert {h.strip() for h in found.headers[SHOWN].split(",")} == set(EXPOSED)
        assert {"RateLimit", "X-Request-Id", "Law-Version"} <= {name for name in EXPOSED if name in found.headers}
        assert CREDENTIALS not in found.headers
    for headers in ({"Origin": STRANGE}, {}):
        assert ALLOWED not in pages.post("/v1/assess", json=case, headers=headers).headers


REFUSALS = {
    "no key": (401, "GET", "/v1/norms", {"Authorization": ""}, b""),
    "a wrong key": (401, "GET", "/v1/norms", {"Authorization": "Bearer dg_wrong"}, b""),
    "not enough scope": (403, "GET", "/metrics", {}, b""),
    "nothing there": (404, "GET", "/v1/norms/no-such-norm", {}, b""),
    "no such address": (404, "GET", "/nowhere", {}, b""),
    "not a case": (400, "POST", "/v1/assess", {"Content-Type": "application/json"}, b"{"),
    "too large": (413, "POST", "/v1/assess", {"Content-Type": "application/json"}, b" " * 1_000_001),
}


@pytest.mark.parametrize(("status", "method", "path", "headers", "body"), REFUSALS.values(), ids=REFUSALS)
def test_a_page_may_read_refusals(pages: httpx.Client, status: int, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    """A page is told what was wrong, whichever layer found it; a strange one is not."""
    for origin in (OURS, STRANGE):
        found = pages.request(method, path, headers={"Origin": origin, **headers}, content=body or None)
        assert found.status_code == status, found.text
        assert found.headers["content-type"] == "application/problem+json"
        assert found.headers.get(ALLOWED) == (OURS if origin == OURS else None)


def test_sparql_is_open_to_every_page(pages: httpx.Client) -> None:
    """Whatever the setting, every origin may ask /sparql, without credentials, and read refusals."""
    while pages.get("/sparql").status_code == 503:  # it has not loaded yet
        time.sleep(0.1)
    for origin in (OURS, STRANGE):
        for path in ("/sparql", "/.well-known/void"):
            before = preflight(pages, path, origin, "GET")
            assert before.status_code == 204
            assert "Authorization" in before.headers["access-control-allow-headers"]
            answers = [before, pages.get(path, headers={"Origin": origin}), httpx.get(pages.base_url.join(path), headers={"Origin": origin}, trust_env=False)]
            assert [found.status_code for found in answers[1:]] == [200, 401]
            for found in answers:
                assert found.headers.get_list(ALLOWED) == ["*"]
                assert CREDENTIALS not in found.headers


def test_any_origin(tmp_path: Path, case: Case) -> None:
    """`*` lets every page in, without credentials, refusals included."""
    with serving(tmp_path, DUTYGRAPH_CORS="*") as server, server.client() as client:
        assert preflight(client, "/v1/assess", STRANGE).headers[ALLOWED] == "*"
        for answer in (client.post("/v1/assess", json=case, headers={"Origin": STRANGE}), client.get("/nowhere", headers={"Origin": STRANGE})):
            assert answer.headers[ALLOWED] == "*"
            assert CREDENTIALS not in answer.headers


def test_none_by_default(client: httpx.Client, case: Case) -> None:
    """Unless the operator says so, no page of another origin reads anything but SPARQL."""
    assert ALLOWED not in client.post("/v1/assess", json=case, headers={"Origin": OURS}).headers
    assert ALLOWED not in preflight(client, "/v1/assess", OURS).headers
