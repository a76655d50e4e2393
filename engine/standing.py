"""The standing of one norm in a case, in the order of statuses of the semantics."""

from collections.abc import Iterable

from engine.assessment import Defeat, NormStatus
from engine.decide import Ruling
from engine.judged import Judged
from engine.truth import NO
from engine.waits import Waits


def status_of(judged: Judged, ruling: Ruling, waits: Waits) -> NormStatus:
    """Where a norm stands, on which acts, what it waits for and who prevails over it."""
    norm = ruling.compiled.norm
    word, acts = standing(judged, ruling)
    missing = waits.keys(norm.iri) if word == "undetermined" else ()
    defeats = tuple(defeats_of(judged, ruling)) if ruling.open else ()
    return NormStatus(norm, norm.modality, word, str(ruling.in_force), acts, missing, defeats, bool(ruling.torn & judged.rows))


def standing(judged: Judged, ruling: Ruling) -> tuple[str, dict[str, str]]:
    """(status of a norm, status for each act that it is about)."""
    if ruling.in_force == NO:
        return "not_in_force", {}
    if ruling.bearer.surely_not & 1:
        return "not_bound", {}
    rows = judged.rows
    applied, maybe = ruling.applied & rows, ruling.open & rows
    acts = statuses(judged, ruling)
    if applied & ruling.surely:
        return "effective", acts
    if applied:
        return ("undetermined" if applied & ruling.possibly else "defeated"), acts
    return ("undetermined" if maybe else "not_triggered"), acts


def statuses(judged: Judged, ruling: Ruling) -> dict[str, str]:
    """Act (or `act → thing`) → status of the norm for it, for the acts that it is about."""
    about = ~ruling.covers.any_of(ruling.forbids).surely_not & judged.rows
    surely, opened = ruling.surely, ruling.open
    undetermined = opened & (ruling.possibly | ~ruling.applied)
    return {
        label: "effective" if surely & bit else "not_triggered" if not opened & bit else "undetermined" if undetermined & bit else "defeated"
        for bit, label in judged.labels
        if about & bit
    }


def act_status(ruling: Ruling, row: int) -> str:
    """The status of a norm for one act."""
    if ruling.surely >> row & 1:
        return "effective"
    if not ruling.open >> row & 1:
        return "not_triggered"
    return "undetermined" if ruling.possibly >> row & 1 or not ruling.applied >> row & 1 else "defeated"


def defeats_of(judged: Judged, ruling: Ruling) -> Iterable[Defeat]:
    """Who prevails over a norm that applies, on which acts, and why."""
    for override in ruling.compiled.attackers:
        attacker = judged.decision.rulings[override.winner]
        rows = ruling.open & attacker.possibly & judged.rows
        if rows:
            acts = tuple(dict.fromkeys(act for act, _ in judged.acts(rows)))
            yield Defeat(override.winner, override.ground, override.by, acts, not rows & ~attacker.surely)
