"""What the acts that were done mean: duties satisfied, violated or still open, prohibitions respected or violated."""

import re

from engine.assessment import Compliance
from engine.clashes import forbidden
from engine.decide import Ruling
from engine.judged import Judged
from engine.norms import Norm, Requirement


def find_compliance(judged: Judged) -> tuple[Compliance, ...]:
    """Compliance with every duty and prohibition that is effective for certain; nothing where the case lists no acts."""
    taken = judged.decision.scene.case.taken
    if taken is None:
        return ()
    done = {t.action for t in taken}
    found = []
    for ruling in judged.decision.rulings.values():
        norm = ruling.compiled.norm
        if not ruling.surely & judged.rows:
            continue
        if norm.modality == "obligation" and norm.requires is not None:
            found.append(_duty(judged, ruling, done, norm.requires))
        elif norm.modality == "prohibition":
            found.append(_bar(judged, ruling, done))
    return tuple(found)


def _duty(judged: Judged, ruling: Ruling, done: set[str], tree: Requirement) -> Compliance:
    norm = ruling.compiled.norm
    keys = [_key(judged, leaf) for leaf in tree.leaves()]
    harbours = [r for r in judged.decision.rulings.values() if norm.iri in r.compiled.norm.fulfils and r.surely & judged.rows]
    met = satisfied(judged, tree, done) or any(_acts(judged, h) <= done and _acts(judged, h) for h in harbours)
    late = overdue(judged, norm)
    state = "satisfied" if met else "violated" if late else "open"
    outstanding = () if met else tuple(k for k in keys if k not in done)
    return Compliance(norm.id, state, tuple(k for k in keys if k in done), outstanding, norm.within, norm.consequence)


def _key(judged: Judged, leaf: Requirement) -> str:
    action = judged.decision.scene.schema.action_of.get(leaf.act)
    return action.key if action else leaf.act


def _acts(judged: Judged, ruling: Ruling) -> set[str]:
    return {act for act, _ in judged.acts(ruling.surely & ruling.covers.holds)}


def satisfied(judged: Judged, tree: Requirement, done: set[str]) -> bool:
    """Whether acts done meet a requirement: an act of a narrower kind is an act of the wider one."""
    schema = judged.decision.scene.schema
    if tree.kind == "act":
        return any(tree.act in schema.axioms.wider(schema.actions[key].cls) for key in done if key in schema.actions)
    results = [satisfied(judged, part, done) for part in tree.parts]
    return all(results) if tree.kind == "allOf" else any(results)


def _bar(judged: Judged, ruling: Ruling, done: set[str]) -> Compliance:
    closed = {act for act, _ in judged.acts(forbidden(judged, ruling))}
    broken = tuple(sorted(closed & done))
    norm = ruling.compiled.norm
    return Compliance(norm.id, "violated" if broken else "respected", broken, (), "", norm.consequence if broken else "")


DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$")


def seconds(duration: str) -> int | None:
    """An xsd:duration of days, hours and minutes in seconds; None for one that has no fixed length."""
    found = DURATION.match(duration)
    if not found or duration in ("P", "PT"):
        return None
    days, hours, minutes = (int(g or 0) for g in found.groups())
    return days * 86_400 + hours * 3_600 + minutes * 60


def overdue(judged: Judged, norm: Norm) -> bool:
    """Whether a duty's time is over: the days from the events to the question exceed it."""
    allowed = seconds(norm.within) if norm.within else None
    case = judged.decision.scene.case
    return allowed is not None and (case.known_as_of - case.law_as_of).days * 86_400 > allowed
