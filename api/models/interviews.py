"""Where an interview stands."""

from api.models.base import Answer, Model
from api.models.vocabulary import Fact


class Asked(Model):
    """An answer (modality and act), or a norm."""

    norm: str = ""
    modality: str = ""
    act: str = ""


class Settled(Asked):
    """An answer that every completion of the unknown facts gives."""

    answer: Answer


class Question(Model):
    """A fact to ask for. thing: about which thing of the case. expected: how many open answers it is expected to settle."""

    fact: "Fact"
    thing: str
    expected: float
    waiting: list[Asked]


class Interview(Model):
    """Where an interview stands. stuck: open answers that turn only on what is not to be asked again."""

    jurisdiction: str
    done: bool
    next: Question | None
    later: list[Question]
    settled: list[Settled]
    open: list[Asked]
    stuck: list[Asked]
    limits: list[str]
    law_version: str
    disclaimer: str
