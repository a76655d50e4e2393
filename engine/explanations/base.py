"""What every kind of explanation has in common: what is asked, what is written, what is read back, how it is outlined."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.cases import Case
from engine.decide import Decision
from engine.judged import Judged
from engine.knowledge import Knowledge
from engine.record.assessment import Determinations
from engine.record.case import Statements
from engine.record.quads import Quads

Row = Mapping[str, str]
"""One solution of a query: column → text, '' where unbound."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be explained.

    norm: id of a norm. modality, act: an answer. jurisdiction: forum, the case's first if ''. against: what to contrast with, the
    code of another jurisdiction or a date. clock: `law` or `known`, which date a timeline moves. wanted: the answer to reach.
    """

    norm: str = ""
    modality: str = ""
    act: str = ""
    jurisdiction: str = ""
    against: str = ""
    clock: str = "law"
    wanted: str = ""


@dataclass(frozen=True)
class Setting:
    """A case in a forum, decided, and the record of it that a kind of explanation adds to."""

    assessor: Assessor
    case: Case
    ask: Ask
    code: str
    quads: Quads
    assessment: Assessment
    determinations: Determinations
    statements: Statements
    decided: Decision | None = None

    @property
    def kb(self) -> Knowledge:
        """The body of norms."""
        return self.assessor.kb

    @cached_property
    def decision(self) -> Decision:
        """The case decided under the law of the forum."""
        return self.decided or self.assessor.decide(self.case, self.code)

    @cached_property
    def judged(self) -> Judged:
        """Where its acts are judged."""
        return Judged(self.decision)

    def determination(self, norm_iri: str) -> str:
        """The node of a norm's determination in this forum."""
        return self.determinations[self.code, norm_iri]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an outline. mark: yes, no, unknown, contradictory or ''. note: where it comes from. below: what it rests on."""

    text: str
    mark: str = ""
    note: str = ""
    below: tuple["Item", ...] = ()

    def walk(self) -> Iterator["Item"]:
        """The item and all below it."""
        yield self
        for item in self.below:
            yield from item.walk()


@dataclass(frozen=True)
class Document:
    """An explanation: the query that gave it, its rows, and their outline. triples: the assessment's graph as N-Triples."""

    kind: str
    title: str
    subtitle: str
    query: str
    parameters: Mapping[str, str]
    graph: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    items: tuple[Item, ...]
    limits: tuple[str, ...]
    triples: bytes = field(repr=False)


Recorder = Callable[[Setting], Sequence[str]]
"""Writes what a kind has to say into the record; gives the limits that were hit."""
Outliner = Callable[[Knowledge, Ask, Sequence[Row]], tuple[Item, ...]]
"""Turns rows into an outline."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of explanation.

    needs: fields of Ask that must be given. target: whether a norm, or a modality and an act, must be named. parameters:
    parameters of the query besides the graph. scope: what of the assessment is recorded first: `norm` (the norm asked about and
    those that may prevail over it), `case` (all norms and answers), or `settled` (the same, settled over all completions).
    """

    name: str
    question: str
    needs: tuple[str, ...]
    record: Recorder
    outline: Outliner
    title: Callable[[Knowledge, Ask], str]
    parameters: tuple[str, ...] = ()
    scope: str = "case"
    target: bool = False
