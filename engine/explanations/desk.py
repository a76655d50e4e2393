"""Explaining: the assessment is written as RDF, the named query is asked, and the explanation is made of its rows alone."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyoxigraph as ox

from engine.assess import Assessor, identify
from engine.assessment import Assessment, ForumAssessment
from engine.cases import Case
from engine.decide import Decision
from engine.errors import CaseError, Location
from engine.explanations.base import Ask, Document, Kind, Row, Setting
from engine.judged import Judged
from engine.knowledge import Knowledge
from engine.paths import data
from engine.queries import Query, bound_text, law_store, read_queries
from engine.record.assessment import graph_iri, write_assessment
from engine.record.case import write_case
from engine.record.quads import Quads
from engine.scene import set_scene


@cache
def engine_version() -> str:
    """The version of the engine; `source` where it is not installed."""
    try:
        return version("dutygraph")
    except PackageNotFoundError:
        return "source"


@cache
def explanation_queries() -> dict[str, Query]:
    """The queries behind explanations, by name."""
    return read_queries(data("queries") / "explanation")


class Desk:
    """The asserted law in a store in memory, to which one assessment at a time is added, asked about and taken away again."""

    def __init__(self, assessor: Assessor, files: tuple[Path, ...]) -> None:
        self.assessor = assessor
        self._store = law_store(files)
        self._lock = threading.Lock()

    @contextmanager
    def laid_open(self, graph: str, triples: bytes) -> Iterator[ox.Store]:
        """The law with an assessment in its named graph."""
        name = ox.NamedNode(graph)
        with self._lock:
            self._store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=name)
            try:
                yield self._store
            finally:
                self._store.remove_graph(name)

    def record(self, case: Case, ask: Ask, scope: str, decided: Decision | None = None, part: str = "") -> Setting:
        """Assess a case, as far as the scope of a kind asks, and write it down.

        decided: the case as decided in the forum, if it is. part: what distinguishes the graph from others about the same assessment.
        """
        assessor = self.assessor
        code = assessor.kb.jurisdictions[ask.jurisdiction or case.jurisdictions[0]].code
        case = decided.scene.case if decided else assessor.complete(case)
        decision = (decided or assessor.decide(case, code)) if scope == "norm" else None
        assessment = around(assessor, Judged(decision), ask.norm) if decision else assessor.assess(case, scope == "settled")
        scene = decision.scene if decision else set_scene(assessor.kb.schema, assessor.kb.template, case)
        quads = Quads(graph_iri(assessment, part))
        things, statements = write_case(quads, scene)
        determinations = write_assessment(quads, assessor.kb, assessment, engine_version(), things)
        return Setting(assessor, case, ask, code, quads, assessment, determinations, statements, decision)

    def explain(self, case: Case, kind: Kind, ask: Ask, decided: Decision | None = None) -> Document:
        """One explanation of a case. decided: the case as decided in the forum asked about, so that it need not be decided again."""
        check(self.assessor.kb, case, kind, ask)
        setting = self.record(case, ask, kind.scope, decided, part_of(kind, ask))
        limits = tuple(kind.record(setting))
        return self.read(setting, kind, limits)

    def read(self, setting: Setting, kind: Kind, limits: tuple[str, ...]) -> Document:
        """Ask the named query of a kind, and make the explanation of its rows."""
        kb, ask = setting.kb, setting.ask
        query = explanation_queries()[kind.name]
        parameters = terms(kb, setting, kind)
        triples = setting.quads.triples()
        with self.laid_open(setting.quads.graph, triples) as store:
            columns, rows = solutions(store, query, parameters)
        shown = {name: term.value for name, term in parameters.items()}
        items = kind.outline(kb, ask, rows)
        return Document(kind.name, kind.title(kb, ask), subtitle(setting), query.name, shown, setting.quads.graph, columns, rows, items, limits, triples)


def part_of(kind: Kind, ask: Ask) -> str:
    """The name of what is explained: each question has a graph of its own, so that one kept beside another does not replace it."""
    asked = "\0".join(str(getattr(ask, field.name)) for field in fields(ask))
    return f"{kind.name}-{hashlib.blake2b(asked.encode(), digest_size=6).hexdigest()}"


def around(assessor: Assessor, judged: Judged, norm_id: str) -> Assessment:
    """The part of an assessment that bears on one norm: its standing, and that of the norms that may prevail over it."""
    decision, kb = judged.decision, assessor.kb
    case, iri = decision.scene.case, kb.by_id[norm_id].iri if norm_id else ""
    near = [iri, *(o.winner for o in decision.rulings[iri].compiled.attackers)] if iri in decision.rulings else []
    norms = tuple(assessor.status_of(judged, n) for n in dict.fromkeys(near))
    forum = ForumAssessment(decision.forum.place.code, norms, {}, (), (), (), (), ())
    return Assessment(identify(kb, case), case.name, case.law_as_of, case.known_as_of, kb.digest, (forum,), {}, ())


def subtitle(setting: Setting) -> str:
    """Which law, on which dates."""
    a = setting.assessment
    return f"{setting.kb.jurisdictions[setting.code].label} · events of {a.law_as_of.isoformat()}, as known on {a.known_as_of.isoformat()}"


def terms(kb: Knowledge, setting: Setting, kind: Kind) -> dict[str, ox.NamedNode | ox.Literal]:
    """The parameters of a kind's query as RDF terms."""
    ask = setting.ask
    made: dict[str, ox.NamedNode | ox.Literal] = {"assessment": ox.NamedNode(setting.quads.graph)}
    if "norm" in kind.parameters:
        made["norm"] = ox.NamedNode(kb.by_id[ask.norm].iri)
    if "jurisdiction" in kind.parameters:
        made["jurisdiction"] = ox.NamedNode(kb.jurisdictions[setting.code].iri)
    made |= {name: ox.Literal(getattr(ask, name)) for name in ("modality", "act") if name in kind.parameters}
    return made


