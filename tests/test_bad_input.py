"""Bad input is refused with one clear message that names file, line and cure, exit status 2, and no traceback."""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.case_json import unknown
from engine.cli import main
from engine.errors import Location

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: (exit status, output, errors)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dutygraph", *arguments])
        try:
            main()
            status: int = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return call


def case(**changes: object) -> str:
    """A case in JSON, one key a line."""
    return json.dumps({"jurisdiction": "US-CA", "facts": {"threat.seriousness": "serious"}} | changes, indent=1)


FACT = "threat.seriousness"
JSON_CASES = {
    "unknown fact key": (case(facts={"threat.seriousnes": "serious"}), "unknown fact 'threat.seriousnes'", "did you mean threat.seriousness"),
    "value outside its set": (case(facts={FACT: "grave"}), "threat.seriousness has no value 'grave'", "use one of: serious, not_serious"),
    "number for a value": (case(facts={FACT: 3}), "has no value 3", "use one of"),
    "text for a yes/no fact": (case(facts={"court.order": "maybe"}), "court.order has no value 'maybe'", "true, false"),
    "two exclusive values": (case(facts={FACT: ["serious", "not_serious"]}), "exclude each other", "give one"),
    "bad date": (case(law_as_of="2024-13-01"), "law_as_of '2024-13-01' is not a date", "2024-05-01"),
    "date in words": (case(law_as_of="last May"), "is not a date", "2024-05-01"),
    "no jurisdiction": (json.dumps({"facts": {}}), "no jurisdiction is given", "--jurisdiction"),
    "unknown jurisdiction": (case(jurisdiction="US-XC"), "unknown jurisdiction 'US-XC'", "US-"),
    "unknown key": (case(fcats={}), "unknown key 'fcats'", "did you mean facts"),
    "unknown action taken": (case(actions_taken=["warn_victm"]), "unknown action 'warn_victm'", "did you mean warn_victim"),
    "a fact about something else": (case(threats=[{"facts": {"professional.role": "psychologist"}}]), "is not a fact about threat-1", "facts of the case"),
    "the same id twice": (case(threats=[{"id": "t"}, {"id": "t"}]), "the id 't' is used twice", "of its own"),
    "a list in the wrong place": (case(victims=[{}]), "'victims' does not belong there", "threats"),
    "facts that are a list": (case(facts=[]), "facts is a list", '"facts"'),
    "not an object": ("[1, 2]", "a case is a JSON object", "jurisdiction"),
    "empty": ("", "the case is empty", "jurisdiction"),
    "ten megabytes": ('{"jurisdiction": "US-CA", "note": "' + "x" * 10_000_000 + '"}', "the limit is 1,000,000", "one case"),
    "nested without end": ('{"facts": ' + '{"a": ' * 100_000 + "1" + "}" * 100_000 + "}", "nested too deeply", "levels"),
    "a key twice": ('{"jurisdiction": "US-CA", "jurisdiction": "US-TX"}', "'jurisdiction' is given twice", "once"),
    "a number without end": ('{"jurisdiction": ' + "9" * 10_000 + "}", "too many digits", "no fact"),
    "not a number": ('{"jurisdiction": "US-CA", "facts": {"a": NaN}}', "NaN is not a value", "syntax"),
}


@pytest.mark.parametrize(("text", "problem", "fix"), JSON_CASES.values(), ids=JSON_CASES)
def test_json_case_is_refused(run: Run, tmp_path: Path, text: str, problem: str, fix: str) -> None:
    """A case in JSON that cannot be honoured is refused whole."""
    path = tmp_path / "case.json"
    path.write_text(text, encoding="utf-8")
    status, out, err = run("assess", str(path))
    assert (status, out) == (2, "")
    assert problem in err
    assert fix in err.split("fix:")[1]
    assert str(path) in err
    assert "Traceback" not in err


def test_the_line_is_named(run: Run, tmp_path: Path) -> None:
    """A syntax error and a wrong value name the line they stand on."""
    path = tmp_path / "case.json"
    path.write_text('{\n  "jurisdiction": "US-CA",\n  "facts": {\n    "threat.seriousness": "grave"\n  }\n}\n', encoding="utf-8")
    assert f"{path}:4:" in run("assess", str(path))[2]
    path.write_text('{\n  "jurisdiction": "US-CA"\n  "facts": {}\n}\n', encoding="utf-8")
    assert f"{path}:3:" in run("assess", str(path))[2]


