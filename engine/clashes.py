"""Norms that cannot both be obeyed, and codes that narrow what law allows. Shown with both sides, never settled."""

from collections.abc import Mapping, Sequence

from engine.assessment import Clash, ForumAssessment
from engine.decide import Ruling
from engine.judged import Judged
from engine.knowledge import Knowledge
from engine.norms import Requirement
from engine.terms import norm


def order_kind(kb: Knowledge, order: str) -> str:
    """legal, professional or advisory; a norm without an order counts as legal."""
    kinds = {norm("LegalOrder"): "legal", norm("ProfessionalOrder"): "professional", norm("AdvisoryOrder"): "advisory"}
    types = kb.graph.resources(order, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type") if order else ()
    return next((kinds[t] for t in types if t in kinds), "legal")


def find_clashes(kb: Knowledge, judged: Judged) -> tuple[Clash, ...]:
    """Conflicts and limits among the norms that are effective for certain."""
    rulings = [r for r in judged.decision.rulings.values() if r.surely & judged.rows]
    kinds = {r.compiled.norm.iri: order_kind(kb, r.compiled.norm.order) for r in rulings}
    duties = [r for r in rulings if r.compiled.norm.modality == "obligation" and kinds[r.compiled.norm.iri] != "advisory"]
    bars = [r for r in rulings if kinds[r.compiled.norm.iri] != "advisory" and forbidden(judged, r)]
    found = [c for duty in duties for bar in bars if duty is not bar and (c := _duty_and_bar(judged, duty, bar, kinds))]
    found += [c for duty in duties for r in rulings if (c := _duty_and_denial(judged, duty, r, kinds))]
    found += [c for r in rulings for bar in bars if (c := _permission_and_bar(judged, r, bar, kinds))]
    return tuple(dict.fromkeys(found))


def forbidden(judged: Judged, ruling: Ruling) -> int:
    """Rows of the acts that a norm forbids for certain."""
    mask = ruling.covers.holds if ruling.compiled.norm.modality == "prohibition" else ruling.forbids.holds
    return ruling.surely & mask & judged.rows


def _duty_and_bar(judged: Judged, duty: Ruling, bar: Ruling, kinds: Mapping[str, str]) -> Clash | None:
    """A duty and a prohibition conflict where the prohibition leaves no way to fulfil the duty."""
    one, other = kinds[duty.compiled.norm.iri], kinds[bar.compiled.norm.iri]
    rows = forbidden(judged, bar) & duty.surely & duty.covers.holds
    if not rows or (one == "professional" and other == "legal"):
        return None
    closed = {act for act, _ in judged.acts(forbidden(judged, bar))}
    requires = duty.compiled.norm.requires
    if requires is None or possible(requires, closed, judged):
        return None
    kind = "limit" if one == "legal" and other == "professional" else "conflict"
    return _clash(judged, kind, rows, duty, bar, "requires what", "forbids")


def possible(tree: Requirement, closed: set[str], judged: Judged) -> bool:
    """Whether a requirement can be met without the closed acts."""
    if tree.kind == "act":
        action = judged.decision.scene.schema.action_of.get(tree.act)
        return action is None or action.key not in closed
    results = [possible(part, closed, judged) for part in tree.parts]
    return all(results) if tree.kind == "allOf" else any(results)


def _duty_and_denial(judged: Judged, duty: Ruling, denial: Ruling, kinds: Mapping[str, str]) -> Clash | None:
    """A duty and an authority that denies it, in one order of one place."""
    same = denial.compiled.norm.order == duty.compiled.norm.order and denial.compiled.norm.jurisdiction == duty.compiled.norm.jurisdiction
    if denial.compiled.norm.modality != "no_duty" or not same or kinds[duty.compiled.norm.iri] != "legal":
        return None
    requires = duty.compiled.norm.requires
    denied = {act for act, _ in judged.acts(denial.surely & denial.covers.holds)}
    rows = denial.surely & denial.covers.holds & duty.surely & duty.covers.holds & judged.rows
    if not rows or requires is None or possible(requires, denied, judged):
        return None
    return _clash(judged, "conflict", rows, duty, denial, "requires what", "says is not required")


def _permission_and_bar(judged: Judged, allow: Ruling, bar: Ruling, kinds: Mapping[str, str]) -> Clash | None:
    """A permission and a prohibition of one order and place conflict; a code may be narrower than law, which is a limit."""
    if allow.compiled.norm.modality != "permission":
        return None
    rows = forbidden(judged, bar) & allow.surely & allow.covers.holds
    one, other = allow.compiled.norm, bar.compiled.norm
    if not rows or kinds[one.iri] != "legal":
        return None
    if kinds[other.iri] == "professional":
        return _clash(judged, "limit", rows, allow, bar, "allows what", "forbids")
    if one.order == other.order and one.jurisdiction == other.jurisdiction:
        return _clash(judged, "conflict", rows, allow, bar, "allows what", "forbids")
    return None


def _clash(judged: Judged, kind: str, rows: int, one: Ruling, other: Ruling, verb: str, against: str) -> Clash:
    action = judged.acts(rows)[0][0]
    a, b = one.compiled.norm, other.compiled.norm
    return Clash(kind, action, a.id, b.id, f"{a.source.cited or a.label} {verb} {b.source.cited or b.label} {against}")


def forum_clashes(forums: Sequence[ForumAssessment]) -> tuple[Clash, ...]:
    """What one forum requires and another forbids."""
    found = []
    for one in forums:
        for other in forums:
            for action, duty in one.outcomes.get("obligation", {}).items():
                bar = other.outcomes.get("prohibition", {}).get(action)
                if one is not other and bar is not None and duty.answer == bar.answer == "yes":
                    text = f"{one.jurisdiction} requires what {other.jurisdiction} forbids"
                    found.append(Clash("conflict", action, duty.norms[0], bar.norms[0], text))
    return tuple(found)