def solutions(store: ox.Store, query: Query, parameters: Mapping[str, ox.NamedNode | ox.Literal]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Columns and rows of a query over the law and the assessment."""
    found = store.query(bound_text(query, {ox.Variable(name): term for name, term in parameters.items()}))
    assert isinstance(found, ox.QuerySolutions)
    columns = tuple(v.value for v in found.variables)
    return columns, tuple({c: cell_text(cell) for c, cell in zip(columns, row, strict=True)} for row in found)


def cell_text(cell: object) -> str:
    """A cell as text: an IRI whole, a literal's words, '' where unbound."""
    return "" if cell is None else cell.value if isinstance(cell, ox.NamedNode | ox.Literal | ox.BlankNode) else str(cell)


def check(kb: Knowledge, case: Case, kind: Kind, ask: Ask) -> None:
    """Refuse a question that lacks what its kind needs, or that names what does not exist."""
    for name in kind.needs:
        if not getattr(ask, name):
            raise CaseError(Location(kind.name), f"{name} is not given", f"{kind.question} needs {', '.join(kind.needs)}")
    if kind.target and not ask.norm and not (ask.modality and ask.act):
        raise CaseError(Location(kind.name), "neither a norm nor an answer is given", "give norm, or modality and act")
    if ask.norm and ask.norm not in kb.by_id:
        raise CaseError(Location(kind.name), f"unknown norm {ask.norm!r}", "", "norm")
    if ask.jurisdiction and ask.jurisdiction not in case.jurisdictions:
        raise CaseError(Location(kind.name), f"the case is not asked about {ask.jurisdiction}", f"one of: {', '.join(case.jurisdictions)}")
    place = kb.jurisdictions[ask.jurisdiction or case.jurisdictions[0]]
    if kind.scope == "norm" and "norm" in kind.needs and not kb.reaches(ask.norm, place):
        raise CaseError(Location(kind.name), f"{ask.norm} is not law in {place.code}", f"ask about a norm that reaches {place.code}, or why not")
