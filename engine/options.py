"""What several commands share: the ontology to use, the dates to ask about, the case to read."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from engine.assess import Assessor
from engine.cache import load_cached
from engine.case_files import Overriding, load_case
from engine.case_json import parse_date
from engine.cases import Case
from engine.errors import Location
from engine.knowledge import Knowledge
from engine.paths import data

OntologyOption = Annotated[
    Path | None, typer.Option("--ontology", help="Folder of Turtle files to use in place of the one that comes with dutygraph.", show_default=False)
]
CaseArgument = Annotated[str, typer.Argument(help="A case: .json, .ttl, .jsonld, or - for standard input.")]
PlacesOption = Annotated[
    list[str] | None, typer.Option("--jurisdiction", "-j", help="Ask under the law of this place instead (repeatable).", show_default=False)
]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="Date of the events, YYYY-MM-DD, in place of the case's.", show_default=False)]
KnownOption = Annotated[str | None, typer.Option("--known-as-of", help="Date of the question: later decisions are not known.", show_default=False)]


def ontology_root(folder: Path | None) -> Path:
    """The folder of the ontology to use."""
    root = folder or data("ontology")
    if not root.is_dir():
        raise typer.BadParameter(f"{root} is not a folder")
    return root.resolve()


def knowledge(folder: Path | None) -> Knowledge:
    """The body of norms to use."""
    return load_cached(ontology_root(folder))


def today() -> datetime.date:
    """The date of the question, where nothing else is said."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def read_case(assessor: Assessor, path: str, places: list[str] | None, as_of: str | None, known_as_of: str | None) -> Case:
    """The case that a command is asked about, under the places and dates that it names."""
    dates = (parse_date(d, option, Location(option)) if d else None for d, option in ((as_of, "--as-of"), (known_as_of, "--known-as-of")))
    return load_case(assessor.kb, path, today(), Overriding(tuple(places or ()), *dates))
