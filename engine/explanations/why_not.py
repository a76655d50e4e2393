"""Why not: the nearest failing conditions of a norm, or of every norm that could give an answer, with what was stated instead."""

from collections.abc import Sequence

from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.obstacles import about, obstacles, write_obstacles
from engine.explanations.words import citation, modal, phrase
from engine.knowledge import Knowledge
from engine.record.quads import integer, iri, text

STAGES = {
    "place": "It does not reach this place",
    "time": "It was not in force then",
    "bearer": "It does not bind this professional",
    "condition": "A condition is not met",
    "act": "It is not about such an act",
    "defeat": "Another norm prevails",
}
OPEN = {
    "place": "Whether it reaches this place is open",
    "time": "Whether it was in force is not known",
    "bearer": "Whether it binds this professional is not known",
    "condition": "Whether a condition is met is not known",
    "act": "Whether it is about such an act is not known",
    "defeat": "Another norm may prevail",
}


def record(setting: Setting) -> Sequence[str]:
    """Write each candidate norm with what stands in its way."""
    kb, ask, judged, quads = setting.kb, setting.ask, setting.judged, setting.quads
    wanted = (kb.by_id[ask.norm].iri,) if ask.norm else about(judged, ask.modality, ask.act)
    place = iri(kb.jurisdictions[setting.code].iri)
    for norm_iri in wanted:
        found = obstacles(judged, norm_iri, ask.act)
        node = quads.make("candidate", "Candidate", [("inForum", place), ("ofNorm", iri(norm_iri)), ("distance", integer(len(found)))])
        write_obstacles(quads, ("keepsFrom", node), found)
    if not wanted:
        node = quads.make("candidate", "NoAuthority", [("inForum", place), ("modality", text(ask.modality)), ("actName", text(ask.act))])
    return ()


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """Norms with fewest obstacles first, each with its obstacles."""
    by_norm: dict[str, list[Row]] = {}
    for row in rows:
        by_norm.setdefault(row["norm"], []).append(row)
    if not rows:
        return (
            Item(f"No norm that reaches the place says that the professional {modal(ask.modality)} {phrase(kb, ask.act)}: no authority on point", "unknown"),
        )
    return tuple(candidate(kb, norm, mine) for norm, mine in by_norm.items())


def candidate(kb: Knowledge, norm_iri: str, rows: Sequence[Row]) -> Item:
    """One norm: effective, or kept from it by these conditions."""
    norm = kb.norms[norm_iri]
    found = [r for r in rows if r["stage"]]
    if not found:
        return Item(f"{citation(norm)} — {norm.label}: nothing stands in its way", "yes", norm.id)
    below = tuple(Item(f"{(STAGES if r['value'] == 'no' else OPEN)[r['stage']]}: {r['text'].removeprefix('not known: ')}", r["value"], note(r)) for r in found)
    value = "no" if any(r["value"] != "unknown" for r in found) else "unknown"
    return Item(f"{citation(norm)} — {norm.label}", value, norm.id, below)


def note(row: Row) -> str:
    """What was stated instead, and of which fact."""
    return "; ".join(part for part in (row["instead"], row["fact"]) if part)


def title(kb: Knowledge, ask: Ask) -> str:
    """The norm, or the answer, asked about."""
    if ask.norm:
        norm = kb.by_id[ask.norm]
        return f"Why {citation(norm)} does not apply — {norm.label}"
    return f"Why it is not so that the professional {modal(ask.modality)} {phrase(kb, ask.act)}"


WHY_NOT = Kind("why-not", "why a norm, or an answer, does not hold", (), record, items, title, ("jurisdiction",), "case", target=True)
