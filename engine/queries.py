"""Named SPARQL queries: files with their metadata in comments, parameters typed and checked, rows as plain text."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from engine.case_json import nearest, parse_date, unknown
from engine.errors import CaseError, Location
from engine.jurisdictions import find_jurisdiction
from engine.knowledge import Knowledge
from engine.terms import NORM, XSD, local_name

OURS = NORM.rsplit("/", 1)[0] + "/"
"""Beginning of the IRIs of this project's ontologies."""
ASSESSMENTS = OURS + "assessment/"
"""Beginning of the IRIs of recorded assessments."""
METADATA = re.compile(r"^#\+ (\w+): (.*)$", re.MULTILINE)


Bindings = Mapping[ox.Variable, ox.NamedNode | ox.Literal]
"""Parameter → its value as a term."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query. kind: jurisdiction, norm, assessment, action, date, text, or `fact:KEY` for a value of a fact."""

    name: str
    kind: str
    default: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its metadata."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer: the columns, and a text for each cell ('' where unbound)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def metadata(text: str) -> dict[str, list[str]]:
    """What the comments of a query say of it: key → values."""
    found: dict[str, list[str]] = {}
    for key, value in METADATA.findall(text):
        found.setdefault(key, []).append(value.strip())
    return found


def read_query(path: Path) -> Query:
    """One query file. Without metadata it is a query without parameters."""
    text = path.read_text(encoding="utf-8")
    found = metadata(text)
    parameters = tuple(Parameter(*[*value.split(maxsplit=2), "", ""][:3]) for value in found.get("parameter", ()))
    title, description = (next(iter(found.get(key, ())), "") for key in ("title", "description"))
    return Query(path.stem, title or path.stem, description, parameters, tuple(" ".join(found.get("columns", ())).split()), text)


def read_queries(folder: Path) -> dict[str, Query]:
    """Every question below a folder, by name; what is in `lint/` asks nothing, and `dutygraph lint` runs it."""
    return {path.stem: read_query(path) for path in sorted(folder.rglob("*.rq")) if path.parent.name != "lint"}


def find_query(queries: Mapping[str, Query], name: str) -> Query:
    """A query by name, or from a file; an unknown one is refused with the nearest."""
    if name in queries:
        return queries[name]
    path = Path(name)
    if path.suffix == ".rq" and path.is_file():
        return read_query(path)
    raise unknown(Location("query"), "query", name, queries)


def law_store(files: Iterable[Path]) -> ox.Store:
    """The asserted ontology in a store in memory."""
    store = ox.Store()
    for path in files:
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def bind(kb: Knowledge, query: Query, given: Mapping[str, str], today: datetime.date) -> dict[ox.Variable, ox.NamedNode | ox.Literal]:
    """Values of the parameters as RDF terms; an unknown parameter or value is refused."""
    known = {p.name: p for p in query.parameters}
    for name in given:
        if name not in known:
            raise CaseError(Location(f"query {query.name}"), f"it has no parameter {name!r}", f"it takes: {', '.join(known) or 'none'}")
    return {ox.Variable(p.name): as_term(kb, p, given.get(p.name, p.default), today) for p in query.parameters}


def as_term(kb: Knowledge, parameter: Parameter, value: str, today: datetime.date) -> ox.NamedNode | ox.Literal:
    """One value as the term that its kind asks for."""
    kind, _, detail = parameter.kind.partition(":")
    return TERMS[kind](kb, value if value != "today" else today.isoformat(), detail, Location(f"parameter {parameter.name}"))


def _jurisdiction(kb: Knowledge, value: str, detail: str, at: Location) -> ox.NamedNode:
    return ox.NamedNode(find_jurisdiction(kb.jurisdictions, value, at).iri)


def _norm(kb: Knowledge, value: str, detail: str, at: Location) -> ox.NamedNode:
    if value not in kb.by_id:
        raise unknown(at, "norm", value, kb.by_id)
    return ox.NamedNode(kb.by_id[value].iri)


def _action(kb: Knowledge, value: str, detail: str, at: Location) -> ox.NamedNode:
    if value not in kb.schema.actions:
        raise unknown(at, "action", value, kb.schema.actions)
    return ox.NamedNode(kb.schema.actions[value].cls)


def _fact(kb: Knowledge, value: str, detail: str, at: Location) -> ox.NamedNode:
    values = kb.schema.facts[detail].values
    if value not in values:
        near = nearest(value, list(values))
        raise CaseError(at, f"{detail} has no value {value!r}", near, "" if near else "fact")
    return ox.NamedNode(values[value])


def _date(kb: Knowledge, value: str, detail: str, at: Location) -> ox.Literal:
    return ox.Literal(parse_date(value, at.file, at).isoformat(), datatype=ox.NamedNode(XSD + "date"))


def _assessment(kb: Knowledge, value: str, detail: str, at: Location) -> ox.NamedNode:
    name = value.removeprefix(ASSESSMENTS)
    if not re.fullmatch(r"[0-9a-zA-Z._-]+", name):
        raise CaseError(at, f"{value!r} is not an assessment", "give its id", "assessment")
    return ox.NamedNode(ASSESSMENTS + name)


TERMS: Mapping[str, Callable[[Knowledge, str, str, Location], ox.NamedNode | ox.Literal]] = {
    "jurisdiction": _jurisdiction,
    "norm": _norm,
    "assessment": _assessment,
    "action": _action,
    "fact": _fact,
    "date": _date,
    "text": lambda _kb, value, _detail, _at: ox.Literal(value),
}


def run_query(store: ox.Store, query: Query, bindings: Bindings) -> Rows:
    """The rows of a SELECT. A syntax error is refused with its place."""
    try:
        solutions = store.query(bound_text(query, bindings))
    except SyntaxError as error:
        raise CaseError(Location(query.name), f"not SPARQL: {error}", "correct the query") from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise CaseError(Location(query.name), "not a SELECT query", "ask with SELECT; other forms have no table")
    return rows_of(solutions)


def rows_of(solutions: ox.QuerySolutions) -> Rows:
    """Solutions as plain text."""
    columns = tuple(v.value for v in solutions.variables)
    return Rows(columns, tuple(tuple(as_text(cell) for cell in row) for row in solutions))


def bound_text(query: Query, bindings: Bindings) -> str:
    """The query with its parameters bound, each term as Oxigraph writes it.

    A parameter written `$name` stands for its term wherever it is written, so that every part of a UNION starts from it. One
    written `?name` is bound by VALUES at the start of the pattern. (Oxigraph's own substitution needs a variable to be selected,
    which a parameter need not be.)
    """
    text = query.text
    for variable, term in bindings.items():
        text = re.sub(rf"\${variable.value}\b", lambda _, written=str(term): written, text)  # type: ignore[misc]  # a default binds the loop's value
    values = "".join(f" VALUES {variable} {{ {term} }}" for variable, term in bindings.items() if f"${variable.value}" not in query.text)
    return re.sub(r"\bWHERE\s*\{", lambda found: found[0] + values, text, count=1, flags=re.IGNORECASE)


def as_text(cell: object) -> str:
    """A term as people write it: names of the ontology by their local name, addresses whole."""
    if cell is None:
        return ""
    if isinstance(cell, ox.NamedNode):
        return local_name(cell.value) if cell.value.startswith(OURS) else cell.value
    return cell.value if isinstance(cell, ox.Literal | ox.BlankNode) else str(cell)
