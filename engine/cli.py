"""The command `dutygraph`."""

import csv
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from engine.as_json import assessment_json
from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_json import Where, refuse_unknown
from engine.command import new_app, run
from engine.errors import Location
from engine.explain_command import explain, explained
from engine.explanations import Document
from engine.forms.as_json import document_json
from engine.forms.plain import markdown_section, plain_lines
from engine.graph import dataset_files
from engine.interview_command import interview
from engine.jurisdictions import find_jurisdiction
from engine.knowledge import Knowledge
from engine.lint import lint as check_ontology
from engine.options import AsOfOption, CaseArgument, KnownOption, OntologyOption, PlacesOption, knowledge, ontology_root, read_case, today
from engine.panel import COLUMNS, PanelRow, panel, read_pattern
from engine.panel import places as all_places
from engine.paths import data
from engine.queries import Bindings, Query, Rows, bind, find_query, law_store, read_queries, run_query
from engine.receipt_command import receipt, verify
from engine.report import MARKDOWN, TEXT, write_report
from engine.store import AssessmentStore

app = new_app()


class Format(StrEnum):
    """Forms of an assessment."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Wanted = frozenset[str] | None
"""Ids of the norms to explain; None for all that bind."""
Explained = tuple[Document, ...]


def text_of(assessor: Assessor, assessment: Assessment, explained: Explained) -> str:
    """The report, with grounds below it if asked."""
    found = "\n\n".join("\n".join(plain_lines(document)) for document in explained)
    return write_report(assessor.kb, assessment, TEXT) + (f"\nGROUNDS\n\n{found}\n" if found else "")


def markdown_of(assessor: Assessor, assessment: Assessment, explained: Explained) -> str:
    """The report in Markdown."""
    found = "\n\n".join("\n".join(markdown_section(document)) for document in explained)
    return write_report(assessor.kb, assessment, MARKDOWN) + (f"\n## Grounds\n\n{found}\n" if found else "")


def json_of(assessor: Assessor, assessment: Assessment, explained: Explained) -> str:
    """The JSON contract, with `explanations` if asked."""
    found = assessment_json(assessment)
    written = [document_json(document) for document in explained]
    return json.dumps(found | ({"explanations": written} if written else {}), ensure_ascii=False, indent=2)


FORMS: dict[Format, Callable[[Assessor, Assessment, Explained], str]] = {Format.TEXT: text_of, Format.JSON: json_of, Format.MARKDOWN: markdown_of}


FIRST = ("effective", "defeated", "undetermined", "not_triggered")
"""The order in which grounds are given; norms that are not in force or bind somebody else are left to --why."""


def wanted_norms(assessment: Assessment, wanted: Wanted) -> list[tuple[str, str]]:
    """(forum, id) of the norms to explain, effective ones first."""
    found = [(f.jurisdiction, n.status, n.norm.id) for f in assessment.forums for n in f.norms]
    chosen = [(code, status, name) for code, status, name in found if (name in wanted if wanted is not None else status in FIRST)]
    ranked = sorted(chosen, key=lambda row: (row[0], FIRST.index(row[1]) if row[1] in FIRST else len(FIRST), row[2]))
    return [(code, name) for code, _, name in ranked]


def check_norms(assessor: Assessor, names: list[str]) -> frozenset[str]:
    """Ids of norms; an unknown one is refused with the nearest."""
    refuse_unknown(names, assessor.kb.by_id, Where("--why"), "norm")
    return frozenset(names)


@app.command()
def assess(
    case: CaseArgument,
    jurisdiction: PlacesOption = None,
    as_of: AsOfOption = None,
    known_as_of: KnownOption = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the assessment.")] = Format.TEXT,
    explain_all: Annotated[bool, typer.Option("--explain", help="Add the grounds of every norm, down to the facts.")] = False,
    why: Annotated[list[str] | None, typer.Option("--why", help="Add the grounds of this norm (repeatable).", show_default=False)] = None,
    ontology: OntologyOption = None,
) -> None:
    """Assess a case: what the professional must, may and must not do, on what authority, and what is still open.

    Example: dutygraph assess examples/tarasoff.json --jurisdiction US-TX --as-of 1990-06-01
    """
    assessor = Assessor(knowledge(ontology))
    found = read_case(assessor, case, jurisdiction, as_of, known_as_of)
    wanted = None if explain_all else check_norms(assessor, why or [])
    assessment = assessor.assess(found)
    norms = wanted_norms(assessment, wanted) if wanted is None or wanted else []
    documents = explained(assessor, found, dataset_files(ontology_root(ontology)), norms) if norms else []
    print(FORMS[form](assessor, assessment, tuple(documents)))  # noqa: T201  printing is what a command is for


app.command(name="explain")(explain)
app.command(name="interview")(interview)
app.command(name="receipt")(receipt)
app.command(name="verify")(verify)


@app.command()
def facts(key: Annotated[str, typer.Argument(help="Show only facts whose key contains this.")] = "", ontology: OntologyOption = None) -> None:
    """List the facts that a case can state, with their questions and values."""
    for fact in knowledge(ontology).schema.facts.values():
        if key in fact.key:
            values = "true | false" if fact.yes_no else " | ".join(fact.values)
            presumed = f"  (presumed: {next(v for v, c in fact.values.items() if c == fact.presumed)})" if fact.presumed else ""
            print(f"{fact.key}\n  {fact.question}\n  {values}{presumed}")  # noqa: T201  printing is what a command is for


@app.command()
def jurisdictions(ontology: OntologyOption = None) -> None:
    """List the jurisdictions, with how many norms reach each."""
    kb = knowledge(ontology)
    for place in {p.code: p for p in kb.jurisdictions.values()}.values():
        own = sum(n.jurisdiction == place.iri for n in kb.norms.values())
        print(f"{place.code:12} {place.label:40} {own:4} norms of its own, {len(kb.within_reach(place)):4} reach it")  # noqa: T201  printing is what a command is for


class TableFormat(StrEnum):
    """Forms of a table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command()
