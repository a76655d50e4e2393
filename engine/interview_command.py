"""The command `dutygraph interview`: asks what matters, one question at a time, until the answers are settled."""

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from engine.assess import Assessor
from engine.case_files import canonical
from engine.case_json import Where, case_of_json, parse_date, refuse_unknown
from engine.case_write import case_json
from engine.cases import Case
from engine.errors import CaseError, DutygraphError, Location
from engine.options import AsOfOption, KnownOption, OntologyOption, knowledge, read_case, today
from engine.report import WIDTH, write_report
from engine.search.interview import NONE, Ask, Step, answered, reason, reply_of, step, targets_about
from engine.search.spots import Spot
from engine.search.targets import Target

HELP = "Answer with a number{several}; ? for don't know; b to go back; w to hear why; q to stop here."


@dataclass(frozen=True)
class Place:
    """Where the conversation is: the case so far and what was skipped. before: the place before the last answer."""

    case: Case
    skipped: frozenset[Spot] = frozenset()
    before: "Place | None" = None
    answers: int = 0


def interview(
    case: Annotated[str | None, typer.Argument(help="A case to start from: .json, .ttl or .jsonld.", show_default=False)] = None,
    jurisdiction: Annotated[list[str] | None, typer.Option("--jurisdiction", "-j", help="Whose law to ask about (repeatable).", show_default=False)] = None,
    as_of: AsOfOption = None,
    known_as_of: KnownOption = None,
    about: Annotated[
        list[str] | None, typer.Option("--about", help="Only these answers matter: a modality, or MODALITY:ACT (repeatable).", show_default=False)
    ] = None,
    save: Annotated[Path | None, typer.Option("--save", "-s", help="File to write the case to, as JSON.", show_default=False)] = None,
    ontology: OntologyOption = None,
) -> None:
    """Ask for the facts that matter, and only those, until every answer is settled; then show the assessment.

    Example: dutygraph interview --jurisdiction US-CA --about obligation --save case.json
    """
    assessor = Assessor(knowledge(ontology))
    start = first_case(assessor, case, jurisdiction, as_of, known_as_of)
    targets = wanted(assessor, start, about or [])
    if save is not None and not save.parent.is_dir():
        raise CaseError(Location(str(save)), "cannot be written: no such folder", "name a file in a folder that exists")
    end = converse(assessor, Place(start), targets)
    say("\n" + write_report(assessor.kb, assessor.assess(end.case)))
    if save is not None:
        keep(assessor, end.case, save)


def first_case(assessor: Assessor, path: str | None, places: list[str] | None, as_of: str | None, known_as_of: str | None) -> Case:
    """The case to start from: a file, or one in which nothing is said."""
    if path is not None:
        return read_case(assessor, path, places, as_of, known_as_of)
    if not places:
        raise CaseError(Location("--jurisdiction"), "no jurisdiction is given", "add --jurisdiction US-CA, or a case to start from")
    where = Where("interview")
    law = parse_date(as_of, "--as-of", Location("--as-of")) if as_of else today()
    known = parse_date(known_as_of, "--known-as-of", Location("--known-as-of")) if known_as_of else max(today(), law)
    empty = case_of_json({"jurisdiction": list(places), "facts": {}}, assessor.kb.schema, where, law)
    return replace(empty, jurisdictions=canonical(assessor.kb, empty.jurisdictions, Location("--jurisdiction")), law_as_of=law, known_as_of=known)


def wanted(assessor: Assessor, case: Case, about: Sequence[str]) -> tuple[Target, ...] | None:
    """The answers that matter; None for all."""
    if not about:
        return None
    found: list[Target] = []
    for text in about:
        modality, _, act = text.partition(":")
        refuse_unknown([modality], sorted({n.modality for n in assessor.kb.norms.values()}), Where("--about"), "modality")
        if act:
            refuse_unknown([act], assessor.kb.schema.actions, Where("--about"), "action")
        found += targets_about(assessor, case, modality, act)
    return tuple(dict.fromkeys(found))


