"""Court decisions as tests: ask the engine what the court was asked, and compare."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.decisions import Decided, read_decisions
from engine.decisions import Question as Asked
from engine.knowledge import Knowledge
from engine.votes import RANK

DIFFERENCES = Path(__file__).parent / "cases" / "differences.txt"
ONTOLOGY = Path(__file__).resolve().parents[1] / "ontology"
TODAY = datetime.date(2026, 11, 24)
LEGAL = ("state_law", "federal_law", "evidence")
ENABLING = {"permission": ("permission", "obligation", "privilege_exception")}
"""What counts as an answer: whoever must disclose may disclose."""


@dataclass(frozen=True)
class Question:
    """One question that a court answered. expected: yes, no or depends."""

    case: Decided
    asked: Asked

    @property
    def id(self) -> str:
        """A name for the test."""
        return f"{self.case.name}: {self.asked.asked}"


@dataclass(frozen=True)
class Answer:
    """What the engine answered, and the facts that it waits for."""

    word: str
    missing: frozenset[str]
    norms: tuple[str, ...]


def questions(kb: Knowledge) -> Iterator[Question]:
    """Every question of every decision."""
    for decided in read_decisions(kb, ONTOLOGY, TODAY):
        yield from (Question(decided, asked) for asked in decided.questions)


def encoded(kb: Knowledge, question: Question) -> bool:
    """Whether the place whose law was applied has norms of its own."""
    place = kb.jurisdictions[question.case.jurisdiction]
    return any(n.jurisdiction == place.iri for n in kb.norms.values())


def ask(assessor: Assessor, question: Question) -> Answer:
    """The engine's answer to a question: yes if some alternative is, depends if some does, else no."""
    return answer(assessor.assess(question.asked.case), question.asked.modality, question.asked.acts)


def answer(assessment: Assessment, modality: str, actions: Iterable[str]) -> Answer:
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
    if found.word == question.asked.answer:
        return "exact"
    decisive = question.case.decisive - question.asked.stated
    return "depends" if found.word == "depends" and (found.missing & decisive) else "different"


def explained() -> dict[str, str]:
    """Question → why the engine's answer differs."""
    lines = DIFFERENCES.read_text(encoding="utf-8").splitlines() if DIFFERENCES.exists() else []
    return dict(line.split(" :: ", 1) for line in lines if " :: " in line)


def table(assessor: Assessor) -> str:
    """docs/court-cases.md: every question beside the engine's answer."""
    lines = [HEADING]
    counts: dict[str, int] = {}
    reasons = explained()
    for question in questions(assessor.kb):
        if not encoded(assessor.kb, question):
            counts["law not encoded yet"] = counts.get("law not encoded yet", 0) + 1
            continue
        found, asked = ask(assessor, question), question.asked
        word = verdict(question, found) if asked.scope == "duty" else f"not scored ({asked.scope})"
        counts[word] = counts.get(word, 0) + 1
        why = reasons.get(question.id, "")
        waits = ", ".join(sorted(found.missing)[:4]) if found.word == "depends" else ""
        cells = (question.case.label, asked.asked, asked.answer, found.word, word, why or (f"waits for {waits}" if waits else ""))
        lines.append("| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |")
    summary = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    return "\n".join(lines) + f"\n\n{summary}.\n"


HEADING = """# Court cases

Each question that a court was asked (`ontology/decisions/`), its answer, and the engine's on the same facts under the law as of the events.
*exact*: the same answer. *depends*: the engine waits for a fact that the opinion treats as decisive and that was not given.
*different*: neither; the reason is given. Written by `make docs`; a test keeps it true.

| case | question | court | engine | verdict | note |
| --- | --- | --- | --- | --- | --- |"""
