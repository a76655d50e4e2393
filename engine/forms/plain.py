"""An explanation as text for a terminal, and as Markdown."""

import textwrap
from collections.abc import Iterable

from engine.assessment import DISCLAIMER
from engine.explanations.base import Document, Item

WIDTH = 100
MARKS = {"yes": "✓", "no": "✗", "unknown": "?", "contradictory": "⚡", "": "·"}


def as_text(document: Document) -> str:
    """Text that fits a terminal."""
    lines = [*plain_lines(document), "", *(_fill(f"Limit: {limit}", "  ") for limit in document.limits)]
    lines += [f"[query {document.query}; {document.graph}]", DISCLAIMER]
    return "\n".join(lines) + "\n"


def plain_lines(document: Document) -> Iterable[str]:
    """The explanation alone: title, dates, outline."""
    yield from (_fill(document.title, ""), document.subtitle, "")
    for item in document.items:
        yield from text_lines(item, 0)


def text_lines(item: Item, depth: int) -> Iterable[str]:
    """An item and those below it, indented."""
    pad = "  " * depth
    note = f"  [{item.note}]" if item.note else ""
    yield textwrap.fill(
        f"{MARKS[item.mark]} {item.text}{note}", WIDTH, initial_indent=pad, subsequent_indent=pad + "  ", break_long_words=False, break_on_hyphens=False
    )
    for below in item.below:
        yield from text_lines(below, depth + 1)


def _fill(text: str, indent: str) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def as_markdown(document: Document) -> str:
    """Markdown: a heading, nested lists, the query in code."""
    lines = [*markdown_section(document, "#"), "", *(f"*Limit: {escape(limit)}*" for limit in document.limits)]
    lines += [f"Query `{document.query}`, graph `{document.graph}`.", "", f"*{DISCLAIMER}*"]
    return "\n".join(lines) + "\n"


def markdown_section(document: Document, heading: str = "###") -> Iterable[str]:
    """The explanation alone, under a heading."""
    yield from (f"{heading} {escape(document.title)}", "", escape(document.subtitle), "")
    for item in document.items:
        yield from markdown_lines(item, 0)


def markdown_lines(item: Item, depth: int) -> Iterable[str]:
    """An item as a list entry, and those below it."""
    note = f" *({escape(item.note)})*" if item.note else ""
    yield f"{'  ' * depth}- {MARKS[item.mark]} {escape(item.text)}{note}"
    for below in item.below:
        yield from markdown_lines(below, depth + 1)


def escape(text: str) -> str:
    """Text that Markdown leaves as it is, whatever a case put into it."""
    return "".join(f"\\{c}" if c in r"\`*_[]<>#|" else c for c in text.replace("\n", " "))
