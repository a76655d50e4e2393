"""Checks for ontology editors. Each has a stable code; docs/lint.md says what it means and how to mend it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Location, OntologyError
from engine.forum import compile_forum
from engine.graph import ontology_files
from engine.knowledge import Knowledge, load
from engine.terms import DEFINITION, local_name, norm


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something to mend. severity: error (it stops an answer) or warning (it weakens one)."""

    at: Location
    severity: str
    code: str
    subject: str
    problem: str
    fix: str


def check_compiles(root: Path) -> Iterable[LintFinding]:
    """L001: it loads and the law of every place compiles: syntax, dangling names, circles, constructs outside the fragment."""
    try:
        kb = load(root)
    except OntologyError as error:
        yield LintFinding(error.args[0], "error", "L001", *error.args[1:])
        return
    for place in {p.code: p for p in kb.jurisdictions.values()}.values():
        try:
            compile_forum(kb, place)
        except OntologyError as error:
            yield LintFinding(error.args[0], "error", "L001", *error.args[1:])


def with_knowledge(check: Callable[[Knowledge], Iterable[LintFinding]]) -> Callable[[Path], Iterable[LintFinding]]:
    """A check that needs a loaded ontology; one that does not load is reported by L001 alone."""

    def run(root: Path) -> Iterable[LintFinding]:
        try:
            kb = load(root)
        except OntologyError:
            return ()
        return tuple(check(kb))

    return run


def check_outside(kb: Knowledge) -> Iterable[LintFinding]:
    """L002: axioms outside the compiled fragment, for which every case needs the OWL RL closure."""
    for subject, axiom in kb.outside:
        yield LintFinding(kb.graph.place(subject), "warning", "L002", local_name(subject), f"{axiom} is outside the compiled fragment", "write it otherwise")


def check_sources(kb: Knowledge) -> Iterable[LintFinding]:
    """L003: a norm without citation, confidence or the day it was checked."""
    for n in kb.norms.values():
        lacks = [
            w for w, there in (("a citation", n.source.citation), ("a confidence", n.source.confidence), ("a day of checking", n.source.checked)) if not there
        ]
        if lacks:
            yield LintFinding(kb.graph.place(n.iri), "error", "L003", n.id, f"its source lacks {' and '.join(lacks)}", "add it to the norm:source")


def check_dates(kb: Knowledge) -> Iterable[LintFinding]:
    """L004: a norm with no date at all."""
    for n in kb.norms.values():
        if not any(i.start or i.attested for i in n.intervals):
            yield LintFinding(
                kb.graph.place(n.iri), "error", "L004", n.id, "it has no date", "add norm:inForceFrom, or norm:attestedOn where the start is unknown"
            )


def check_grounds(kb: Knowledge) -> Iterable[LintFinding]:
    """L005: an override without a named ground."""
    for winner in sorted({o.winner for o in kb.overrides if not o.ground}):
        yield LintFinding(kb.graph.place(winner), "error", "L005", local_name(winner), "it overrides without a ground", "add norm:overrideGround")


def check_words(kb: Knowledge) -> Iterable[LintFinding]:
    """L006: a hand-checked norm without a definition; L007: a value of a fact without its clauses."""
    for n in kb.norms.values():
        if n.checked and not kb.graph.text(n.iri, DEFINITION):
            yield LintFinding(kb.graph.place(n.iri), "warning", "L006", n.id, "it has no definition", "add skos:definition: who must, may or must not do what")
    for cls in kb.schema.fact_of:
        if not kb.graph.text(cls, norm("sentence")) or not kb.graph.text(cls, norm("denial")):
            yield LintFinding(kb.graph.place(cls), "error", "L007", local_name(cls), "it cannot be said or denied", "add norm:sentence and norm:denial")


def check_jurisdictions(kb: Knowledge) -> Iterable[LintFinding]:
    """L008: a norm of a jurisdiction that is not described, which reaches no case."""
    known = {p.iri for p in kb.jurisdictions.values()}
    for n in kb.norms.values():
        if n.jurisdiction not in known:
            name = local_name(n.jurisdiction) or "none"
            yield LintFinding(
                kb.graph.place(n.iri), "error", "L008", n.id, f"its jurisdiction is {name}, which is not described", "describe it in jurisdictions.ttl"
            )


def check_shapes(root: Path) -> Iterable[LintFinding]:
    """L009: SHACL shapes, where pySHACL is installed."""
    try:
        import pyshacl  # noqa: PLC0415  an extra
        import rdflib  # noqa: PLC0415
    except ImportError:
        return
    data, shapes = rdflib.Graph(), rdflib.Graph()
    for path in ontology_files(root):
        try:
            (shapes if path.name == "shapes.ttl" else data).parse(path, format="turtle")
        except SyntaxError:
            return
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    kb = load(root)
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        node = str(report.value(result, sh.focusNode))
        message = str(report.value(result, sh.resultMessage) or "")
        yield LintFinding(kb.graph.place(node), "error", "L009", local_name(node), "it does not meet its shape", message or "see ontology/shapes.ttl")


CHECKS: tuple[Callable[[Path], Iterable[LintFinding]], ...] = (
    check_compiles,
    *(with_knowledge(c) for c in (check_outside, check_sources, check_dates, check_grounds, check_words, check_jurisdictions)),
    check_shapes,
)
