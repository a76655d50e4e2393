"""Changes of facts as RDF, and in words: what would have to be said otherwise."""

from collections.abc import Iterable, Sequence

from engine.explanations.base import Item, Row, Setting
from engine.explanations.words import citation, modal, phrase
from engine.knowledge import Knowledge
from engine.record.quads import Quads, integer, iri, text
from engine.schema import Schema
from engine.search.spots import Reply, Spot
from engine.search.targets import Target
from engine.search.what_if import Flip


def target_of(setting: Setting) -> Target:
    """The answer, or the norm, that was asked about."""
    ask = setting.ask
    return Target(norm=ask.norm) if ask.norm else Target(ask.modality, ask.act)


def write_search(setting: Setting, target: Target, answer: str, wanted: str) -> str:
    """The answer that is searched for, as a node."""
    ask, kb = setting.ask, setting.kb
    named = [("ofNorm", iri(kb.by_id[ask.norm].iri))] if ask.norm else [("modality", text(target.modality)), ("actName", text(target.act))]
    properties = [("inForum", iri(kb.jurisdictions[setting.code].iri)), ("answer", text(answer)), ("wanted", text(wanted)), *named]
    return setting.quads.make("search", "Search", properties)


def write_flips(quads: Quads, schema: Schema, search: str, wanted: str, flips: Iterable[Flip]) -> None:
    """Sets of changes, each of which gives the answer."""
    for number, flip in enumerate(flips):
        node = quads.make("flip", "Flip", [("ofSearch", search), ("wanted", text(wanted)), ("index", integer(number)), ("size", integer(len(flip.changes)))])
        for change in flip.changes:
            spot = change.spot
            alike = [("orElse", text(words(schema, spot, reply))) for reply in change.alike if reply != change.after]
            properties = [("ofFlip", node), *spot_properties(spot), ("before", text(words(schema, spot, change.before)))]
            quads.make("change", "Change", [*properties, ("after", text(words(schema, spot, change.after))), *alike])


def spot_properties(spot: Spot) -> list[tuple[str, str]]:
    """The fact, and what it is about."""
    return [("fact", text(spot.fact)), ("aboutName", text(spot.thing or "whatever act is considered"))]


def words(schema: Schema, spot: Spot, reply: Reply) -> str:
    """A reply as a clause."""
    fact = schema.facts[spot.fact]
    if not reply.said:
        return f"presumed: {schema.sentence(fact.presumed)}" if fact.presumed else "nothing is said"
    if not reply.holds and set(reply.bars) == set(fact.values):
        return NONE
    parts = [schema.sentence(fact.values[word]) for word in reply.holds] + [schema.sentence(fact.values[word], False) for word in reply.bars]
    return " and ".join(parts) or "it is not known"


def flip_items(rows: Sequence[Row]) -> tuple[Item, ...]:
    """Each set of changes, as an item with its changes below, or as the one change it is."""
    by_flip: dict[str, list[Row]] = {}
    for row in rows:
        if row["flip"]:
            by_flip.setdefault(row["flip"], []).append(row)
    made = []
    for mine in by_flip.values():
        changes: dict[tuple[str, str], list[Row]] = {}
        for row in mine:
            changes.setdefault((row["fact"], row["about"]), []).append(row)
        below = tuple(change_item(of) for of in changes.values())
        made.append(below[0] if len(below) == 1 else Item("all of these together:", "", "", below))
    return tuple(made)


SHOWN = 4
"""Most other values that are outlined; the rows have all of them."""
NONE = "none of the values that the question names"


def change_item(rows: Sequence[Row]) -> Item:
    """One change: what would be so, and what is said now; other values that come to the same."""
    row = rows[0]
    others = sorted({r["orElse"] for r in rows if r["orElse"]}, key=lambda words: (words == NONE, words))
    more = f"; or {len(others) - SHOWN} others" if len(others) > SHOWN else ""
    below = (Item(f"or: {'; or: '.join(others[:SHOWN])}{more}"),) if others else ()
    return Item(row["after"], "", f"now: {row['before']}; {row['fact']}", below)


def asked(kb: Knowledge, modality: str, act: str, norm: str) -> str:
    """What is searched for, in words."""
    return f"{citation(kb.by_id[norm])} is effective" if norm else f"the professional {modal(modality)} {phrase(kb, act)}"
