"""The frame of the command `dutygraph`: how it is called, and what becomes of an error. What it can do is added elsewhere."""

import sys
from collections.abc import Mapping

import typer

from engine.errors import CaseError, DutygraphError

WHERE: Mapping[str, str] = {
    "fact": "`dutygraph facts` lists every fact",
    "class": "`dutygraph facts` lists what a case can state",
    "property": "`dutygraph facts` lists what a case can state",
    "norm": "`dutygraph query norms-binding` lists the norms of a place",
    "jurisdiction": "`dutygraph jurisdictions` lists them",
    "query": "`dutygraph queries` lists them",
    "assessment": "as `dutygraph assess --format json` prints it",
    "place instead": "or use --jurisdiction",
}
"""Where a user of the command finds what an error says to look up (`see`, in engine/errors.py)."""


def new_app() -> typer.Typer:
    """A command without any subcommand yet."""
    return typer.Typer(
        name="dutygraph",
        help="Must, may or must not a professional break confidentiality when a patient threatens violence?",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def run(app: typer.Typer) -> None:
    """Run a command; what a user can cure is one message and exit status 2."""
    try:
        app()
    except DutygraphError as error:
        print(f"dutygraph: {error.told(WHERE) if isinstance(error, CaseError) else error}", file=sys.stderr)  # noqa: T201  a message is printed
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
