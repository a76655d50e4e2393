"""The command `dutygraph`."""

import datetime
import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.as_json import assessment_json
from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_files import Overriding, load_case
from engine.case_json import parse_date
from engine.cases import Case
from engine.errors import DutygraphError, Location
from engine.explain import explain_all, explanation_json, explanation_text
from engine.knowledge import Knowledge, load
from engine.paths import data
from engine.report import MARKDOWN, TEXT, write_report

app = typer.Typer(
    name="dutygraph",
    help="Must, may or must not a professional break confidentiality when a patient threatens violence?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """Forms of an assessment."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


OntologyOption = Annotated[
    Path | None, typer.Option("--ontology", help="Folder of Turtle files to use in place of the one that comes with dutygraph.", show_default=False)
]


def knowledge(folder: Path | None) -> Knowledge:
    """The body of norms to use."""
    root = folder or data("ontology")
    if not root.is_dir():
        raise typer.BadParameter(f"{root} is not a folder")
    return load(root.resolve())


def text_of(assessor: Assessor, assessment: Assessment, case: Case, explained: bool) -> str:
    """The report, with the grounds of every norm below it if asked."""
    report = write_report(assessor.kb, assessment, TEXT)
    return report + ("\n" + grounds(assessor, case) if explained else "")


def markdown_of(assessor: Assessor, assessment: Assessment, case: Case, explained: bool) -> str:
    """The report in Markdown."""
    report = write_report(assessor.kb, assessment, MARKDOWN)
    return report + (f"\n## Grounds\n\n```text\n{grounds(assessor, case)}\n```\n" if explained else "")


def json_of(assessor: Assessor, assessment: Assessment, case: Case, explained: bool) -> str:
    """The JSON contract, with `explanations` if asked."""
    found = assessment_json(assessment)
    if explained:
        found["explanations"] = [explanation_json(e) | {"forum": code} for code in case.jurisdictions for e in explain_all(assessor, case, code)]
    return json.dumps(found, ensure_ascii=False, indent=2)


FORMS: dict[Format, Callable[[Assessor, Assessment, Case, bool], str]] = {Format.TEXT: text_of, Format.JSON: json_of, Format.MARKDOWN: markdown_of}


def grounds(assessor: Assessor, case: Case) -> str:
    """Explanations of the norms that matter: those in force that bind the professional, the effective ones first."""
    first = ("effective", "defeated", "undetermined", "not_triggered")
    parts = []
    for code in case.jurisdictions:
        found = [e for e in explain_all(assessor, case, code) if e.status in first]
        parts += [explanation_text(assessor, e) for e in sorted(found, key=lambda e: (first.index(e.status), e.norm.id))]
    return "\n\n".join(parts)


@app.command()
def assess(
    case: Annotated[str, typer.Argument(help="A case: .json, .ttl, .jsonld, or - for standard input.")],
    jurisdiction: Annotated[
        list[str] | None, typer.Option("--jurisdiction", "-j", help="Ask under the law of this place instead (repeatable).", show_default=False)
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of the events, YYYY-MM-DD, in place of the case's.", show_default=False)] = None,
    known_as_of: Annotated[str | None, typer.Option("--known-as-of", help="Date of the question: later decisions are not known.", show_default=False)] = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the assessment.")] = Format.TEXT,
    explain: Annotated[bool, typer.Option("--explain", help="Add the grounds of every norm, down to the facts.")] = False,
    ontology: OntologyOption = None,
) -> None:
    """Assess a case: what the professional must, may and must not do, on what authority, and what is still open.

    Example: dutygraph assess examples/tarasoff.json --jurisdiction US-TX --as-of 1990-06-01
    """
    dates = (parse_date(d, option, Location(option)) if d else None for d, option in ((as_of, "--as-of"), (known_as_of, "--known-as-of")))
    assessor = Assessor(knowledge(ontology))
    found = load_case(assessor.kb, case, datetime.datetime.now(tz=datetime.UTC).date(), Overriding(tuple(jurisdiction or ()), *dates))
    print(FORMS[form](assessor, assessor.assess(found), found, explain))  # noqa: T201  printing is what a command is for


@app.command()
def facts(key: Annotated[str, typer.Argument(help="Show only facts whose key contains this.")] = "", ontology: OntologyOption = None) -> None:
    """List the facts that a case can state, with their questions and values."""
    for fact in knowledge(ontology).schema.facts.values():
        if key in fact.key:
            values = "true | false" if fact.yes_no else " | ".join(fact.values)
            presumed = f"  (presumed: {next(v for v, c in fact.values.items() if c == fact.presumed)})" if fact.presumed else ""
            print(f"{fact.key}\n  {fact.question}\n  {values}{presumed}")  # noqa: T201


@app.command()
def jurisdictions(ontology: OntologyOption = None) -> None:
    """List the jurisdictions, with how many norms reach each."""
    kb = knowledge(ontology)
    for place in {p.code: p for p in kb.jurisdictions.values()}.values():
        own = sum(n.jurisdiction == place.iri for n in kb.norms.values())
        print(f"{place.code:12} {place.label:40} {own:4} norms of its own, {len(kb.within_reach(place)):4} reach it")  # noqa: T201


def main() -> None:
    """Run the command; what a user can cure is one message and exit status 2."""
    try:
        app()
    except DutygraphError as error:
        print(f"dutygraph: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
