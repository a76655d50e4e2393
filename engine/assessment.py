"""An assessment: plain frozen objects that say what the law asks in a case. Nothing here is computed."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from engine.norms import Norm

DISCLAIMER = "Research and decision support, not legal advice. Check the cited sources and ask a lawyer before you act."


@dataclass(frozen=True, slots=True)
class Defeat:
    """That another norm prevails, on some acts. ground: IRI of the ground; by: the rule that says so, if it is a third."""

    by: str
    ground: str
    rule: str
    acts: tuple[str, ...]
    surely: bool


@dataclass(frozen=True, slots=True)
class NormStatus:
    """Where one norm stands in a case.

    acts: act (or `act → thing`) → effective, defeated, undetermined or not_triggered, for the acts that it is about.
    missing: keys of the facts waited for. contradictory: its own conditions are stated and denied at once.
    """

    norm: Norm
    modality: str
    status: str
    in_force: str
    acts: Mapping[str, str]
    missing: tuple[str, ...]
    defeats: tuple[Defeat, ...]
    contradictory: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one modality and action. answer: yes, no, depends or contradictory.

    norms: ids that ground it. toward: thing → answer, where the act is judged toward each. missing: facts waited for.
    by_order: key of the order → answer.
    """

    answer: str
    norms: tuple[str, ...]
    toward: Mapping[str, str]
    missing: tuple[str, ...]
    by_order: Mapping[str, str]

    @property
    def recipients(self) -> tuple[str, ...]:
        """The things toward which the answer is the answer."""
        return tuple(name for name, answer in self.toward.items() if answer == self.answer and name)


Outcomes = Mapping[str, Mapping[str, Outcome]]
"""Modality key → action key → outcome."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two norms that cannot both be obeyed, neither of which overrides the other; or a code that narrows what law allows.

    kind: conflict (both bind) or limit (law permits, a professional order forbids; the price is discipline).
    """

    kind: str
    action: str
    one: str
    other: str
    text: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That a case says yes and no of one thing; the rest of the answer stands."""

    thing: str
    cls: str
    fact: str
    text: str
    grounds_for: tuple[str, ...]
    grounds_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is not known. settles: how many norms wait for it."""

    fact: str
    question: str
    settles: int
    open_textured: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compliance:
    """What the acts done mean for one norm. state: satisfied, violated, open, respected, unknown."""

    norm: str
    state: str
    done: tuple[str, ...]
    outstanding: tuple[str, ...]
    deadline: str
    consequence: str


@dataclass(frozen=True)
class ForumAssessment:
    """What the law of one place says of a case."""

    jurisdiction: str
    norms: tuple[NormStatus, ...]
    outcomes: Outcomes
    clashes: tuple[Clash, ...]
    questions: tuple[Question, ...]
    compliance: tuple[Compliance, ...]
    contradictions: tuple[Contradiction, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """What the law says of a case on a date, forum by forum and taken together.

    forums: one for each jurisdiction asked about. outcomes: combined; the same as the forum's where there is one.
    """

    id: str
    name: str
    law_as_of: datetime.date
    known_as_of: datetime.date
    law: str
    forums: tuple[ForumAssessment, ...]
    outcomes: Outcomes
    clashes: tuple[Clash, ...]

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Codes of the forums."""
        return tuple(f.jurisdiction for f in self.forums)

    def norm(self, norm_id: str) -> NormStatus | None:
        """The status of a norm, in the first forum that it reaches."""
        return next((n for f in self.forums for n in f.norms if n.norm.id == norm_id), None)

    def norms_of(self, modality: str) -> tuple[NormStatus, ...]:
        """The norms of a modality, forum by forum."""
        return tuple(n for f in self.forums for n in f.norms if n.modality == modality)

    def outcome(self, modality: str, action: str) -> Outcome | None:
        """The combined outcome; None where no norm in force is about it: no authority on point."""
        return self.outcomes.get(modality, {}).get(action)
