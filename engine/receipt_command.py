"""The commands `dutygraph receipt` and `dutygraph verify`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.assess import Assessor
from engine.case_files import read_text
from engine.explain_command import write
from engine.explanations.desk import engine_version
from engine.graph import ontology_files
from engine.options import AsOfOption, CaseArgument, KnownOption, OntologyOption, PlacesOption, knowledge, ontology_root, read_case
from engine.receipt import law_hashes, make_receipt, read_receipt, repeat


def receipt(
    case: CaseArgument,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write, in place of standard output.", show_default=False)] = None,
    jurisdiction: PlacesOption = None,
    as_of: AsOfOption = None,
    known_as_of: KnownOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Assess a case and write a receipt: hash of the law, engine, dates, facts and result, for anybody to repeat with `dutygraph verify`."""
    assessor = Assessor(knowledge(ontology))
    found = read_case(assessor, case, jurisdiction, as_of, known_as_of)
    root = ontology_root(ontology)
    made = make_receipt(found, assessor.assess(found), law_hashes(ontology_files(root), root), engine_version())
    write(json.dumps(made, ensure_ascii=False, indent=1) + "\n", out)


def verify(
    file: Annotated[str, typer.Argument(help="A receipt, or - for standard input.", metavar="RECEIPT")],
    ontology: OntologyOption = None,
) -> None:
    """Repeat the assessment of a receipt and say what changed. Exit status 1 if an answer or a status is not as before."""
    assessor, root = Assessor(knowledge(ontology)), ontology_root(ontology)
    found = read_receipt(read_text(file), file)
    compared = repeat(assessor, found, law_hashes(ontology_files(root), root), engine_version())
    for line in compared.lines:
        print(line)  # noqa: T201  printing is what a command is for
    print("the result is the same" if compared.same else "the result is not the same")  # noqa: T201  printing is what a command is for
    raise typer.Exit(0 if compared.same else 1)
