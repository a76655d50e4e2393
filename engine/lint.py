"""Checks for ontology editors. Each has a stable code; docs/lint.md says what it means and how to mend it.

A check that can be said in SPARQL is a file in `queries/lint/`; what needs the compiler or a proof is a function here.
"""

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    import rdflib

from engine.errors import Location, OntologyError
from engine.forum import compile_forum
from engine.graph import dataset_files, ontology_files
from engine.knowledge import Knowledge, load
from engine.queries import law_store, metadata, read_query, run_query
from engine.reach import Reach
from engine.terms import local_name
from engine.turtle import subject_lines


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something to mend. severity: error (it stops an answer, or makes one that cannot be relied on) or warning (it weakens one)."""

    at: Location
    severity: str
    code: str
    subject: str
    problem: str
    fix: str


@dataclass(frozen=True)
class Checked:
    """An ontology that is checked: its norms, and everything in its files as a store."""

    root: Path
    kb: Knowledge

    @cached_property
    def store(self) -> ox.Store:
        """What queries see."""
        return law_store(dataset_files(self.root))

    @cached_property
    def places(self) -> dict[str, Location]:
        """Subject → where it is first described, decided cases after the law."""
        found: dict[str, Location] = {}
        for path in dict.fromkeys((*ontology_files(self.root), *dataset_files(self.root))):
            name = str(path.relative_to(self.root.parent))
            for subject, line in subject_lines(path.read_text(encoding="utf-8")):
                found.setdefault(subject, Location(name, line))
        return found

    def place(self, subject: str) -> Location:
        """Where a subject is described; where it is first named, if it is described nowhere."""
        return self.places.get(subject) or self.named(local_name(subject))

    def named(self, name: str) -> Location:
        """The first line of the files that holds a name."""
        for path in dataset_files(self.root):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if name in line:
                    return Location(str(path.relative_to(self.root.parent)), number)
        return Location("ontology")

    @cached_property
    def reach(self) -> Reach:
        """Proofs about its norms."""
        return Reach(self.kb)


@dataclass(frozen=True, slots=True)
class LintQuery:
    """A check in SPARQL. problem, fix: texts with a place in braces for each column; ?subject is what is wrong."""

    code: str
    severity: str
    problem: str
    fix: str
    path: Path

    def __call__(self, checked: Checked) -> Iterator[LintFinding]:
        query = read_query(self.path)
        rows = run_query(checked.store, query, {})
        for row in rows.rows:
            cells = dict(zip(rows.columns, row, strict=True))
            iri = cells["iri"]
            yield LintFinding(checked.place(iri), self.severity, self.code, local_name(iri), self.problem.format(**cells), self.fix.format(**cells))


def read_lint_queries(folder: Path) -> tuple[LintQuery, ...]:
    """The checks in SPARQL below a folder, by code. A file without its metadata is an error of ours."""
    found = []
    for path in sorted((folder / "lint").glob("*.rq")):
        m = metadata(path.read_text(encoding="utf-8"))
        (code,), (severity,), (problem,), (fix,) = (m[key] for key in ("code", "severity", "problem", "fix"))
        assert {name for _, name, _, _ in string.Formatter().parse(problem + fix) if name} <= set(read_query(path).columns), path
        found.append(LintQuery(code, severity, problem, fix, path))
    return tuple(sorted(found, key=lambda q: q.code))


def check_compiles(checked: Checked) -> Iterator[LintFinding]:
    """L001: the law of every place compiles: no circle, no construct outside the fragment."""
    for place in {p.code: p for p in checked.kb.jurisdictions.values()}.values():
        try:
            compile_forum(checked.kb, place)
        except OntologyError as error:
            yield broken(error)


def broken(error: OntologyError) -> LintFinding:
    """L001, for what cannot be loaded or compiled."""
    return LintFinding(error.args[0], "error", "L001", *error.args[1:])


def check_outside(checked: Checked) -> Iterator[LintFinding]:
    """L002: axioms outside the compiled fragment, for which every case needs the OWL RL closure."""
    for subject, axiom in checked.kb.outside:
        yield LintFinding(checked.place(subject), "warning", "L002", local_name(subject), f"{axiom} is outside the compiled fragment", "write it otherwise")


def check_shapes(checked: Checked) -> Iterator[LintFinding]:
    """L009: SHACL shapes, where pySHACL is installed."""
    try:
        import pyshacl  # noqa: PLC0415  an extra
        import rdflib  # noqa: PLC0415  only who asks for it waits for it
    except ImportError:
        return
    triples, shapes = rdflib.Graph(), rdflib.Graph()
    for path in dataset_files(checked.root):
        (shapes if path.name == "shapes.ttl" else triples).parse(path, format="turtle")
    _, report, _ = pyshacl.validate(triples, shacl_graph=shapes)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        node = owner(triples, report.value(result, sh.focusNode))
        message = str(report.value(result, sh.resultMessage) or "")
        yield LintFinding(checked.place(node), "error", "L009", local_name(node), "it does not meet its shape", message or "see ontology/shapes.ttl")


def owner(triples: "rdflib.Graph", node: "rdflib.term.Node | None") -> str:
    """The named subject that a blank node is written under."""
    import rdflib  # noqa: PLC0415  an extra

    seen: set[object] = set()
    while isinstance(node, rdflib.BNode) and node not in seen:
        seen.add(node)
        node = next(iter(sorted(triples.subjects(None, node), key=str)), node)
    return str(node)


def check_triggers(checked: Checked) -> Iterator[LintFinding]:
    """L010: a trigger that no case can meet, for anybody who is bound."""
    for n in checked.kb.norms.values():
        if not checked.reach.met(n):
            problem = "its trigger can never be met: it asks of one thing for classes that exclude each other, or for somebody whom it does not bind"
            yield LintFinding(checked.place(n.iri), "error", "L010", n.id, problem, "write alternatives with owl:unionOf, or drop one of them")


def check_acts(checked: Checked) -> Iterator[LintFinding]:
    """L011: a norm about acts of which no named act can be one."""
    for n in checked.kb.norms.values():
        if not checked.reach.about_something(n):
            problem = "no act can be one that it is about: the conditions on the act exclude each other"
            yield LintFinding(checked.place(n.iri), "error", "L011", n.id, problem, "correct norm:regulates, norm:requires or norm:where")


def check_exceptions(checked: Checked) -> Iterator[LintFinding]:
    """L012: a norm that is no wider than its own exception, which therefore always goes before it."""
    for o in checked.kb.overrides:
        if checked.reach.always_defeated(o):
            winner = local_name(o.winner)
            problem = f"it can never take effect: {winner} overrides it and applies whenever it does"
            yield LintFinding(checked.place(o.loser), "error", "L012", local_name(o.loser), problem, f"narrow the trigger of {winner}, or drop the override")


Check = Callable[[Checked], Iterable[LintFinding]]
CHECKS: tuple[Check, ...] = (
    check_compiles,
    check_outside,
    check_shapes,
    check_triggers,
    check_acts,
    check_exceptions,
)


def lint(root: Path, queries: Path) -> list[LintFinding]:
    """Every finding, in the order of the files. What does not load is one finding alone; what does not compile leaves out the proofs."""
    try:
        checked = Checked(root, load(root))
    except OntologyError as error:
        return [broken(error)]
    found = list(check_compiles(checked))
    checks: list[Check] = [*(CHECKS[1:3] if found else CHECKS[1:]), *read_lint_queries(queries)]
    found += [f for check in checks for f in check(checked)]
    return sorted(set(found), key=lambda f: (f.at.file, f.at.line, f.code, f.subject, f.problem, f.fix))
