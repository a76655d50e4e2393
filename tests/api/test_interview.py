"""An interview over HTTP: the same questions as the command, to the end, with nothing remembered in between."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import court
import httpx
import pytest
from live import ROOT

from engine.case_write import case_json
from engine.knowledge import Knowledge

Json = dict[str, Any]
ABOUT = {"modality": "obligation", "act": "warn_victim"}
EVERY = 12
"""Every so many court cases one is asked about."""


def starts(kb: Knowledge) -> list[Json]:
    """Court cases of which only the professional's role is known."""
    cases = list({q.case.name: q.asked.case for q in court.questions(kb) if court.encoded(kb, q)}.values())[::EVERY]
    found = [case_json(kb.schema, case) for case in cases]
    return [{**{k: c[k] for k in ("case", "jurisdiction", "law_as_of", "known_as_of")}, "facts": role(c["facts"])} for c in found]


def role(facts: Json) -> Json:
    """What is said of the professional's role."""
    return {key: value for key, value in facts.items() if key == "professional.role"}


def answer_to(question: Json, number: int) -> list[str]:
    """Some answer: one option after the other, and every third time that it is not known."""
    options = question["options"]
    return [] if number % 3 == 2 else [options[number % len(options)]["value"]]


def over_http(client: httpx.Client, case: Json) -> tuple[list[Json], list[list[str]], Json]:
    """The questions of an interview, the answers that were given, and where it ended."""
    questions, answers, body = list[Json](), list[list[str]](), {"case": case, **ABOUT}
    while True:
        found = client.post("/v1/interview", json=body)
        assert found.status_code == 200, found.text
        here = found.json()
        if here["done"]:
            return questions, answers, here
        question = here["next"]
        answers.append(answer_to(question, len(questions)))
        questions.append(question)
        given = {"fact": question["fact"]["key"], "thing": question["thing"], "values": answers[-1]}
        body = {"case": here["case"], "skip": here["skip"], "answer": given, **ABOUT}
        assert len(questions) < 100


def by_command(folder: Path, case: Json, answers: list[list[str]]) -> tuple[str, Json]:
    """What the command says to the same answers, and the case that it saves."""
    start, end = folder / "case.json", folder / "end.json"
    start.write_text(json.dumps(case), encoding="utf-8")
    typed = "".join((",".join(words) or "?") + "\n" for words in answers)
    command = [sys.executable, "-m", "engine.cli", "interview", str(start), "--about", "obligation:warn_victim", "--save", str(end)]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout, json.loads(end.read_text(encoding="utf-8"))


def test_the_command_asks_the_same(client: httpx.Client, kb: Knowledge, tmp_path: Path) -> None:
    """Court cases to the end: each question, with its reason and its options, in the same order, and the same case in the end."""
    cases, asked = starts(kb), 0
    assert len(cases) > 3
    for case in cases:
        questions, answers, here = over_http(client, case)
        said, saved = by_command(tmp_path, case, answers)
        assert saved == here["case"]
        assert said.count("\n[") == len(questions)
        place = 0
        for question in questions:
            place = said.index(question["question"], place)
            place = said.index(question["options"][-1]["text"], place)
        asked += len(questions)
    assert asked > len(cases)


def test_what_is_skipped_is_not_asked(client: httpx.Client, case: Json) -> None:
    """A fact that the asker cannot answer is asked for no more, and the case says nothing of it."""
    body = {"case": case | {"facts": role(case["facts"])}, **ABOUT}
    first = client.post("/v1/interview", json=body).json()["next"]
    spot = {"fact": first["fact"]["key"], "thing": first["thing"]}
    then = client.post("/v1/interview", json=body | {"skip": [spot]}).json()
    assert then["next"] is not None
    assert {"fact": then["next"]["fact"]["key"], "thing": then["next"]["thing"]} != spot
    assert then["skip"] == [spot]
    assert spot["fact"] not in json.dumps(then["case"])


def test_several_jurisdictions_are_asked_about_together(client: httpx.Client, case: Json) -> None:
    """A case across borders is asked about under the law of all its places, or of the one that is named."""
    body = {"case": case | {"facts": role(case["facts"]), "jurisdiction": ["US-CA", "US-TX"]}, **ABOUT}
    assert client.post("/v1/interview", json=body).json()["jurisdictions"] == ["US-CA", "US-TX"]
    one = client.post("/v1/interview", json=body | {"jurisdiction": "US-TX"}).json()
    assert one["jurisdictions"] == ["US-TX"]
    assert {a["jurisdiction"] for a in one["open"] + one["settled"]} == {"US-TX"}
    assert one["case"]["jurisdiction"] == ["US-CA", "US-TX"]


WRONG = {
    "a fact that is not there": ({"answer": {"fact": "x", "values": []}}, "#/answer/fact"),
    "a thing that is not there": ({"answer": {"fact": "threat.harm", "thing": "x", "values": []}}, "#/answer/thing"),
    "a value that is not there": ({"answer": {"fact": "threat.harm", "values": ["x"]}}, "#/answer/values/0"),
    "values that exclude each other": ({"answer": {"fact": "victim.already_aware", "values": ["true", "false"]}}, "#/answer/values"),
    "a thing to skip that is not there": ({"skip": [{"fact": "threat.harm", "thing": "x"}]}, "#/skip/0/thing"),
}


@pytest.mark.parametrize(("change", "pointer"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_refused_where_it_is_wrong(client: httpx.Client, case: Json, change: Json, pointer: str) -> None:
    """With the place of the fault."""
    found = client.post("/v1/interview", json={"case": case, **ABOUT, **change})
    assert found.status_code == 422
    assert found.json()["errors"][0]["pointer"] == pointer
