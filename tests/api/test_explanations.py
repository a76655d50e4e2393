"""Explanations over HTTP: every kind, every form, and of what was kept."""

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
