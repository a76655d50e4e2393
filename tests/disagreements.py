"""Where the panel and a published table differ: the table beside the norms that the engine's position rests on."""

import datetime
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from engine.assess import Assessor
from engine.case_json import Where, case_of_json
from engine.cases import Case
from engine.clashes import order_kind
from engine.explanations.obstacles import about, obstacles
from engine.explanations.words import citation
from engine.judged import Judged
from engine.panel import DAY, MONTH, PanelRow, panel, read_pattern

FOLDER = Path(__file__).resolve().parents[1] / "queries" / "panel"
HEAD = """# The panel beside a published table

Written by `make docs`. The table: {source}.

Its groups are set beside the position that the engine derives for {profession}s in {year} on the
[canonical case](../queries/panel/pattern.json). A difference is no error of either side by itself: the table speaks of a state in
one word, the panel of one profession, one set of facts and one date. `open` means that the start of a provision is not known or
that a fact left open decides. Norms in brackets have not been checked by hand. The last column cites the sources of the engine's position and,
where no duty is sure, the duty that comes nearest with what is in its way, as `dutygraph explain --why-not` derives it; the law files say what was read.

"""


def rows_of(assessor: Assessor, code: str, year: int, profession: str) -> PanelRow:
    """The row of a place, year and profession."""
    pattern = read_pattern(FOLDER / "pattern.json")
    return next(r for r in panel(assessor, pattern, [code], [year]) if r.profession == profession)


def canonical(assessor: Assessor, code: str, year: int, profession: str) -> Case:
    """The canonical case of one profession in a place, on the panel's day of a year."""
    pattern = read_pattern(FOLDER / "pattern.json")
    day = datetime.date(year, MONTH, DAY)
    document = {"jurisdiction": code, "facts": pattern.facts | {pattern.profession: profession}}
    case = case_of_json(document, assessor.kb.schema, Where("pattern"), day)
    return replace(case, law_as_of=day, known_as_of=day)


def why(assessor: Assessor, row: PanelRow) -> str:
    """The sources of a position; and, where no duty is sure, the duty that comes nearest, with what is in its way."""
    ids = [i for cell in (row.duty, row.denial, row.permission) for i in cell.split("; ") if i]
    said = [citation(assessor.kb.by_id[i]) for i in dict.fromkeys(ids)]
    if not row.duty:
        judged = Judged(assessor.decide(canonical(assessor, row.jurisdiction, row.year, row.profession), row.jurisdiction))
        said += nearest_duty(assessor, judged)
    return "; ".join(said).replace("|", "/") or "no norm of law is about the protective acts"


def nearest_duty(assessor: Assessor, judged: Judged) -> list[str]:
    """The duty of law that fewest conditions keep from binding."""
    acts = read_pattern(FOLDER / "pattern.json").protective_acts
    duties = {iri for act in acts for iri in about(judged, "obligation", act)}
    legal = [iri for iri in duties if order_kind(assessor.kb, assessor.kb.norms[iri].order) == "legal"]
    found = {iri: obstacles(judged, iri) for iri in legal}
    found = {iri: those for iri, those in found.items() if those and not any(o.stage == "bearer" and o.value == "no" for o in those)}
    if not found:
        return ["no duty of law is in question for the profession"]
    best = min(found, key=lambda iri: (sum(o.value == "no" for o in found[iri]), len(found[iri]), iri))
    ways = ", ".join(f"{'open' if o.value == 'unknown' else 'fails'}: {o.text.removeprefix('not known: ')}" for o in found[best])
    return [f"nearest duty {citation(assessor.kb.norms[best])} ({ways})"]


def norms_behind(assessor: Assessor, row: PanelRow) -> str:
    """The norms of a row, those not checked in brackets."""
    ids = [i for cell in (row.duty, row.denial, row.permission) for i in cell.split("; ") if i]
    checked = {n.id: n.checked for n in assessor.kb.norms.values()}
    return ", ".join(i if checked[i] else f"({i})" for i in dict.fromkeys(ids)) or "none surely in force"


def agrees(row: PanelRow, group: str) -> bool:
    """Whether a row says what a group of the table says. No duty together with a permission is the table's permission."""
    return row.position == group or (group == "permission" and row.position == "no_duty" and bool(row.permission))


def page(assessor: Assessor) -> str:
    """docs/disagreements.md."""
    table = json.loads((FOLDER / "published.json").read_text(encoding="utf-8"))
    lines, agree = [], Counter[bool]()
    for name, group in table["groups"].items():
        for place in group["places"]:
            row = rows_of(assessor, table["prefix"] + place, table["year"], table["profession"])
            same = agrees(row, group["position"])
            agree[same] += 1
            if not same:
                lines.append(f"| {row.jurisdiction} | {name} | {row.position} | {norms_behind(assessor, row)} | {why(assessor, row)} |\n")
    head = HEAD.format(**{k: table[k] for k in ("source", "year", "profession")})
    body = f"{agree[True]} of {agree.total()} places agree; the others:\n\n| Place | Table | Engine | Norms | What explains it |\n|---|---|---|---|---|\n"
    return head + body + "".join(lines)
