"""Positions of the law by place, year and profession, derived by the reasoner from a canonical case, never copied."""

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from engine.assess import Assessor
from engine.case_json import Where, case_of_json
from engine.cases import Said
from engine.clashes import order_kind
from engine.decide import Decision, Ruling, decide
from engine.forum import Forum
from engine.scene import Scene, set_scene

MONTH, DAY = 7, 1
"""The day of a year on which its law is asked: its middle, with what was known then."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A canonical case and what counts. profession: the fact that is varied; acts: keys of actions."""

    title: str
    description: str
    facts: Mapping[str, Any]
    profession: str
    professions: tuple[str, ...]
    protective_acts: tuple[str, ...]
    disclosures: tuple[str, ...]
    start: int


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One place, year and profession.

    position: duty (a norm of law requires a protective act), no_duty (an authority denies one), permission (a norm allows a
    protective disclosure), open (it turns on a fact that the pattern leaves open, or on an unknown date) or no_authority.
    Lists are joined by `; `. checked: whether every norm behind the position has been checked by hand.
    """

    jurisdiction: str
    year: int
    profession: str
    position: str
    duty: str
    permission: str
    denial: str
    immunity: str
    trigger_elements: str
    discharge_acts: str
    citations: str
    confidence: str
    checked: bool


COLUMNS = tuple(f.name for f in fields(PanelRow))
ORDER = {"low": 0, "medium": 1, "high": 2}


def read_pattern(path: Path) -> Pattern:
    """The canonical case of a panel."""
    d = json.loads(path.read_text(encoding="utf-8"))
    professions, acts, disclosures = (tuple(d[key]) for key in ("professions", "protective_acts", "disclosures"))
    return Pattern(d["title"], d["description"], d["facts"], d["profession"], professions, acts, disclosures, d["from"])


def places(assessor: Assessor) -> tuple[str, ...]:
    """Codes of the jurisdictions that have norms of their own."""
    own = {n.jurisdiction for n in assessor.kb.norms.values()}
    return tuple(sorted({p.code for p in assessor.kb.jurisdictions.values() if p.iri in own}))


def panel(assessor: Assessor, pattern: Pattern, codes: Sequence[str], years: Sequence[int], step: Callable[[], None] = lambda: None) -> Iterator[PanelRow]:
    """Every row. The law of a place is decided once for each set of norms in force, for all professions together."""
    scene = lay_out(assessor, pattern)
    for code in codes:
        forum = assessor.forum(code)
        known: dict[tuple[str, ...], list[PanelRow]] = {}
        for year in years:
            day = datetime.date(year, MONTH, DAY)
            key = tuple(str(c.norm.in_force(day, day)) for c in forum.norms.values())
            if key not in known:
                known[key] = rows_of(assessor, pattern, decide(forum, scene, day, day), year)
            yield from (replace_year(row, year) for row in known[key])
        step()


def replace_year(row: PanelRow, year: int) -> PanelRow:
    """The same row for another year."""
    return PanelRow(**{name: getattr(row, name) for name in COLUMNS} | {"year": year})


def lay_out(assessor: Assessor, pattern: Pattern) -> Scene:
    """The canonical case, once for each profession, side by side."""
    schema = assessor.kb.schema
    today = datetime.date(pattern.start, MONTH, DAY)
    case = case_of_json({"jurisdiction": "any", "facts": pattern.facts}, schema, Where("pattern"), today)
    fact = schema.facts[pattern.profession]
    (bearer,) = case.reached(fact.path)
    return set_scene(schema, assessor.kb.template, case, tuple((Said(bearer, fact.values[p], True),) for p in pattern.professions))


def rows_of(assessor: Assessor, pattern: Pattern, decision: Decision, year: int) -> list[PanelRow]:
    """The rows of one place under one set of norms in force."""
    return [row_of(assessor, pattern, decision, year, k) for k in range(len(pattern.professions))]


def row_of(assessor: Assessor, pattern: Pattern, decision: Decision, year: int, column: int) -> PanelRow:
    """One row."""
    legal = [r for r in decision.rulings.values() if order_kind(assessor.kb, r.compiled.norm.order) == "legal"]
    sure: dict[str, list[Ruling]] = {}
    wide: dict[str, list[Ruling]] = {}
    for modality, acts in {
        "obligation": pattern.protective_acts,
        "no_duty": pattern.protective_acts,
        "permission": pattern.disclosures,
        "privilege_exception": pattern.disclosures,
        "immunity": pattern.protective_acts,
    }.items():
        rows = act_rows(decision, acts, column)
        mine = [r for r in legal if r.compiled.norm.modality == modality]
        sure[modality] = [r for r in mine if r.surely & r.covers.holds & rows and speaks(r, acts)]
        wide[modality] = [r for r in mine if r.possibly & rows & ~r.covers.surely_not and speaks(r, acts)]
    allowed = sure["permission"] + sure["privilege_exception"]
    position = position_of(sure, wide, allowed)
    behind = {"duty": sure["obligation"], "no_duty": sure["no_duty"], "permission": allowed, "open": wide["obligation"]}.get(position, [])
    norms = [r.compiled.norm for r in behind]
    return PanelRow(
        decision.forum.place.code,
        year,
        pattern.professions[column],
        position,
        ids(sure["obligation"]),
        ids(allowed),
        ids(sure["no_duty"]),
        ids(sure["immunity"]),
        "; ".join(elements(assessor, decision.forum, behind)),
        "; ".join(dict.fromkeys(leaf.action for r in sure["obligation"] for leaf in r.compiled.leaves if leaf.action)),
        "; ".join(dict.fromkeys(n.source.cited for n in norms)),
        min((n.source.confidence for n in norms), key=lambda c: ORDER.get(c, 0), default=""),
        all(n.checked for n in norms),
    )


def position_of(sure: Mapping[str, list[Ruling]], wide: Mapping[str, list[Ruling]], allowed: list[Ruling]) -> str:
    """The position, the strongest first. A denial counts before a permission, and an open duty before both."""
    if sure["obligation"]:
        return "duty"
    if wide["obligation"]:
        return "open"
    if sure["no_duty"]:
        return "no_duty"
    if allowed:
        return "permission"
    return "open" if wide["permission"] or wide["privilege_exception"] or wide["no_duty"] else "no_authority"


def speaks(ruling: Ruling, acts: Sequence[str]) -> bool:
    """Whether a norm with a requirement names one of the acts; others speak of whatever they regulate."""
    named = {leaf.action for leaf in ruling.compiled.leaves if leaf.action}
    return ruling.compiled.norm.requires is None or bool(named & set(acts))


def act_rows(decision: Decision, acts: Iterable[str], column: int) -> int:
    """The rows of some acts in one column."""
    n, slots = decision.world.cases, decision.scene.act_slots
    return sum(1 << slots[act] * n + column for act in acts)


def ids(rulings: Iterable[Ruling]) -> str:
    """Ids of norms."""
    return "; ".join(r.compiled.norm.id for r in rulings)


def elements(assessor: Assessor, forum: Forum, rulings: Iterable[Ruling]) -> Iterable[str]:
    """The facts and values that the triggers of norms name, in the order of their programs."""
    found: dict[str, None] = {}
    for ruling in rulings:
        for place in ruling.compiled.order:
            node = forum.program.nodes[place]
            fact = assessor.kb.schema.fact_of.get(getattr(node, "iri", ""))
            if fact is not None and place != ruling.compiled.bearer and fact[0].path[:1] != (assessor.kb.schema.bearer_role,):
                found[f"{fact[0].key}={fact[1]}"] = None
    return found
