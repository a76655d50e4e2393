"""An explanation as a picture that a lawyer can read: conditions as sentences, colour and symbol for the four values.

Graphviz lays it out (docs/decisions/0006-the-picture-is-laid-out-by-graphviz.md); this module only says what stands in the boxes.
"""

import subprocess
import sysconfig
import textwrap
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from engine.errors import DutygraphError
from engine.explanations.base import Document, Item
from engine.forms.plain import MARKS

COLOURS = {
    "yes": ("#e6f4ea", "#1e7b34"),
    "no": ("#fdeaea", "#b3261e"),
    "unknown": ("#fff6dd", "#9a6b00"),
    "contradictory": ("#f1e6fa", "#6a1b9a"),
    "": ("#f3f5f7", "#54606b"),
}
"""Value → (fill, border). Symbols say the same, for readers who do not tell the colours apart."""
LEGEND = {"yes": "holds", "no": "does not hold", "unknown": "not known", "contradictory": "stated and denied"}
BROAD, SMALL = 46, 58
"""Characters on a line of a box: of the sentence, and of the smaller note below it."""
FONTS = "Arimo,Liberation Sans,Helvetica,Arial,sans-serif"
"""The font that the boxes are measured for, and others of the same widths."""
SECONDS = 10


@cache
def program() -> Path:
    """The layout program, installed beside this Python."""
    found = Path(sysconfig.get_path("scripts")) / "graphviz-pure"
    if not found.is_file():
        found = found.with_suffix(".exe")
    return found


def as_svg(document: Document) -> str:
    """The picture. Text stays text: it can be searched, copied and read aloud."""
    try:
        done = subprocess.run([program(), "-Tsvg"], input=as_dot(document), capture_output=True, text=True, timeout=SECONDS, check=True)  # noqa: S603  a fixed program
    except FileNotFoundError as error:
        raise DutygraphError("pictures need Graphviz: pip install graphviz-pure") from error
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise DutygraphError(f"the picture could not be laid out: {error}") from error
    start = done.stdout.index("<svg")
    picture = done.stdout[start:].replace('font-family="Arimo"', f'font-family="{FONTS}"')
    return picture.replace("<svg ", f'<svg role="img" aria-label="{escape(document.title)}" ', 1)


def as_dot(document: Document) -> str:
    """The picture in Graphviz's language."""
    head = [
        "digraph explanation {",
        f'graph [rankdir=LR, nodesep=0.13, ranksep=0.45, fontname="Arimo", fontsize=11, labelloc=b, labeljust=l, tooltip=" ", label=<{caption(document)}>];',
        'node [shape=box, style="rounded,filled", fontname="Arimo", fontsize=12, margin="0.12,0.07", penwidth=1.2];',
        'edge [color="#8a949e", arrowsize=0.6, tooltip=" "];',
        box("n0", Item(document.title, "", document.subtitle), bold=True),
    ]
    numbers = iter(range(1, 1_000_000))
    for item in document.items:
        head += boxes("n0", item, numbers)
    return "\n".join([*head, "}"])


def caption(document: Document) -> str:
    """Legend, limits and where it comes from."""
    legend = "   ".join(f'<FONT COLOR="{COLOURS[value][1]}">{MARKS[value]} {words}</FONT>' for value, words in LEGEND.items())
    limits = "".join(f"<BR/>{html(f'limit: {limit}')}" for limit in document.limits)
    return f"{legend}{limits}<BR/>{html(f'query {document.query} over {document.graph}')}"


def boxes(parent: str, item: Item, numbers: Iterator[int]) -> Iterator[str]:
    """A box, the arrow to it, and the boxes below it."""
    name = f"n{next(numbers)}"
    yield box(name, item)
    yield f"{parent} -> {name};"
    for child in item.below:
        yield from boxes(name, child, numbers)


def box(name: str, item: Item, bold: bool = False) -> str:
    """One box: mark and sentence, the note smaller, the whole again on hover."""
    fill, border = COLOURS[item.mark]
    mark = f"{MARKS[item.mark]} " if item.mark else ""
    sentence = '<BR ALIGN="LEFT"/>'.join(html(line) for line in textwrap.wrap(mark + item.text, BROAD)) + '<BR ALIGN="LEFT"/>'
    note = "".join(f'{html(line)}<BR ALIGN="LEFT"/>' for line in textwrap.wrap(item.note, SMALL))
    small = f'<FONT POINT-SIZE="9.5" COLOR="#4a545e">{note}</FONT>' if note else ""
    hover = html(" ".join(f"{item.text} {f'[{item.note}]' if item.note else ''}".split()))
    return f'{name} [label=<{f"<B>{sentence}</B>" if bold else sentence}{small}>, fillcolor="{fill}", color="{border}", tooltip="{hover}"];'


def html(text: str) -> str:
    """Text as Graphviz's HTML-like labels and quoted strings take it, whatever a case put into it."""
    return escape(text, quote=True).replace("\\", "&#92;")
