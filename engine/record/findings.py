"""Findings as RDF: a tree of conditions with their values, each derived from those below it (PROV-O)."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.explain import Explanation
from engine.findings import Finding, bears, needed
from engine.norms import Norm
from engine.record.case import Statements
from engine.record.quads import DERIVED, Quads, boolean, integer, iri, text
from engine.scene import Scene

APPLIES = ("effective", "defeated")
"""Statuses in which a norm applies, so that each of its conditions is a premise."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Which statement a condition was read from."""

    scene: Scene
    statements: Statements

    def of(self, finding: Finding) -> str | None:
        """The node of the statement that gives a condition its value, directly or by told axioms."""
        axioms = self.scene.schema.axioms
        for cls, holds, node in self.statements.get(finding.thing, ()) if finding.cls else ():
            if cls == finding.cls or bears(axioms, cls, holds, finding.cls):
                return node
        return None


def write_explanation(quads: Quads, determination: str, e: Explanation, sources: Sources) -> None:
    """The findings of one norm below its determination."""
    quads.add(determination, [("time", text(e.time))])
    quads.add(determination, [(DERIVED, iri(e.norm.iri))])
    for part, finding in (("bearer", e.bearer), ("trigger", e.trigger)):
        if finding is not None:
            root = write_finding(quads, determination, part, "", finding, None, 0, sources, e.status in APPLIES)
            quads.add(determination, [(DERIVED, root)])
            quads.add(root, [(DERIVED, iri(term)) for term in terms_of(e.norm, part) if not term.startswith("_:")])
    for act in e.acts:
        root = write_finding(quads, determination, "act", act.act, act.finding, None, 0, sources, act.status in APPLIES)
        quads.add(root, [("actStatus", text(act.status)), *([("towardName", text(act.toward))] if act.toward else [])])


def terms_of(norm: Norm, part: str) -> Sequence[str]:
    """The classes of the ontology that a part of a norm is written in."""
    return norm.bearers if part == "bearer" else (norm.trigger,) if norm.trigger else ()


def write_finding(
    quads: Quads, determination: str, part: str, act: str, finding: Finding, parent: str | None, index: int, sources: Sources, necessary: bool
) -> str:
    """One finding and all below it; gives its node. necessary: whether the determination would fall without it."""
    properties = [
        ("explains", determination),
        ("part", text(part)),
        ("index", integer(index)),
        ("construct", text(finding.construct)),
        ("text", text(finding.text)),
        ("value", text(str(finding.value))),
        ("aboutName", text(finding.thing)),
    ]
    properties += [("actName", text(act))] if act else []
    properties += [("under", parent)] if parent else []
    properties += [(name, text(value)) for name, value in (("fact", finding.fact), ("origin", finding.origin), ("basis", finding.basis)) if value]
    properties += [("class", iri(finding.cls))] if finding.cls else []
    properties += [("necessary", boolean(True))] if necessary and not finding.grounds else []
    node = quads.make("finding", "Finding", properties)
    stated = sources.of(finding)
    quads.add(node, [(DERIVED, stated)] if stated else [])
    for number, (ground, need) in enumerate(zip(finding.grounds, needed(finding), strict=True)):
        below = write_finding(quads, determination, part, act, ground, node, number, sources, necessary and need)
        quads.add(node, [(DERIVED, below)])
    return node