def queries() -> None:
    """List the questions that `dutygraph query` answers, with their parameters."""
    for query in read_queries(data("queries")).values():
        parameters = "".join(f"  --param {p.name}=… ({p.kind}, default {p.default})\n" for p in query.parameters)
        print(f"{query.name}\n  {query.title}. {query.description}\n{parameters}", end="")  # noqa: T201  printing is what a command is for


@app.command(name="query")
def run_named_query(
    name: Annotated[str, typer.Argument(help="A query by name (`dutygraph queries` lists them), or a .rq file.")],
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE (repeatable).", show_default=False)] = None,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="How to write the rows.")] = TableFormat.TABLE,
    store: Annotated[
        Path | None, typer.Option("--store", help="Ask this store of kept assessments (`dutygraph explain --store`) as well as the law.", show_default=False)
    ] = None,
    ontology: OntologyOption = None,
) -> None:
    """Ask the ontology a question in SPARQL: a table, CSV or JSON.

    Example: dutygraph query norms-binding -p jurisdiction=US-TX -p profession=psychiatrist -p date=1990-06-01
    """
    kb = knowledge(ontology)
    query = find_query(read_queries(data("queries")), name)
    given = dict(p.partition("=")[::2] for p in param or [])
    bindings = bind(kb, query, given, today())
    files = dataset_files(ontology_root(ontology))
    rows = ask_store(store, files, kb, query, bindings) if store else run_query(law_store(files), query, bindings)
    TABLES[form](query, rows)


def ask_store(path: Path, files: tuple[Path, ...], kb: Knowledge, query: Query, bindings: Bindings) -> Rows:
    """The rows of a query over the law and the assessments kept."""
    found = AssessmentStore(path)
    found.put_law(files, kb.digest)
    return found.ask(query, bindings)


