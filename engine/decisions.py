"""Decided questions: what a court was asked on some facts and what it answered, read from Turtle.

They lie beside the law (`ontology/decisions/`), in the data set that queries see and outside the body of norms: a decision's
facts are a case, never an axiom.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from engine.case_json import nearest, parse_date
from engine.case_rdf import case_of_graph, parse_case_graph
from engine.cases import Case, Said
from engine.errors import CaseError
from engine.graph import Graph, decision_files
from engine.knowledge import Knowledge
from engine.schema import Fact, Schema
from engine.terms import LABEL, local_name, norm


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One question that was asked. case: its facts. stated: keys of the facts they state. acts: alternatives. answer: yes, no or depends.

    scope: duty (what a reasoner is asked), breach (left to the finder of facts), element (one condition only) or remedy.
    """

    asked: str
    modality: str
    acts: tuple[str, ...]
    case: Case
    stated: frozenset[str]
    scope: str
    answer: str
    because: str


@dataclasses.dataclass(frozen=True, slots=True)
class Decided:
    """A decision with its questions. name: of its case. decisive: keys of the facts on which its answers turn."""

    iri: str
    name: str
    label: str
    jurisdiction: str
    decisive: frozenset[str]
    questions: tuple[Question, ...]


def read_decisions(kb: Knowledge, root: Path, today: datetime.date) -> Iterator[Decided]:
    """Every decision below the folder of an ontology that has facts."""
    for path in decision_files(root):
        yield read_decision(kb, path.read_text(encoding="utf-8"), str(path.relative_to(root.parent)), today)


def read_decision(kb: Knowledge, text: str, name: str, today: datetime.date) -> Decided:
    """One file: a decision, the case that it decided, and its questions."""
    graph = parse_case_graph(text, name, ox.RdfFormat.TURTLE)
    case = case_of_graph(graph, kb.schema, {p.iri: p.code for p in kb.jurisdictions.values()}, name, today)
    focus = case.things[0].name
    owner = next(iter(graph.subjects(norm("facts"), focus)), None)
    if owner is None:
        raise CaseError(graph.place(focus), "no decision has these facts", "add norm:facts to the decision")
    keys = {fact.iri: key for key, fact in kb.schema.facts.items()}
    decisive = frozenset(_known(graph, keys, owner, iri, "fact") for iri in graph.resources(owner, norm("decisive")))
    questions = tuple(read_question(kb, graph, q, case) for q in graph.resources(owner, norm("decides")))
    return Decided(owner, case.name, graph.text(focus, LABEL), case.jurisdictions[0], decisive, questions)


def read_question(kb: Knowledge, graph: Graph, iri: str, case: Case) -> Question:
    """One question, on the facts of the case with what is given for it alone."""
    schema = kb.schema
    acts = {a.cls: key for key, a in schema.actions.items()}
    given = graph.resources(iri, norm("given")) + graph.resources(iri, norm("bearer"))
    facts = with_given(schema, case, [_known(graph, {c: c for c in schema.fact_of}, iri, c, "value of a fact") for c in given])
    events = graph.text(iri, norm("lawAsOf"))
    if events:
        facts = dataclasses.replace(facts, law_as_of=parse_date(events, "norm:lawAsOf", graph.place(iri)))
    return Question(
        graph.text(iri, LABEL),
        kb.graph.text(graph.resource(iri, norm("asks")) or "", norm("key")),
        tuple(_known(graph, acts, iri, a, "act") for a in graph.resources(iri, norm("about"))),
        facts,
        frozenset(stated_facts(schema, facts)),
        graph.text(iri, norm("scope")) or "duty",
        graph.text(iri, norm("answer")),
        graph.text(iri, norm("because")),
    )


def _known(graph: Graph, names: dict[str, str], subject: str, iri: str, what: str) -> str:
    if iri not in names:
        near = nearest(local_name(iri), [local_name(n) for n in names])
        raise CaseError(graph.place(subject), f"{local_name(iri)} is no {what}", near)
    return names[iri]


def with_given(schema: Schema, case: Case, classes: Sequence[str]) -> Case:
    """The case with these value classes in place of whatever it says about their facts."""
    given: dict[str, list[str]] = {}
    for cls in classes:
        given.setdefault(schema.fact_of[cls][0].key, []).append(cls)
    silent = tuple(s for s in case.silent if s.fact not in given)
    said = [s for s in case.said if _key(schema, s.cls) not in given]
    acts = [a for a in case.about_acts if _key(schema, a[1]) not in given]
    for key, values in given.items():
        fact = schema.facts[key]
        words = list(_words(schema, fact, values))
        if fact.path[:1] == (schema.act_role,):
            acts += [(fact.path[1:], cls, holds, origin) for cls, holds, origin in words]
        else:
            said += [Said(thing, cls, holds, origin) for thing in case.reached(fact.path) for cls, holds, origin in words]
    return dataclasses.replace(case, said=tuple(said), about_acts=tuple(acts), silent=silent)


def _key(schema: Schema, cls: str) -> str:
    return schema.fact_of[cls][0].key if cls in schema.fact_of else ""


def _words(schema: Schema, fact: Fact, values: Sequence[str]) -> Iterable[tuple[str, bool, str]]:
    yield from ((cls, True, "stated") for cls in values)
    if not fact.exclusive:
        yield from ((cls, False, "listed") for cls in schema.unmentioned(fact, tuple(values)))


def stated_facts(schema: Schema, case: Case) -> Iterable[str]:
    """Keys of the facts that a case speaks of."""
    classes = [s.cls for s in case.said] + [cls for _, cls, _, _ in case.about_acts]
    return {schema.fact_of[c][0].key for c in classes if c in schema.fact_of} | {s.fact for s in case.silent}
