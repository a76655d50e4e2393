"""Why a norm binds, or stands as it does: time, bearer, conditions, acts, and what prevails over it."""

from collections.abc import Iterable, Sequence

from engine.explain import explain_ruling
from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.trees import outline, trees
from engine.explanations.words import acts_text, citation, phrase, requirement
from engine.knowledge import Knowledge
from engine.record.findings import Sources, write_explanation

HEADS = {
    "bearer": {"yes": "It binds this professional", "no": "It does not bind this professional", "unknown": "Whether it binds this professional is not known"},
    "trigger": {"yes": "Its conditions are met", "no": "Its conditions are not met", "unknown": "Whether its conditions are met is not known"},
}
CLASH = {"bearer": "Whom it binds is stated and denied", "trigger": "Its conditions are stated and denied"}
STANDINGS = {
    "effective": "It applies, and nothing prevails over it as to: {acts}",
    "defeated": "It applies, but another norm prevails over it as to: {acts}",
    "undetermined": "Whether it applies, or prevails, is open as to: {acts}",
    "not_triggered": "It does not reach: {acts}",
}
MARKS = {"effective": "yes", "defeated": "no", "undetermined": "unknown", "not_triggered": "no", "not_in_force": "no", "not_bound": "no"}
CONCLUSIONS = {
    "effective": "it is effective",
    "defeated": "it applies but is defeated",
    "undetermined": "whether it applies is open",
    "not_triggered": "it does not apply",
    "not_in_force": "it was not in force",
    "not_bound": "it does not bind this professional",
}


def record(setting: Setting) -> Sequence[str]:
    """Write the findings of the norm."""
    norm = setting.kb.by_id[setting.ask.norm]
    write_norm(setting, norm.iri)
    return ()


def write_norm(setting: Setting, norm_iri: str) -> None:
    """Write the findings of one norm of the forum."""
    judged = setting.judged
    ruling = setting.decision.rulings[norm_iri]
    explanation = explain_ruling(judged, ruling, setting.assessor.status_of(judged, norm_iri))
    write_explanation(setting.quads, setting.determination(norm_iri), explanation, Sources(setting.decision.scene, setting.statements))


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """The outline: time, bearer, conditions, acts, defeats, what is missing, and the conclusion."""
    head = next(r for r in rows if r["kind"] == "determination")
    found = [r for r in rows if r["kind"] == "finding"]
    made = [Item(f"Time: {head['text']}", head["value"])] if head["text"] else []
    for part, titles in HEADS.items():
        roots = trees(r for r in found if r["part"] == part)
        made += [Item(titles.get(b.row["value"], CLASH[part]), b.row["value"], "", _opened(outline(b))) for b in roots]
    made += acts_items(kb, [r for r in found if r["part"] == "act"])
    made += defeat_items(kb, [r for r in rows if r["kind"] == "defeat"])
    missing = sorted({r["fact"] for r in rows if r["kind"] == "missing"})
    made += (
        [Item("It waits for facts that are not known", "unknown", "", tuple(Item(kb.schema.facts[key].question, "", key) for key in missing))]
        if missing
        else []
    )
    return (*made, conclusion(kb, ask, head))


def conclusion(kb: Knowledge, ask: Ask, head: Row) -> Item:
    """What follows, in a sentence, with the source."""
    norm = kb.by_id[ask.norm]
    source = norm.source
    text = f"Therefore {CONCLUSIONS[head['status']]}: {requirement(kb, norm)}"
    return Item(text, MARKS[head["status"]], f"{citation(norm)}; read {source.checked}; confidence {source.confidence}", tuple(doubts(kb, ask)))


def doubts(kb: Knowledge, ask: Ask) -> Iterable[Item]:
    """What the encoding does not express, and whether it was checked."""
    norm = kb.by_id[ask.norm]
    yield from (Item(f"Not expressed here: {words}") for words in norm.not_expressed)
    if not norm.checked:
        yield Item("Transcribed from research notes; not yet checked by hand against the provision.")


def _opened(item: Item) -> tuple[Item, ...]:
    """The parts of a conjunction, or the item itself."""
    return item.below if item.text == "all of these:" else (item,)


def acts_items(kb: Knowledge, rows: Sequence[Row]) -> Iterable[Item]:
    """The acts, gathered by the norm's standing toward them; the ground of the first stands for all."""
    by_status: dict[str, list[Row]] = {}
    roots = trees(rows)
    grounds = {b.row["node"]: b for b in roots}
    for branch in roots:
        by_status.setdefault(branch.row["status"], []).append(branch.row)
    for status, words in STANDINGS.items():
        mine = by_status.get(status, [])
        if mine:
            acts = acts_text(kb, [(r["act"], r["toward"]) for r in mine])
            below = (outline(grounds[mine[0]["node"]]),) if len({r["act"] for r in mine}) == 1 or status == "effective" else ()
            yield Item(words.format(acts=acts), MARKS[status], "", tuple(i for i in below if i.below or status != "effective"))


def defeat_items(kb: Knowledge, rows: Sequence[Row]) -> Iterable[Item]:
    """Who prevails, on what ground, as to which acts."""
    by_node: dict[str, list[Row]] = {}
    for row in rows:
        by_node.setdefault(row["node"], []).append(row)
    for mine in by_node.values():
        row, sure = mine[0], mine[0]["sure"] == "true"
        winner = kb.norms[row["winner"]]
        rule = f", by {row['rule']}" if row["rule"] else ""
        acts = "; ".join(phrase(kb, r["act"]) for r in mine)
        verb = "prevails" if sure else "may prevail"
        yield Item(
            f"{citation(winner)} ({winner.label}) {verb} as to: {acts}",
            "no" if sure else "unknown",
            f"{row['ground'] or 'no ground stated'}{rule}; {winner.id}",
        )


def title(kb: Knowledge, ask: Ask) -> str:
    """The norm asked about."""
    norm = kb.by_id[ask.norm]
    return f"Why {citation(norm)} stands as it does — {norm.label}"


WHY = Kind("why", "why a norm stands as it does", ("norm",), record, items, title, ("norm", "jurisdiction"), "norm")