def converse(assessor: Assessor, place: Place, targets: tuple[Target, ...] | None) -> Place:
    """Ask and listen until there is nothing left to ask, or the answers end."""
    lines = heard()
    here = step(assessor, place.case, targets, place.skipped)
    while here.ask is not None:
        put(assessor, here, place.answers)
        words = choice(assessor, here, lines)
        if words is None:
            say("Stopped. What is not settled is said below to depend on what is not known.")
            return place
        if words == BACK:
            place = place.before or place
        else:
            case = answered(assessor, place.case, here.ask.spot, words)
            skipped = place.skipped if words else place.skipped | {here.ask.spot}
            place = Place(case, skipped, place, place.answers + 1)
        here = step(assessor, place.case, targets, place.skipped)
    say(closing(here, place.answers))
    return place


def heard() -> Iterator[str]:
    """Lines from standard input, without the spaces around them."""
    for line in sys.stdin:
        yield line.strip()


def put(assessor: Assessor, here: Step, answers: int) -> None:
    """Show a question: progress, the question, why it is asked, the options."""
    ask = here.ask
    assert ask is not None
    settled = sum(len(found) for found in here.settled.values())
    say(f"\n[{answers} answered · {settled} of {settled + len(here.open)} answers settled]")
    say(ask.question + (f" ({ask.about})" if ask.about else ""))
    say(textwrap.fill(f"Asked because {reason(assessor.kb, ask)}.", WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
    for number, option in enumerate(ask.options, start=1):
        say(f"  {number:2}  {option.text}")
    say(HELP.format(several=", or several with commas" if ask.several else ""))


BACK = ("b",)
STOP = frozenset(("q", "quit", "exit"))
UNSURE = frozenset(("?", "d", "don't know", "dont know", "unknown"))


def choice(assessor: Assessor, here: Step, lines: Iterator[str]) -> tuple[str, ...] | None:
    """The words chosen; none for not known; BACK; None where the answers end. What is not understood is asked again."""
    ask = here.ask
    assert ask is not None
    fact = assessor.kb.schema.facts[ask.spot.fact]
    while True:
        typer.echo("> ", nl=False)
        line = next(lines, None)
        if line is None or line.lower() in STOP:
            return None
        if line.lower() in UNSURE:
            return ()
        if line.lower() == "b":
            return BACK
        if line.lower() == "w":
            say(why(assessor, ask))
            continue
        try:
            words = tuple(read_choice(ask, part.strip()) for part in line.split(","))
            reply_of(fact, words)
        except DutygraphError as error:
            say(f"  {error}")
            continue
        return words


def read_choice(ask: Ask, text: str) -> str:
    """An option by its number, its word or its text."""
    for number, option in enumerate(ask.options, start=1):
        if text.lower() in (str(number), option.word.lower(), option.text.lower()):
            return option.word
    names = ", ".join(option.word for option in ask.options if option.word != NONE)
    raise CaseError(Location("answer"), f"{text!r} is none of the answers", f"a number from 1 to {len(ask.options)}, or one of: {names}")


def why(assessor: Assessor, ask: Ask) -> str:
    """The reason in full: what the fact means, and every norm that looks at it."""
    kb = assessor.kb
    lines = [f"  {ask.definition}"] if ask.definition else []
    lines += [f"  · {kb.by_id[n].source.cited or n}: {kb.by_id[n].label}" for n in ask.norms]
    return "\n".join([*lines, f"  It is expected to settle {ask.settles:.1f} answers at once."])


def closing(here: Step, answers: int) -> str:
    """What the end of the questions means."""
    settled = sum(len(found) for found in here.settled.values())
    lines = [f"\nNothing more to ask after {answers} answers: {settled} of {settled + len(here.open)} answers are settled, whatever else is true."]
    if here.stuck:
        lines.append(f"{len(here.stuck)} depend on what is not known, or could be said more precisely.")
    return "\n".join([*lines, *([here.limit] if here.limit else [])])


def keep(assessor: Assessor, case: Case, path: Path) -> None:
    """Write the case as JSON."""
    try:
        path.write_text(json.dumps(case_json(assessor.kb.schema, case), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CaseError(Location(str(path)), f"cannot be written: {error.strerror}", "name a file that can be written") from error
    say(f"Case written to {path}: dutygraph assess {path}")


def say(text: str) -> None:
    """Print to standard output."""
    print(text, flush=True)  # noqa: T201  talking is what this command is for
