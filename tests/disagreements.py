"""Where the panel and a published table differ: the table beside the norms that the engine's position rests on."""

import json
from collections import Counter
from pathlib import Path

from engine.assess import Assessor
from engine.panel import PanelRow, panel, read_pattern

FOLDER = Path(__file__).resolve().parents[1] / "queries" / "panel"
HEAD = """# The panel beside a published table

Written by `make docs`. The table: {source}.

Its groups are set beside the position that the engine derives for {profession}s in {year} on the
[canonical case](../queries/panel/pattern.json). A difference is no error of either side by itself: the table speaks of a state in
one word, the panel of one profession, one set of facts and one date. `open` means that the start of a provision is not known or
that a fact left open decides. Norms in brackets have not been checked by hand.

"""


def rows_of(assessor: Assessor, code: str, year: int, profession: str) -> PanelRow:
    """The row of a place, year and profession."""
    pattern = read_pattern(FOLDER / "pattern.json")
    return next(r for r in panel(assessor, pattern, [code], [year]) if r.profession == profession)


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
                lines.append(f"| {row.jurisdiction} | {name} | {row.position} | {norms_behind(assessor, row)} |\n")
    head = HEAD.format(**{k: table[k] for k in ("source", "year", "profession")})
    body = f"{agree[True]} of {agree.total()} places agree; the others:\n\n| Place | Table | Engine | Norms |\n|---|---|---|---|\n"
    return head + body + "".join(lines)
