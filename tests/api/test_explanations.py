"""Explanations over HTTP: every kind, every form, and of what was kept."""

import hashlib
import json
from typing import Any

import httpx
import pytest

from engine.explanations import EXPLANATIONS
from engine.forms import FORMS

Case = dict[str, Any]
ASKED = {"norm": "us-ca-civ-43-92", "modality": "obligation", "act": "warn_victim", "against": "US-TX"}


@pytest.mark.parametrize("kind", EXPLANATIONS)
def test_every_kind(client: httpx.Client, case: Case, kind: str) -> None:
    """Each names its query, and has rows and an outline where there is something to say."""
    listed = {k["name"]: k for k in client.get("/v1/explanations").json()}
    assert set(listed) == set(EXPLANATIONS)
    found = client.post(f"/v1/explanations/{kind}", json={"case": case, **ASKED})
    assert found.status_code == 200, found.text
    assert found.json()["kind"] == kind
    assert found.json()["query"] == listed[kind]["query"]
    assert found.json()["outline"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form(client: httpx.Client, case: Case, form: str) -> None:
    """`Accept` chooses the form."""
    media = FORMS[form].media_type
    found = client.post("/v1/explanations/why", json={"case": case, "norm": "us-ca-civ-43-92"}, headers={"Accept": media})
    assert found.status_code == 200
    assert found.headers["content-type"].startswith(media)
    assert "43-92" in found.text or "43.92" in found.text


def test_of_what_was_kept(client: httpx.Client, case: Case) -> None:
    """A kept assessment is explained by its address, as its case is."""
    where = client.post("/v1/assess?store=true", json=case).headers["location"]
    kept = client.get(f"{where}/explanations/why", params={"norm": "us-ca-civ-43-92"})
    direct = client.post("/v1/explanations/why", json={"case": case, "norm": "us-ca-civ-43-92"})
    assert kept.status_code == 200
    assert kept.json() == direct.json()


WRONG = {
    "a kind that does not exist": ("whynot", {}, 404, ""),
    "a norm that does not exist": ("why", {"norm": "us-ca-civ-43-93"}, 422, "#/norm"),
    "no norm": ("why", {}, 422, "#"),
    "an act that does not exist": ("balance", {"act": "warn"}, 422, "#/act"),
    "a key that does not exist": ("why", {"norms": "x"}, 422, "#/norms"),
    "a place that does not exist": ("contrast", {"against": "US-XX"}, 422, "#"),
}


@pytest.mark.parametrize(("kind", "asked", "status", "pointer"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_explained_is_refused(client: httpx.Client, case: Case, kind: str, asked: Case, status: int, pointer: str) -> None:
    """With the place of the fault."""
    found = client.post(f"/v1/explanations/{kind}", json={"case": case, **asked})
    assert found.status_code == status
    assert not pointer or found.json()["errors"][0]["pointer"] == pointer


def test_an_interview_ends_with_the_answer(client: httpx.Client, case: Case) -> None:
    """Answered from a hidden case, question by question, it ends with that case's answer, and asks for less than all of it."""
    hidden, facts, asked = case["facts"], {"professional.role": "psychologist"}, 0
    body = {"modality": "obligation", "act": "warn_victim"}
    while True:
        found = client.post("/v1/interview", json={"case": case | {"facts": facts}, **body}).json()
        if found["done"]:
            break
        key = found["next"]["fact"]["key"]
        assert key not in facts
        facts[key] = hidden.get(key)
        asked += 1
        assert asked < 60
    answers = [client.post("/v1/assess", json=case | {"facts": f}).json()["outcomes"]["obligation"]["warn_victim"]["answer"] for f in (facts, hidden)]
    assert answers[0] == answers[1] == "yes"
    assert {"jurisdiction": "US-CA", "modality": "obligation", "act": "warn_victim", "answer": "yes"} in found["settled"]


def test_interviews_are_checked(client: httpx.Client, case: Case) -> None:
    """Half an answer, a strange key and a place that was not asked about are refused."""
    for change, pointer in (({"act": "warn_victim"}, "#/modality"), ({"against": "x"}, "#/against"), ({"jurisdiction": "US-TX"}, "#/jurisdiction")):
        found = client.post("/v1/interview", json={"case": case, **change})
        assert found.status_code == 422
        assert found.json()["errors"][0]["pointer"] == pointer


def test_receipts(client: httpx.Client, case: Case) -> None:
    """A receipt comes out the same again; one that was altered is refused, as is one that is no receipt."""
    receipt = client.post("/v1/receipts", json=case).json()
    verified = client.post("/v1/receipts/verification", json=receipt)
    assert verified.json()["same"] is True, verified.text
    altered = client.post("/v1/receipts/verification", json=receipt | {"law_as_of": "1990-01-01"})
    assert altered.status_code == 422
    assert "altered" in altered.json()["detail"]
    hollow = {"format": receipt["format"]}
    text = json.dumps(hollow, sort_keys=True, separators=(",", ":"))
    hollow["hash"] = hashlib.sha256(text.encode()).hexdigest()
    assert client.post("/v1/receipts/verification", json=hollow).status_code == 422
    assert client.post("/v1/receipts/verification", content=b"[" * 100_000, headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/explanations/why", {"norm": "us-tx-611-004-a2"}), ("/v1/assess?why=us-tx-611-004-a2", None)], ids=["explanation", "assessment"]
)
def test_why_of_a_norm_of_another_place(client: httpx.Client, case: Case, path: str, body: dict[str, str] | None) -> None:
    """A norm that is not law in the place of the case is refused by its name, not passed over."""
    found = client.post(path, json=case if body is None else {"case": case, **body})
    assert found.status_code == 422
    assert found.json()["detail"] == "us-tx-611-004-a2 is not law in US-CA"
