"""Missing: the unknown facts that would settle an answer, and the smallest sets of replies that settle it one way or the other."""

from collections.abc import Sequence

from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.changes import asked, flip_items, spot_properties, target_of, write_flips, write_search
from engine.explanations.contrast import ANSWERS
from engine.knowledge import Knowledge
from engine.record.quads import text
from engine.search.missing import missing
from engine.search.what_if import SMALLEST


def record(setting: Setting) -> Sequence[str]:
    """Search, and write what was found."""
    target, schema, quads = target_of(setting), setting.kb.schema, setting.quads
    found = missing(setting.assessor, setting.case, setting.code, target, SMALLEST)
    node = write_search(setting, target, found.answer, "")
    for spot in found.needed:
        quads.make("need", "Need", [("ofSearch", node), *spot_properties(spot), ("question", text(schema.facts[spot.fact].question))])
    write_flips(quads, schema, node, "yes", found.to_yes)
    write_flips(quads, schema, node, "no", found.to_no)
    return (found.limit,) if found.limit else ()


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """The answer as it stands, what it turns on, and the ways to yes and to no."""
    answer = rows[0]["answer"]
    stands = Item(f"As things stand: {answer}" + ("; every completion of the facts agrees" if answer in ("yes", "no") else ""), ANSWERS[answer])
    needs = tuple(Item(r["question"], "unknown", f"{r['fact']}; {r['about']}") for r in rows if r["kind"] == "need")
    ways = [(word, flip_items([r for r in rows if r["kind"] == "change" and r["wanted"] == word])) for word in ("yes", "no")]
    turns = (Item("It turns on all of these, and on nothing else", "unknown", "", needs),) if needs else ()
    return (stands, *turns, *(Item(f"Settled to {word} by any one of these", word, "", way) for word, way in ways if way))


def title(kb: Knowledge, ask: Ask) -> str:
    """The answer asked about."""
    return f"What is missing to say whether {asked(kb, ask.modality, ask.act, ask.norm)}"


MISSING = Kind("missing", "which unknown facts would settle an answer", (), record, items, title, (), "norm", target=True)
