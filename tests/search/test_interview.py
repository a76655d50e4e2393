"""The interview: it ends with the answer of the complete case, in fewer questions than asking all, and can be had at a terminal."""

import datetime
import json
import os
import pty
import random
import subprocess
import sys
from pathlib import Path

import court
import pytest
from interviews import completed, interview, unknown_spots

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_files import case_of_text
from engine.cases import Case
from engine.knowledge import Knowledge
from engine.search.interview import answered, step
from engine.search.targets import Target

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.date(2026, 11, 24)


def court_cases(kb: Knowledge) -> list[Case]:
    """The facts of every decided case whose law is encoded."""
    return list({q.case.name: q.asked.case for q in court.questions(kb) if court.encoded(kb, q)}.values())


def answers(assessment: Assessment) -> dict[tuple[str, str], str]:
    """Every answer but no, which an act that no norm is about gets too."""
    return {(m, a): o.answer for m, acts in assessment.outcomes.items() for a, o in acts.items() if o.answer != "no"}


@pytest.mark.slow
def test_it_ends_with_the_answer_of_the_complete_case(assessor: Assessor) -> None:
    """Court cases completed at random: every answer comes out as in the complete case, and on average with less than half the questions."""
    dice = random.Random(4)  # noqa: S311  a test that repeats
    asked = unknown = 0
    for case in court_cases(assessor.kb)[::6]:
        (code,) = case.jurisdictions
        told = interview(assessor, case, completed(assessor, case, code, dice), code)
        assert told.limit == ""
        assert answers(assessor.assess(told.case)) == answers(assessor.assess(told.hidden)), case.name
        assert len(told.asked) <= len(told.unknown)
        asked, unknown = asked + len(told.asked), unknown + len(told.unknown)
    assert asked < unknown / 2


def test_one_answer_that_matters_takes_few_questions(assessor: Assessor) -> None:
    """Asked only about the duty to warn, it asks at most one fact for each condition of the duty, and none that has been answered."""
    case = case_of_text(assessor.kb, '{"jurisdiction": "US-CA", "law_as_of": "2024-05-01", "facts": {}}', "x.json", TODAY)
    hidden = completed(assessor, case, "US-CA", random.Random(2))  # noqa: S311  a test that repeats
    told = interview(assessor, case, hidden, "US-CA", [Target("obligation", "warn_victim")])
    assert 0 < len(told.asked) <= 9 < len(unknown_spots(assessor, case, "US-CA"))
    now, then = (assessor.assess(c).outcome("obligation", "warn_victim") for c in (told.case, hidden))
    assert (now.answer if now else "no") == (then.answer if then else "no")


def test_what_is_not_known_is_not_asked_again(assessor: Assessor) -> None:
    """Answering every question with don't know ends, with the answers still open and said to be stuck."""
    case = case_of_text(assessor.kb, '{"jurisdiction": "US-CA", "law_as_of": "2024-05-01", "facts": {}}', "x.json", TODAY)
    targets, asked = [Target("obligation", "warn_victim")], []
    here = step(assessor, case, targets)
    while here.ask is not None:
        asked.append(here.ask.spot)
        case = answered(assessor, case, here.ask.spot, ())
        here = step(assessor, case, targets, asked)
    assert len(asked) == len(set(asked))
    assert here.stuck == here.open == (("US-CA", targets[0]),)


def test_it_says_why_it_asks(assessor: Assessor) -> None:
    """A question names the answers and the norms that wait for it, and they are open."""
    case = case_of_text(assessor.kb, '{"jurisdiction": ["US-CA", "US-TX"], "law_as_of": "2024-05-01", "facts": {}}', "x.json", TODAY)
    here = step(assessor, case, [Target("obligation", "warn_victim"), Target("permission", "notify_law_enforcement")])
    assert here.ask is not None
    assert here.ask.waiting
    assert set(here.ask.waiting) <= set(here.open)
    assert "us-ca-civ-43-92" in here.ask.norms


ARGUMENTS = [sys.executable, "-m", "engine.cli", "interview", "--jurisdiction", "US-CA", "--as-of", "2024-05-01", "--about", "obligation:warn_victim"]
TYPED = ["serious threat", "nonsense", "w", "b", "1"]


def test_it_works_when_piped(tmp_path: Path) -> None:
    """Lines on standard input; a wrong answer is explained and asked again; the end of input stops it, and the case is saved."""
    saved = tmp_path / "case.json"
    run = subprocess.run([*ARGUMENTS, "--save", str(saved)], input="\n".join([*TYPED, "?"]), capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.count("Is the threat serious?") == 2
    assert "The target, by how closely it can be identified" in run.stdout
    assert "'nonsense' is none of the answers" in run.stdout
    assert "Asked because whether you must warn the person in danger" in run.stdout
    assert "not legal advice" in run.stdout
    (threat,) = json.loads(saved.read_text(encoding="utf-8"))["threats"]
    assert threat["facts"] == {"threat.seriousness": "serious"}
    assert threat["victims"][0]["facts"] == {"threat.target": None}
    again = subprocess.run([*ARGUMENTS[:4], str(saved)], input="", capture_output=True, text=True, check=True, cwd=ROOT)
    assert "Is the threat serious?" not in again.stdout.split("Case case")[0]


def test_it_can_be_had_at_a_terminal(tmp_path: Path) -> None:
    """A real terminal: prompted, typed, answered to the end, and the assessment shown."""
    saved = tmp_path / "case.json"
    ours, theirs = pty.openpty()
    with subprocess.Popen([*ARGUMENTS, "--save", str(saved)], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT) as talk:
        os.close(theirs)
        shown = ""
        while True:
            try:
                part = os.read(ours, 4096).decode(errors="replace")
            except OSError:
                break
            if not part:
                break
            shown += part
            if shown.endswith("> "):
                shown += "\n"
                os.write(ours, b"law enforcement\n" if "In which professional role" in part else b"1\n")
        assert talk.wait(timeout=60) == 0
    os.close(ours)
    assert "Nothing more to ask after" in shown
    assert "not legal advice" in shown
    assert saved.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no jurisdiction is given"),
        (["-j", "US-CA", "--about", "obligaton"], "unknown modality 'obligaton'"),
        (["-j", "US-CA", "--about", "obligation:warn_victm"], "did you mean warn_victim"),
        (["-j", "Atlantis"], "Atlantis"),
        (["-j", "US-CA", "--as-of", "2024-13-01"], "is not a date"),
        (["-j", "US-CA", "--save", "/no/such/folder/case.json"], "no such folder"),
    ],
)
def test_bad_input_is_one_message(arguments: list[str], message: str) -> None:
    """What a user can cure is one message and exit status 2, before any question."""
    run = subprocess.run([*ARGUMENTS[:4], *arguments], input="", capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
