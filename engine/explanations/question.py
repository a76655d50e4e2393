"""The next question: which unknown fact is expected to settle most open answers, and why it is asked."""

from collections.abc import Sequence

from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.changes import spot_properties, target_of
from engine.explanations.words import modal, phrase
from engine.knowledge import Knowledge
from engine.record.quads import integer, iri, text, typed
from engine.search.next_question import next_question

SHOWN = 5
"""Most questions that are outlined; the rows have all of them."""


def record(setting: Setting) -> Sequence[str]:
    """Search, and write the questions in their order, with the answers that wait for each."""
    ask, kb, quads = setting.ask, setting.kb, setting.quads
    found = next_question(setting.assessor, setting.case, setting.code, [target_of(setting)] if ask.act or ask.norm else None)
    counts = [("open", integer(len(found.open))), ("settled", integer(len(found.settled))), ("stuck", integer(len(found.stuck)))]
    node = quads.make("inquiry", "Inquiry", [("inForum", iri(kb.jurisdictions[setting.code].iri)), *counts])
    for number, candidate in enumerate(found.candidates):
        question = text(kb.schema.facts[candidate.spot.fact].question)
        expected = typed(f"{candidate.settles:.3f}", "decimal")
        properties = [("ofInquiry", node), ("index", integer(number)), *spot_properties(candidate.spot), ("question", question), ("expected", expected)]
        asked = quads.make("asked", "NextQuestion", properties)
        for target in candidate.waiting:
            named = [("ofNorm", iri(kb.by_id[target.norm].iri))] if target.norm else [("modality", text(target.modality)), ("actName", text(target.act))]
            quads.make("waiting", "Waiting", [("ofQuestion", asked), *named])
    return (found.limit,) if found.limit else ()


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """Where asking stands, then the questions, the best first."""
    head = rows[0]
    made = [Item(f"{head['settled']} answers are settled, {head['open']} are open", "unknown" if head["open"] != "0" else "yes")]
    by_question: dict[str, list[Row]] = {}
    for row in rows:
        if row["question"]:
            by_question.setdefault(row["index"], []).append(row)
    made += [question_item(kb, mine) for mine in list(by_question.values())[:SHOWN]]
    made += [Item(f"and {len(by_question) - SHOWN} more questions")] if len(by_question) > SHOWN else []
    made += [Item("Nothing is left to ask")] if not by_question else []
    return tuple(made)


def question_item(kb: Knowledge, rows: Sequence[Row]) -> Item:
    """A question, what it is expected to settle, and what waits for it."""
    row = rows[0]
    fact = kb.schema.facts[row["fact"]]
    waiting = [f"the professional {modal(r['modality'])} {phrase(kb, r['act'])}" for r in rows if r["modality"]]
    below = (
        Item(f"may be answered: {', '.join(fact.values)}"),
        Item(f"it bears on whether {'; '.join(waiting[:SHOWN])}" + (" …" if len(waiting) > SHOWN else "")),
    )
    expected = f"expected to settle {float(row['expected']):.1f}" if float(row["expected"]) else "settles only together with others"
    return Item(row["question"], "unknown", f"{row['fact']}; {row['about']}; {expected}", below if waiting else below[:1])


def title(kb: Knowledge, ask: Ask) -> str:
    """The question about questions."""
    return "The next question: which unknown fact settles most"


NEXT_QUESTION = Kind("next-question", "which unknown fact to ask for next", (), record, items, title, (), "norm")
