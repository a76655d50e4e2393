"""The command `dutygraph explain`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.assess import Assessor
from engine.case_json import Where, refuse_unknown
from engine.cases import Case
from engine.errors import CaseError, Location
from engine.explanations import EXPLANATIONS, Ask, Desk, Document
from engine.forms import render
from engine.graph import dataset_files
from engine.knowledge import Knowledge
from engine.options import AsOfOption, CaseArgument, KnownOption, OntologyOption, PlacesOption, knowledge, ontology_root, read_case
from engine.store import AssessmentStore


class ExplanationForm(StrEnum):
    """Forms of an explanation."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    TURTLE = "turtle"
    JSONLD = "jsonld"
    MERMAID = "mermaid"
    SVG = "svg"


Norm = Annotated[str | None, typer.Option("--why", help="Why this norm stands as it does.", metavar="NORM", show_default=False)]
ANSWER = "MODALITY:ACT"


def explain(
    case: CaseArgument,
    why: Norm = None,
    why_not: Annotated[
        str | None, typer.Option(help="Why this norm, or this answer, does not hold: the nearest failing conditions.", metavar=f"NORM|{ANSWER}")
    ] = None,
    missing: Annotated[str | None, typer.Option(help="Which unknown facts would settle it.", metavar=f"NORM|{ANSWER}")] = None,
    what_if: Annotated[str | None, typer.Option(help="The smallest changes of facts that gain or lose it.", metavar=f"NORM|{ANSWER}[=yes|no]")] = None,
    next_question: Annotated[bool, typer.Option("--next-question", help="Which unknown fact settles most open answers.")] = False,
    contrast: Annotated[str | None, typer.Option(help="Why here and not there, then and not now. Narrow it with --of.", metavar="PLACE|DATE")] = None,
    balance: Annotated[str | None, typer.Option(help="What speaks for and against an act, or `all`.", metavar="ACT|all")] = None,
    compliance: Annotated[bool, typer.Option("--compliance", help="What was done, what is open, what a breach triggers.")] = False,
    timeline: Annotated[str | None, typer.Option(help="On which dates an answer changes, or `all`.", metavar=f"{ANSWER}|all")] = None,
    of: Annotated[str | None, typer.Option("--of", help="The answer that a contrast is about.", metavar=ANSWER)] = None,
    clock: Annotated[str, typer.Option(help="Which date a timeline moves: `law` (the events) or `known` (the question).")] = "law",
    form: Annotated[ExplanationForm, typer.Option("--format", "-f", help="How to write it.")] = ExplanationForm.TEXT,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write, in place of standard output.", show_default=False)] = None,
    store: Annotated[Path | None, typer.Option("--store", help="Keep the assessment in this folder, to query it in SPARQL.", show_default=False)] = None,
    jurisdiction: PlacesOption = None,
    as_of: AsOfOption = None,
    known_as_of: KnownOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Explain an assessment: each explanation is the result of a named SPARQL query over the law and the recorded assessment.

    Example: dutygraph explain examples/tarasoff.json --contrast US-TX --of obligation:warn_victim --format svg --out contrast.svg
    """
    given = {"why": why, "why-not": why_not, "missing": missing, "what-if": what_if, "next-question": next_question}
    given |= {"contrast": contrast, "balance": balance, "compliance": compliance, "timeline": timeline}
    chosen = {name: value for name, value in given.items() if value}
    if len(chosen) != 1:
        raise typer.BadParameter(f"give one of {', '.join(f'--{name}' for name in given)}")
    ((name, value),) = chosen.items()
    assessor = Assessor(knowledge(ontology))
    found = read_case(assessor, case, jurisdiction, as_of, known_as_of)
    ask = ASKS[name](assessor.kb, str(value), of or "", clock)
    files = dataset_files(ontology_root(ontology))
    document = Desk(assessor, files).explain(found, EXPLANATIONS[name], ask)
    if store:
        keep(store, files, assessor.kb, document)
    write(render(document, form), out)


def write(text: str, out: Path | None) -> None:
    """To a file, or to standard output."""
    if out is None:
        print(text, end="")  # noqa: T201  printing is what a command is for
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CaseError(Location(str(out)), f"cannot be written: {error.strerror}", "name a file in a folder that exists") from error


def keep(path: Path, files: tuple[Path, ...], kb: Knowledge, document: Document) -> None:
    """Keep the recorded assessment beside its law."""
    store = AssessmentStore(path)
    store.put_law(files, kb.digest)
    store.keep(document.graph, document.triples)


def answer(kb: Knowledge, text: str) -> tuple[str, str]:
    """`obligation:warn_victim` as modality and act; an unknown one is refused with the nearest."""
    modality, _, act = text.partition(":")
    refuse_unknown([modality], {n.modality for n in kb.norms.values()}, Where("--of"), "modality")
    refuse_unknown([act], kb.schema.actions, Where("--of"), "action")
    return modality, act


def norm_ask(kb: Knowledge, value: str, of: str, clock: str) -> Ask:
    """About a norm."""
    refuse_unknown([value], kb.by_id, Where("--why"), "norm")
    return Ask(norm=value)


def norm_or_answer(kb: Knowledge, value: str, of: str, clock: str) -> Ask:
    """About a norm or an answer."""
    return answer_ask(kb, value, of, clock) if ":" in value else norm_ask(kb, value, of, clock)


def wanted_ask(kb: Knowledge, value: str, of: str, clock: str) -> Ask:
    """About a norm or an answer, and perhaps the answer to reach."""
    target, _, wanted = value.partition("=")
    if wanted not in ("", "yes", "no"):
        raise typer.BadParameter(f"--what-if ends in =yes or =no, not ={wanted}")
    return replace(norm_or_answer(kb, target, of, clock), wanted=wanted)


def answer_ask(kb: Knowledge, value: str, of: str, clock: str) -> Ask:
    """About an answer, or all of them."""
    if clock not in ("law", "known"):
        raise typer.BadParameter(f"--clock is law or known, not {clock}")
    modality, act = ("", "") if value == "all" else answer(kb, value)
    return Ask(modality=modality, act=act, clock=clock)


def contrast_ask(kb: Knowledge, value: str, of: str, clock: str) -> Ask:
    """Against a place or a date, about one answer or all that differ."""
    modality, act = answer(kb, of) if of else ("", "")
    return Ask(against=value, modality=modality, act=act)


def act_ask(kb: Knowledge, value: str, of: str, clock: str) -> Ask:
    """About an act, or all of them."""
    if value != "all":
        refuse_unknown([value], kb.schema.actions, Where("--balance"), "action")
    return Ask(act="" if value == "all" else value)


ASKS: Mapping[str, Callable[[Knowledge, str, str, str], Ask]] = {
    "why": norm_ask,
    "why-not": norm_or_answer,
    "missing": norm_or_answer,
    "what-if": wanted_ask,
    "next-question": lambda _kb, _value, _of, _clock: Ask(),
    "contrast": contrast_ask,
    "balance": act_ask,
    "compliance": lambda _kb, _value, _of, _clock: Ask(),
    "timeline": answer_ask,
}


def explained(assessor: Assessor, case: Case, files: tuple[Path, ...], wanted: list[tuple[str, str]]) -> list[Document]:
    """Why each of some norms, by forum and id, stands as it does."""
    desk = Desk(assessor, files)
    return [desk.explain(case, EXPLANATIONS["why"], Ask(norm=norm, jurisdiction=code)) for code, norm in wanted]