def print_table(query: Query, rows: Rows) -> None:
    """A table as wide as the terminal."""
    table = Table(title=query.title, caption=f"{len(rows.rows)} rows", show_lines=False)
    for column in rows.columns:
        table.add_column(column, overflow="fold")
    for row in rows.rows:
        table.add_row(*(escape(cell) for cell in row))
    Console().print(table)


def print_csv(query: Query, rows: Rows) -> None:
    """CSV with a header (RFC 4180)."""
    writer = csv.writer(sys.stdout)
    writer.writerows([rows.columns, *rows.rows])


def print_json(query: Query, rows: Rows) -> None:
    """A list of objects, one for each row."""
    print(json.dumps([dict(zip(rows.columns, row, strict=True)) for row in rows.rows], ensure_ascii=False, indent=2))  # noqa: T201  printing is what a command is for


TABLES: dict[TableFormat, Callable[[Query, Rows], None]] = {TableFormat.TABLE: print_table, TableFormat.CSV: print_csv, TableFormat.JSON: print_json}


export = typer.Typer(help="Write data sets derived from the ontology.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.command(name="panel")
def export_panel(
    out: Annotated[Path, typer.Argument(help="File to write: .csv, or .parquet (needs the extra `panel`).")],
    first: Annotated[int | None, typer.Option("--from", min=1900, max=2100, help="First year.", show_default=False)] = None,
    last: Annotated[int | None, typer.Option("--to", min=1900, max=2100, help="Last year; this year if not given.", show_default=False)] = None,
    jurisdiction: Annotated[list[str] | None, typer.Option("--jurisdiction", "-j", help="Only this place (repeatable).", show_default=False)] = None,
    ontology: OntologyOption = None,
) -> None:
    """One row for each jurisdiction, year and profession: duty, permission, no duty or no authority, derived from a canonical case."""
    assessor = Assessor(knowledge(ontology))
    pattern = read_pattern(data("queries") / "panel" / "pattern.json")
    places = assessor.kb.jurisdictions
    codes = [find_jurisdiction(places, c, Location("--jurisdiction")).code for c in jurisdiction or ()] or all_places(assessor)
    years = range(first or pattern.start, (last or today().year) + 1)
    if not years:
        raise typer.BadParameter(f"the first year, {years.start}, comes after the last, {years.stop - 1}")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"no folder {out.parent}")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("places", total=len(codes))
        rows = list(panel(assessor, pattern, codes, years, lambda: progress.advance(task)))
    write_rows(out, rows)
    print(f"{len(rows):,} rows, {len(codes)} places, {len(years)} years: {out}")  # noqa: T201  printing is what a command is for


def write_rows(out: Path, rows: Sequence[PanelRow]) -> None:
    """Rows as CSV or Parquet, by the name of the file."""
    if out.suffix == ".parquet":
        try:
            import pyarrow as pa  # noqa: PLC0415  an extra
            import pyarrow.parquet as pq  # noqa: PLC0415  only who asks for it waits for it
        except ImportError as error:
            raise typer.BadParameter("Parquet needs pyarrow: pip install 'dutygraph[panel]'") from error
        pq.write_table(pa.Table.from_pylist([asdict(row) for row in rows]), out)
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


@app.command()
def lint(ontology: OntologyOption = None) -> None:
    """Check the ontology: what stops it from loading or compiling, and what a norm lacks. Exit status 1 if there is an error.

    With pySHACL installed (`pip install 'dutygraph[lint]'`) the shapes are checked too.
    """
    findings = check_ontology((ontology or data("ontology")).resolve(), data("queries"))
    for finding in findings:
        print(f"{finding.at}: {finding.severity} {finding.code} {finding.subject}: {finding.problem}\n  fix: {finding.fix}")  # noqa: T201  printing is what a command is for
    errors = sum(f.severity == "error" for f in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings")  # noqa: T201  printing is what a command is for
    raise typer.Exit(1 if errors else 0)


def main() -> None:
    """Run the command."""
    run(app)


if __name__ == "__main__":
    main()