PREFIXES = "@prefix : <http://example.org/> .\n@prefix dg: <https://w3id.org/dutygraph/domain#> .\n@prefix norm: <https://w3id.org/dutygraph/norms#> .\n"
TURTLE_CASES = {
    "syntax error": (':c a dg:Case ;\n  norm:forum "US-CA"\n:d a dg:Case .', ":6: not Turtle", "correct the syntax"),
    "no case": (":c a dg:Threat .", "0 resources are of class Case", "exactly one"),
    "unknown class": (':c a dg:Case ; norm:forum "US-CA" ; dg:threat :t .\n:t a dg:SeriousThreatt .', "unknown class 'SeriousThreatt'", "did you mean"),
    "unknown property": (':c a dg:Case ; norm:forum "US-CA" ; dg:treat :t .', "unknown property 'treat'", "did you mean threat"),
    "no forum": (":c a dg:Case .", "no jurisdiction is given", "norm:forum"),
    "bad date": (':c a dg:Case ; norm:forum "US-CA" ; norm:lawAsOf "2024" .', "is not a date", "2024-05-01"),
    "empty": ("", "0 resources", "exactly one"),
}


@pytest.mark.parametrize(("text", "problem", "fix"), TURTLE_CASES.values(), ids=TURTLE_CASES)
def test_turtle_case_is_refused(run: Run, tmp_path: Path, text: str, problem: str, fix: str) -> None:
    """So is a case in Turtle."""
    path = tmp_path / "case.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    status, out, err = run("assess", str(path))
    assert (status, out) == (2, "")
    assert problem in err
    assert fix in err.split("fix:")[1]
    assert "Traceback" not in err


def test_json_ld_is_never_fetched(run: Run, tmp_path: Path) -> None:
    """A context that is not in the document is refused, not fetched."""
    path = tmp_path / "case.jsonld"
    path.write_text('{"@context": "http://127.0.0.1:9/context.jsonld", "@type": "Case"}', encoding="utf-8")
    status, out, err = run("assess", str(path))
    assert (status, out) == (2, "")
    assert "context must stand inside the document" in err


def test_json_ld_syntax_is_refused(run: Run, tmp_path: Path) -> None:
    """So is JSON-LD that is no JSON."""
    path = tmp_path / "case.jsonld"
    path.write_text('{"@context": {}, "@type": ', encoding="utf-8")
    status, out, err = run("assess", str(path))
    assert (status, out) == (2, "")
    assert "not JSON-LD" in err
    assert "Traceback" not in err


def test_a_missing_file_and_bytes_that_are_no_text(run: Run, tmp_path: Path) -> None:
    """What cannot be read is said to be so."""
    assert "cannot be read" in run("assess", str(tmp_path / "nowhere.json"))[2]
    path = tmp_path / "case.json"
    path.write_bytes(b"\xff\xfe\x00{")
    status, _, err = run("assess", str(path))
    assert status == 2
    assert "not UTF-8" in err


def test_options_are_checked_too(run: Run) -> None:
    """A bad date, place or norm on the command line is refused like one in a case."""
    example = str(Path(__file__).resolve().parent.parent / "examples" / "tarasoff.json")
    for arguments, problem in {
        ("--as-of", "yesterday"): "--as-of 'yesterday' is not a date",
        ("--jurisdiction", "CALIFORNIA"): "unknown jurisdiction",
        ("--why", "us-ca-civ-43-93"): "unknown norm 'us-ca-civ-43-93'",
    }.items():
        status, out, err = run("assess", example, *arguments)
        assert (status, out) == (2, "")
        assert problem in err


WHERE_TO_LOOK = {
    ("assess", "-"): "`dutygraph facts` lists every fact",
    ("query", "zzzzzzzz"): "`dutygraph queries` lists them",
    ("query", "norms-binding", "-p", "jurisdiction=QQQQ"): "`dutygraph jurisdictions` lists them",
}


@pytest.mark.parametrize(("arguments", "where"), WHERE_TO_LOOK.items(), ids=lambda x: x if isinstance(x, str) else " ".join(x))
def test_a_name_like_no_other_says_where_to_look(arguments: tuple[str, ...], where: str) -> None:
    """Where no known name is like it, the command says which command lists them."""
    command = [sys.executable, "-m", "engine.cli", *arguments]
    found = subprocess.run(command, input='{"jurisdiction": "US-CA", "facts": {"qqqqqqqq": 1}}', capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert where in found.stderr


def test_an_error_survives_another_process() -> None:
    """What an error says, and what it says to look up, is the same after it has been sent from one process to another."""
    error = unknown(Location("case.json", 3), "norm", "qqqqqqqq", [f"norm-{n}" for n in range(99)])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  made here
    assert again.told({"norm": "look there"}) == error.told({"norm": "look there"}) == "case.json:3: unknown norm 'qqqqqqqq'\n  fix: look there"
