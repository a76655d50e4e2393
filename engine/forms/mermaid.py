"""An explanation as a Mermaid flow chart."""

import textwrap
from collections.abc import Iterator

from engine.explanations.base import Document, Item
from engine.forms.plain import MARKS

CLASSES = {"yes": "yes", "no": "no", "unknown": "unknown", "contradictory": "clash", "": "plain"}
STYLES = (
    "classDef yes fill:#e6f4ea,stroke:#1e7b34,color:#10331a",
    "classDef no fill:#fdeaea,stroke:#b3261e,color:#410e0b",
    "classDef unknown fill:#fff6dd,stroke:#9a6b00,color:#3d2b00",
    "classDef clash fill:#f1e6fa,stroke:#6a1b9a,color:#2d0a45",
    "classDef plain fill:#f3f5f7,stroke:#54606b,color:#1c2329",
)


def as_mermaid(document: Document) -> str:
    """A flow chart from the title to the facts; colour and symbol show the four values."""
    lines = ["flowchart LR", f"  n0[{label(document.title, '')}]:::plain"]
    numbers = iter(range(1, 1_000_000))
    for item in document.items:
        lines += below("n0", item, numbers)
    return "\n".join([*lines, *(f"  {style}" for style in STYLES)]) + "\n"


def below(parent: str, item: Item, numbers: Iterator[int]) -> Iterator[str]:
    """An item, its arrow, and those below it."""
    name = f"n{next(numbers)}"
    yield f"  {parent} --> {name}[{label(f'{MARKS[item.mark]} {item.text}', item.note)}]:::{CLASSES[item.mark]}"
    for child in item.below:
        yield from below(name, child, numbers)


def label(text: str, note: str) -> str:
    """A quoted label; what could end it, or be read as markup, is written as an entity."""
    lines = textwrap.wrap(text, 48) + [f"[{line}]" for line in textwrap.wrap(note, 52)]
    return '"' + "<br/>".join(entities(line) for line in lines) + '"'


def entities(text: str) -> str:
    """Text with every character that Mermaid or HTML reads written as an entity."""
    return "".join(f"#{ord(c)};" if c in '"<>&#;`\\[]{}()|' else c for c in text)
