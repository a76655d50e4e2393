"""Court decisions as tests: ask the engine what the court was asked, and compare."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from engine.assess import RANK, Assessor
from engine.assessment import Assessment
from engine.case_json import Where, case_of_json

CASES = Path(__file__).parent / "cases"
LEGAL = ("state_law", "federal_law", "evidence")
ENABLING = {"permission": ("permission", "obligation", "privilege_exception")}
"""What counts as an answer: whoever must disclose may disclose."""


@dataclass(frozen=True)
class Question:
    """One question that a court answered. expected: yes, no or depends."""

    case: Mapping[str, Any]
    asked: Mapping[str, Any]

    @property
    def id(self) -> str:
        """A name for the test."""
        return f"{self.case['id']}: {self.asked['ask']}"

    @property
    def expected(self) -> str:
        """The court's answer."""
        given = self.asked["answer"]
        return given if isinstance(given, str) else "yes" if given else "no"

    @property
    def scope(self) -> str:
        """What the question is about; a reasoner answers for `duty`."""
        return str(self.asked.get("scope", "duty"))


@dataclass(frozen=True)
class Answer:
    """What the engine answered, and the facts that it waits for."""

    word: str
    missing: frozenset[str]
    norms: tuple[str, ...]


def questions() -> Iterator[Question]:
    """Every question of every decision."""
    for path in sorted(CASES.glob("*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from (Question(case, asked) for asked in case["questions"])


def document(question: Question) -> dict[str, Any]:
    """The question as a case in JSON."""
    case, asked = question.case, question.asked
    facts = {**case["facts"], **asked.get("given", {})}
    if "bearer" in asked:
        facts["professional.role"] = asked["bearer"]
    on = asked.get("as_of") or case["law_as_of"] or case["decided"] - datetime.timedelta(days=3 * 365)
    return {"case": case["id"], "jurisdiction": case["jurisdiction"], "law_as_of": str(on), "facts": facts}


def ask(assessor: Assessor, question: Question, today: datetime.date = datetime.date(2026, 11, 24)) -> Answer:
    """The engine's answer to a question: yes if some alternative is, depends if some does, else no."""
    case = case_of_json(document(question), assessor.kb.schema, Where(question.case["id"]), today)
    return answer(assessor.assess(case), question.asked["about"], question.asked["actions"])


def answer(assessment: Assessment, modality: str, actions: list[str]) -> Answer:
    """The legal orders' answer for any of several actions."""
    best, missing, norms = "no", set(), []
    for kind in ENABLING.get(modality, (modality,)):
        for action in actions:
            outcome = assessment.outcome(kind, action)
            if outcome is None:
                continue
            word = max((outcome.by_order.get(o, "no") for o in LEGAL), key=RANK.__getitem__)
            best = max((best, word), key=RANK.__getitem__)
            if word != "no":
                missing |= set(outcome.missing)
                norms += outcome.norms
    return Answer(best, frozenset(missing), tuple(dict.fromkeys(norms)))


def verdict(question: Question, found: Answer) -> str:
    """exact, depends on a decisive fact that was not given, or different."""
    if found.word == question.expected:
        return "exact"
    stated = set(question.case["facts"]) | set(question.asked.get("given", {}))
    decisive = set(question.case.get("decisive_facts") or ()) - stated
    return "depends" if found.word == "depends" and (found.missing & decisive) else "different"


def explained() -> dict[str, str]:
    """Question → why the engine's answer differs, from tests/cases/differences.txt."""
    path = CASES / "differences.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split(" :: ", 1) for line in lines if " :: " in line)


def table(assessor: Assessor) -> str:
    """docs/court-cases.md: every question beside the engine's answer."""
    lines = [HEADING]
    counts: dict[str, int] = {}
    reasons = explained()
    for question in questions():
        place = assessor.kb.jurisdictions.get(str(question.case["jurisdiction"]))
        if place is None or not any(n.jurisdiction == place.iri for n in assessor.kb.norms.values()):
            counts["law not encoded yet"] = counts.get("law not encoded yet", 0) + 1
            continue
        found = ask(assessor, question)
        word = verdict(question, found) if question.scope == "duty" else f"not scored ({question.scope})"
        counts[word] = counts.get(word, 0) + 1
        why = reasons.get(question.id, "")
        waits = ", ".join(sorted(found.missing)[:4]) if found.word == "depends" else ""
        cells = (question.case["name"], question.asked["ask"], question.expected, found.word, word, why or (f"waits for {waits}" if waits else ""))
        lines.append("| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |")
    summary = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    return "\n".join(lines) + f"\n\n{summary}.\n"


HEADING = """# Court cases

Each question that a court was asked (`tests/cases/`), its answer, and the engine's on the same facts under the law as of the events.
*exact*: the same answer. *depends*: the engine waits for a fact that the opinion treats as decisive and that was not given.
*different*: neither; the reason is given. Written by `make docs`; a test keeps it true.

| case | question | court | engine | verdict | note |
| --- | --- | --- | --- | --- | --- |"""
