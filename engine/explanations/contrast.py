"""Contrast: why here and not there, why then and not now. The conditions that make the difference, norm by norm."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.assessment import Outcomes
from engine.case_files import canonical
from engine.case_json import parse_date
from engine.cases import Case
from engine.errors import Location
from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.obstacles import about, obstacles, write_obstacles
from engine.explanations.why_not import OPEN, STAGES, note
from engine.explanations.words import citation, modal, phrase
from engine.judged import Judged
from engine.knowledge import Knowledge
from engine.record.quads import Quads, iri, text

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
SHOWN = 3
"""Most norms of one side that are shown to fall short; the nearest come first."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two situations compared. name: `here` or `there`."""

    name: str
    label: str
    judged: Judged
    outcomes: Outcomes


def other_case(kb: Knowledge, case: Case, against: str) -> Case:
    """The same facts in another place, or on another date."""
    if ISO_DATE.match(against):
        day = parse_date(against, "against", Location("contrast"))
        return replace(case, law_as_of=day, known_as_of=max(case.known_as_of, day))
    return replace(case, jurisdictions=canonical(kb, (against,), Location("contrast")))


def record(setting: Setting) -> Sequence[str]:
    """Write every answer that differs, with the norms that ground it on one side and what they lack on the other."""
    here, there = sides(setting)
    wanted = [(setting.ask.modality, setting.ask.act)] if setting.ask.act else list(differing(here.outcomes, there.outcomes))
    for modality, act in wanted:
        write_contrast(setting, here, there, modality, act)
    return ()


def sides(setting: Setting) -> tuple[Side, Side]:
    """The case as it is, and under the other law; answers settled on both sides."""
    assessor, kb, case = setting.assessor, setting.kb, setting.case
    other = other_case(kb, replace(case, jurisdictions=(setting.code,)), setting.ask.against)
    code = other.jurisdictions[0]
    outcomes = next(f.outcomes for f in setting.assessment.forums if f.jurisdiction == setting.code)
    here = Side("here", label(kb, setting.code, case.law_as_of), setting.judged, outcomes)
    there = Side("there", label(kb, code, other.law_as_of), Judged(assessor.decide(other, code)), assessor.assess(other).forums[0].outcomes)
    return here, there


def label(kb: Knowledge, code: str, day: datetime.date) -> str:
    """A place and a date."""
    return f"{kb.jurisdictions[code].label}, {day.isoformat()}"


def differing(here: Outcomes, there: Outcomes) -> Iterable[tuple[str, str]]:
    """(modality, act) of the answers that differ; an act that no norm is about has the answer `no authority`."""
    for modality in dict.fromkeys([*here, *there]):
        for act in dict.fromkeys([*here.get(modality, {}), *there.get(modality, {})]):
            if answer(here, modality, act) != answer(there, modality, act):
                yield modality, act


def answer(outcomes: Outcomes, modality: str, act: str) -> str:
    """The answer; `no authority` where no norm is about it, and `denied` where one says the contrary and none says it."""
    found = outcomes.get(modality, {}).get(act)
    word = found.answer if found else "no authority"
    denial = outcomes.get(DENIALS.get(modality, ""), {}).get(act)
    return "denied" if word in ("no", "no authority") and denial and denial.answer == "yes" else word


DENIALS = {"obligation": "no_duty"}
"""Modality → the one by which an authority denies it."""


def write_contrast(setting: Setting, here: Side, there: Side, modality: str, act: str) -> None:
    """One answer on both sides."""
    quads, kb = setting.quads, setting.kb
    named = [("modality", text(modality)), ("actName", text(act))]
    node = quads.make("contrast", "Contrast", named)
    for side, opposite in ((here, there), (there, here)):
        value = answer(side.outcomes, modality, act)
        own = quads.make("side", "Side", [("ofContrast", node), ("side", text(side.name)), ("label", text(side.label)), ("answer", text(value))])
        outcome = side.outcomes.get(modality, {}).get(act)
        grounds = [kb.by_id[n].iri for n in outcome.norms] if outcome else []
        quads.add(own, [("groundedOn", iri(n)) for n in grounds])
        denial = side.outcomes.get(OPPOSITE.get(modality, ""), {}).get(act)
        quads.add(own, [("deniedBy", iri(kb.by_id[n].iri)) for n in denial.norms] if denial and denial.answer == "yes" else [])
        missing = [kb.by_id[n].iri for n in (opposite.outcomes.get(modality, {}).get(act) or EMPTY).norms]
        write_shortfalls(quads, own, side, modality, act, [n for n in missing if n not in grounds])


