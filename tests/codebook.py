"""The computed parts of docs/codebook.md: variables, values and sources as the ontology has them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields

from engine.knowledge import Knowledge
from engine.panel import PanelRow
from engine.schema import Fact
from engine.terms import DEFINITION, LABEL, norm

PART = re.compile(r"(<!-- computed: (\w+) -->\n).*?(<!-- /computed -->)", re.DOTALL)
VARIABLES = (
    *("order", "jurisdiction", "bearer", "trigger", "regulates", "requires", "where", "within", "fulfils", "overrides", "yieldsTo", "overrideGround"),
    *("inForceFrom", "inForceTo", "attestedOn", "overruledOn", "source", "sourceKind", "pinpoint", "url", "readOn", "reading", "confidence", "consequence"),
    *("discharge", "serves", "notExpressed", "handChecked"),
)
MODALITIES = ("Obligation", "Prohibition", "Permission", "NoDuty", "Immunity", "PrivilegeException", "Recommendation")


def rows(cells: Iterable[Iterable[object]]) -> str:
    """Rows of a Markdown table."""
    return "".join("| " + " | ".join(str(c).replace("|", "/").replace("\n", " ") for c in row) + " |\n" for row in cells)


def described(kb: Knowledge, names: Iterable[str]) -> str:
    """Terms of the norm vocabulary with their definitions."""
    return rows((f"`norm:{n}`", kb.graph.text(norm(n), DEFINITION) or kb.graph.text(norm(n), LABEL)) for n in names)


def values_of(fact: Fact) -> str:
    """The values of a fact, the presumed one marked."""
    return ", ".join(f"**{v}**" if cls == fact.presumed else v for v, cls in fact.values.items())


def facts(kb: Knowledge) -> str:
    """Every fact."""
    head = "| fact | question | values (bold: presumed) | one or several |\n| --- | --- | --- | --- |\n"
    table = kb.schema.facts.values()
    return head + rows((f"`{f.key}`{' ~' if f.open_textured else ''}", f.question, values_of(f), "one" if f.exclusive else "several") for f in table)


def acts(kb: Knowledge) -> str:
    """Every act."""
    head = "| act | meaning |\n| --- | --- |\n"
    return head + rows((f"`{a.key}`", kb.graph.text(a.cls, DEFINITION)) for a in kb.schema.actions.values())


def sources(kb: Knowledge) -> str:
    """Norms by kind of source and confidence."""
    found = Counter((n.source.kind, n.source.confidence) for n in kb.norms.values())
    kinds = sorted({kind for kind, _ in found})
    levels = ("high", "medium", "low")
    head = "| kind of source | high | medium | low |\n| --- | --- | --- | --- |\n"
    return head + rows((kind.replace("_", " "), *(found[kind, level] for level in levels)) for kind in kinds)


def gaps(kb: Knowledge) -> str:
    """What is known to be missing, in numbers."""
    norms = kb.norms.values()
    unknown = sum(any(i.start is None for i in n.intervals) for n in norms)
    year = sum(any(i.start is not None and i.start.earliest != i.start.latest for i in n.intervals) for n in norms)
    return (
        f"- {sum(not n.checked for n in norms)} of {len(norms)} norms have not been checked by hand (`dutygraph query unchecked`).\n"
        f"- The start of {unknown} is not known, of {year} only to the year or month (`dutygraph query doubts`).\n"
        f"- {sum(n.source.confidence == 'low' for n in norms)} rest on memory, {sum(n.source.confidence == 'medium' for n in norms)} on secondary sources.\n"
        f"- {sum(bool(n.not_expressed) for n in norms)} have a part that the vocabulary cannot state (`dutygraph query not-expressed`).\n"
    )


PARTS: Mapping[str, Callable[[Knowledge], str]] = {
    "modalities": lambda kb: "| modality | meaning |\n| --- | --- |\n" + described(kb, MODALITIES),
    "variables": lambda kb: "| variable | meaning |\n| --- | --- |\n" + described(kb, VARIABLES),
    "facts": facts,
    "acts": acts,
    "sources": sources,
    "gaps": gaps,
}


def page(kb: Knowledge, text: str) -> str:
    """The codebook with its computed parts."""
    return PART.sub(lambda found: found[1] + PARTS[found[2]](kb) + found[3], text)


def columns() -> set[str]:
    """The columns of the panel, each of which the codebook describes."""
    return {f.name for f in fields(PanelRow)}
