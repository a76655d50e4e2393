"""Findings read back from a query: the tree of conditions, outlined as a reader wants it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.explain import ORIGINS
from engine.explanations.base import Item, Row

WORDS = {"all of": "all of these:", "any of": "at least one of these:", "not": "that this is not so:", "every": "for every one:"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A finding and those below it, as rows."""

    row: Row
    below: tuple["Branch", ...]


def trees(rows: Iterable[Row]) -> tuple[Branch, ...]:
    """The roots among finding rows, each with its tree. Rows have node, parent and index."""
    children: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda r: int(r["index"])):
        children.setdefault(row["parent"], []).append(row)
    return tuple(_grow(row, children) for row in children.get("", ()))


def _grow(row: Row, children: Mapping[str, Sequence[Row]]) -> Branch:
    return Branch(row, tuple(_grow(child, children) for child in children.get(row["node"], ())))


def outline(branch: Branch) -> Item:
    """A finding as an item. A step that only repeats the one below it is left out."""
    row, below = branch.row, branch.below
    construct = row["construct"]
    plain = construct in ("all of", "any of", "some", "every") or (construct == "class" and not row["fact"])
    if len(below) == 1 and plain:
        return outline(below[0])
    items = tuple(outline(b) for b in below)
    if construct == "class":
        return Item(row["text"], row["value"], origin_note(row), items)
    if not below:
        return Item(row["text"], row["value"])
    words = f"for some of {len(below)} ({row['about']}):" if construct == "some" else WORDS.get(construct, row["text"])
    return Item(words, row["value"], "", items)


def origin_note(row: Row) -> str:
    """Whether a condition was stated, presumed or inferred, and from what."""
    word = ORIGINS.get(row["origin"], "")
    return f"{word}: {row['basis']}" if word and row["basis"] else word
