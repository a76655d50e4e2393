"""The command: forms, options, and the contract of its JSON."""

import json
import sys
from pathlib import Path

import pytest

from engine.cli import main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = str(ROOT / "examples" / "tarasoff.json")


def output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints."""
    monkeypatch.setattr(sys, "argv", ["dutygraph", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code in (0, None)
    return capsys.readouterr().out


def test_json_keeps_its_contract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every field of the contract is there, with the values it promises."""
    found = json.loads(output(monkeypatch, capsys, "assess", EXAMPLE, "--as-of", "2024-05-01", "--format", "json"))
    fields = ["id", "law_as_of", "jurisdictions", "disclaimer", "outcomes", "norms", "conflicts", "contradictions", "open_questions", "compliance", "links"]
    assert set(fields) <= set(found)
    assert found["law_as_of"] == "2024-05-01"
    duty = found["outcomes"]["obligation"]["warn_victim"]
    assert duty["answer"] == "yes"
    assert "us-ca-civ-43-92" in duty["norms"]
    assert duty["recipients"] == ["victim-1"]
    norm = next(n for n in found["norms"] if n["id"] == "us-ca-civ-43-92")
    assert {"id", "status", "modality", "citation", "missing"} <= set(norm)
    assert norm["status"] == "effective"
    assert {n["status"] for n in found["norms"]} <= {"effective", "defeated", "undetermined", "not_triggered", "not_in_force", "not_bound", "out_of_scope"}
    assert {"fact", "question", "settles"} <= set(found["open_questions"][0])


def test_place_and_date_may_be_asked_instead(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts under the law of Texas, as of 1990."""
    found = json.loads(output(monkeypatch, capsys, "assess", EXAMPLE, "-j", "US-TX", "--as-of", "1990-06-01", "-f", "json"))
    assert (found["jurisdictions"], found["law_as_of"]) == (["US-TX"], "1990-06-01")


def test_text_is_what_a_professional_reads(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Duties, authority, date and disclaimer are in the text."""
    text = output(monkeypatch, capsys, "assess", EXAMPLE)
    for words in ("YOU MUST\n", "YOU MUST NOT\n", "Cal. Civ. Code § 43.92", "warn the person in danger", "not legal advice", "NOT KNOWN"):
        assert words in text


def test_the_same_case_in_every_form(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Flat JSON, nested JSON, Turtle and JSON-LD give the same answers."""
    answers = []
    for name in ("tarasoff.json", "tarasoff-nested.json", "tarasoff.ttl", "tarasoff.jsonld"):
        found = json.loads(output(monkeypatch, capsys, "assess", str(ROOT / "examples" / name), "--as-of", "2024-05-01", "-f", "json"))
        answers.append({(m, a): o["answer"] for m, acts in found["outcomes"].items() for a, o in acts.items()})
    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_grounds_in_markdown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown has headings, and the grounds of the norm that was asked about."""
    text = output(monkeypatch, capsys, "assess", EXAMPLE, "-f", "markdown", "--why", "us-ca-civ-43-92")
    assert "## You must\n" in text
    assert "the threat was communicated by the patient *(stated)*" in text


def test_lists(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Facts and jurisdictions can be listed."""
    assert "threat.seriousness" in output(monkeypatch, capsys, "facts", "seriousness")
    assert "California" in output(monkeypatch, capsys, "jurisdictions")
