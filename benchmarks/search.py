"""What would settle it, under the law as it stands: what if, missing, the next question. Prints a table in Markdown.

`process` is processor time, which says more than the clock on a machine that others use too.
"""

import dataclasses
import datetime
import sys
from collections.abc import Callable
from pathlib import Path

from timing import times

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.assess import Assessor  # noqa: E402  the folder of the sources is put in the path first
from engine.case_files import case_of_text, load_case  # noqa: E402  the folder of the sources is put in the path first
from engine.knowledge import load  # noqa: E402  the folder of the sources is put in the path first
from engine.search.missing import missing  # noqa: E402  the folder of the sources is put in the path first
from engine.search.next_question import next_question  # noqa: E402  the folder of the sources is put in the path first
from engine.search.targets import Target  # noqa: E402  the folder of the sources is put in the path first
from engine.search.what_if import what_if  # noqa: E402  the folder of the sources is put in the path first

DAY = datetime.date(2026, 11, 24)
PLACE = "US-CA"
RUNS = 9


def row(name: str, action: Callable[[], object], note: str) -> None:
    """One line of the table."""
    clock, process = times(action, RUNS)
    print(f"| {name} | {clock:,.1f} ms | {process:,.1f} ms | {note} |")


def main() -> None:
    """The table."""
    assessor = Assessor(load(ROOT / "ontology"))
    case = dataclasses.replace(load_case(assessor.kb, str(ROOT / "examples" / "tarasoff.json"), DAY), jurisdictions=(PLACE,))
    empty = case_of_text(assessor.kb, f'{{"jurisdiction": "{PLACE}", "facts": {{}}}}', "empty.json", DAY)
    print(f"\n## What would settle it, {PLACE}, {len(assessor.forum(PLACE).norms)} norms\n")
    print("| question | clock | process | |\n| --- | ---: | ---: | --- |")
    row("assessment, for comparison", lambda: assessor.assess(case), "")
    for modality, act in (("obligation", "warn_victim"), ("prohibition", "warn_victim"), ("prohibition", "disclose_information")):
        target = Target(modality, act)
        found = what_if(assessor, case, PLACE, target)
        row(f"what if: {modality} {act}", lambda t=target: what_if(assessor, case, PLACE, t), f"{len(found.flips)} flips of {found.size}, {found.tried} tried")
    target = Target("obligation", "warn_victim")
    needed = missing(assessor, empty, PLACE, target)
    row("missing: obligation warn_victim, nothing stated", lambda: missing(assessor, empty, PLACE, target), f"{len(needed.needed)} facts needed")
    for name, start, targets in (("the example case", case, None), ("nothing stated", empty, [target]), ("nothing stated, all answers", empty, None)):
        here = next_question(assessor, start, PLACE, targets)
        note = f"{len(here.candidates)} facts to ask for, {len(here.open)} answers open"
        row(f"next question: {name}", lambda s=start, t=targets: next_question(assessor, s, PLACE, t), note)


if __name__ == "__main__":
    main()
