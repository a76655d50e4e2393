"""Explanations through RDF and SPARQL: what each costs for the facts of Tarasoff under today's law of California.

Prints a table in Markdown; medians of one process on a noisy machine.
"""

import datetime
import sys
from dataclasses import replace
from pathlib import Path

from timing import median_ms

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.assess import Assessor  # noqa: E402  the folder of the sources is put in the path first
from engine.case_files import load_case  # noqa: E402  the folder of the sources is put in the path first
from engine.explanations import EXPLANATIONS, Ask, Desk  # noqa: E402  the folder of the sources is put in the path first
from engine.forms import render  # noqa: E402  the folder of the sources is put in the path first
from engine.graph import ontology_files  # noqa: E402  the folder of the sources is put in the path first
from engine.knowledge import load  # noqa: E402  the folder of the sources is put in the path first

TODAY = datetime.date(2026, 11, 24)
NORM = Ask(norm="us-ca-civ-43-92")
WARN = Ask(modality="obligation", act="warn_victim")
OPEN = Ask(modality="permission", act="warn_family_of_victim")
ASKS = {
    "why": NORM,
    "why-not": OPEN,
    "missing": OPEN,
    "what-if": WARN,
    "contrast": replace(WARN, against="US-TX"),
    "next-question": Ask(),
    "balance": Ask(act="warn_victim"),
    "compliance": Ask(),
    "timeline": WARN,
}
GOALS = {"why": 5, "what-if": 50, "next-question": 20}


def main() -> None:
    """Time every kind, the parts of *why*, and the picture."""
    desk = Desk(Assessor(load(ROOT / "ontology")), ontology_files(ROOT / "ontology"))
    case = load_case(desk.assessor.kb, str(ROOT / "examples" / "tarasoff.json"), TODAY)
    why = EXPLANATIONS["why"]
    base = median_ms(lambda: desk.assessor.decide(case, "US-CA"), 30)
    print("## Explanations\n\n| what | median | goal |\n| --- | ---: | ---: |")
    print(f"| facts to rulings, the base of all | {base:.1f} ms | |")
    setting = desk.record(case, NORM, why.scope)
    why.record(setting)
    print(f"| of *why*: RDF into the store, query, outline | {median_ms(lambda: desk.read(setting, why, ()), 30):.1f} ms | 5 ms |")
    for name, ask in ASKS.items():
        kind = EXPLANATIONS[name]
        took = median_ms(lambda kind=kind, ask=ask: desk.explain(case, kind, ask), 3 if name == "timeline" else 9)  # type: ignore[misc]  # defaults bind the loop's values
        print(f"| {name}, from facts to outline | {took:.1f} ms | {f'{GOALS[name]} ms' if name in GOALS else ''} |")
    full = desk.record(case, NORM, "case")
    print(
        f"| the whole assessment recorded, {full.quads.triples().count(b' .'):,} triples | {median_ms(lambda: desk.record(case, NORM, 'case'), 9):.1f} ms | |"
    )
    document = desk.explain(case, why, NORM)
    print(f"| the picture of *why* | {median_ms(lambda: render(document, 'svg'), 9):.1f} ms | |")


if __name__ == "__main__":
    main()