OPPOSITE = {"obligation": "no_duty", "no_duty": "obligation", "permission": "prohibition", "prohibition": "permission"}
"""Modality → the one by which a norm says the contrary of it."""


@dataclass(frozen=True, slots=True)
class _Empty:
    norms: tuple[str, ...] = ()


EMPTY = _Empty()


def write_shortfalls(quads: Quads, own: str, side: Side, modality: str, act: str, missing: Sequence[str]) -> None:
    """What the other side's norms, and the nearest of this side's own, lack here."""
    candidates = dict.fromkeys([*(n for n in missing if n in side.judged.decision.rulings), *about(side.judged, modality, act)])
    found = {norm: obstacles(side.judged, norm, act) for norm in candidates}
    nearest = sorted((n for n in found if found[n]), key=lambda n: (n not in missing, len(found[n]), n))[:SHOWN]
    for norm in nearest:
        node = quads.make("shortfall", "Shortfall", [("onSide", own), ("ofNorm", iri(norm))])
        write_obstacles(quads, ("keepsFrom", node), found[norm])


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """Each differing answer: both sides, their grounds, and what is in the way where it does not hold."""
    if not rows:
        return (Item("Every answer is the same on both sides", "yes"),)
    by_contrast: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_contrast.setdefault((row["modality"], row["act"]), []).append(row)
    return tuple(
        Item(f"The professional {modal(m)} {phrase(kb, act)}", "", "", tuple(side_item(kb, mine, name) for name in ("here", "there")))
        for (m, act), mine in by_contrast.items()
    )


ANSWERS = {"yes": "yes", "no": "no", "depends": "unknown", "contradictory": "contradictory", "no authority": "no", "denied": "no"}


def side_item(kb: Knowledge, rows: Sequence[Row], name: str) -> Item:
    """One side of a contrast."""
    mine = [r for r in rows if r["side"] == name]
    grounds = dict.fromkeys(r["ground"] for r in mine if r["ground"])
    below = [Item(f"{citation(kb.norms[g])} — {kb.norms[g].label}", "", kb.norms[g].id) for g in grounds]
    denials = dict.fromkeys(r["denial"] for r in mine if r["denial"])
    below += [Item(f"denied by {citation(kb.norms[d])} — {kb.norms[d].label}", "", kb.norms[d].id) for d in denials]
    short: dict[str, list[Row]] = {}
    for row in mine:
        if row["norm"] and row["norm"] not in grounds:
            short.setdefault(row["norm"], []).append(row)
    below += [shortfall_item(kb, norm, found) for norm, found in short.items()] if mine[0]["answer"] != "yes" else []
    if mine[0]["answer"] == "no authority" and not below:
        below = [Item("no norm that reaches the place is about it: that is no authority on point, not a ruling either way")]
    return Item(f"{mine[0]['label']}: {mine[0]['answer']}", ANSWERS[mine[0]["answer"]], "", tuple(below))


def shortfall_item(kb: Knowledge, norm_iri: str, rows: Sequence[Row]) -> Item:
    """What a norm lacks on this side."""
    norm = kb.norms[norm_iri]
    unique = {(r["stage"], r["text"]): r for r in rows}.values()
    below = tuple(Item(f"{(STAGES if r['value'] == 'no' else OPEN)[r['stage']]}: {r['text'].removeprefix('not known: ')}", r["value"], note(r)) for r in unique)
    return Item(f"{citation(norm)} — {norm.label}", "no" if any(r["value"] == "no" for r in unique) else "unknown", norm.id, below)


def title(kb: Knowledge, ask: Ask) -> str:
    """The two sides."""
    what = f"whether the professional {modal(ask.modality)} {phrase(kb, ask.act)}" if ask.act else "what the law says"
    return f"Contrast with {ask.against}: {what}"


CONTRAST = Kind("contrast", "why here and not there, or why then and not now", ("against",), record, items, title, (), "settled")
