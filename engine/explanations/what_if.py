"""What if: all smallest changes of facts that gain or lose an answer."""

from collections.abc import Sequence

from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.changes import asked, flip_items, target_of, write_flips, write_search
from engine.explanations.contrast import ANSWERS
from engine.knowledge import Knowledge
from engine.record.quads import boolean
from engine.search.what_if import what_if


def record(setting: Setting) -> Sequence[str]:
    """Search, and write what was found."""
    target = target_of(setting)
    found = what_if(setting.assessor, setting.case, setting.code, target, setting.ask.wanted)
    node = write_search(setting, target, found.before, found.wanted)
    setting.quads.add(node, [("possible", boolean(found.possible))])
    write_flips(setting.quads, setting.kb.schema, node, found.wanted, found.flips)
    return (found.limit,) if found.limit else ()


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """The answer as it stands, then the changes."""
    row = rows[0]
    stands = Item(f"As things stand: {row['answer']}", ANSWERS[row["answer"]])
    found = flip_items(rows)
    if row["answer"] == row["wanted"]:
        return (stands, Item("nothing needs to change"))
    if not found:
        words = "no set of changes was found" if row["possible"] == "true" else "no change of facts gives another answer under this law"
        return (stands, Item(f"{words}: {row['wanted']} is out of reach", "no"))
    return (stands, Item(f"It would be {row['wanted']} if any one of these were so (the smallest changes)", row["wanted"], "", found))


def title(kb: Knowledge, ask: Ask) -> str:
    """The answer asked about."""
    return f"What would have to be otherwise: {asked(kb, ask.modality, ask.act, ask.norm)}"


WHAT_IF = Kind("what-if", "which smallest changes of facts gain or lose an answer", (), record, items, title, (), "norm", target=True)
