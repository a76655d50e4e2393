"""The explanation of a determination: why a norm stands where it stands, down to the fact and the provision."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.assess import Assessor
from engine.assessment import Defeat, NormStatus
from engine.cases import Case
from engine.decide import Decision, Ruling
from engine.findings import Finding, find
from engine.judged import Judged
from engine.norms import Norm
from engine.standing import act_status
from engine.truth import NO, UNKNOWN, YES

ORIGINS = {
    "stated": "stated",
    "listed": "not in the list stated",
    "presumed": "presumed",
    "act": "said by naming the act",
    "inferred": "inferred",
    "outcome": "outcome of other norms",
    "found": "found by a query",
}


@dataclass(frozen=True, slots=True)
class ActFinding:
    """One act: the status of the norm for it, why the norm is about it, and who prevails over the norm there."""

    act: str
    toward: str
    status: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one norm has its status. time: why it is, or is not, in force. bearer, trigger: None where the norm has none."""

    norm: Norm
    status: str
    time: str
    bearer: Finding | None
    trigger: Finding | None
    acts: tuple[ActFinding, ...]
    defeats: tuple[Defeat, ...]
    missing: tuple[str, ...]


def explain(assessor: Assessor, case: Case, code: str, norm_iri: str) -> Explanation:
    """Explain one norm in one forum."""
    decision = assessor.decide(case, code)
    judged = Judged(decision)
    return explain_ruling(judged, decision.rulings[norm_iri], assessor.status_of(judged, norm_iri))


def explain_all(assessor: Assessor, case: Case, code: str) -> tuple[Explanation, ...]:
    """Explain every norm that reaches a forum, deciding the case once."""
    decision = assessor.decide(case, code)
    judged = Judged(decision)
    return tuple(explain_ruling(judged, ruling, assessor.status_of(judged, iri)) for iri, ruling in decision.rulings.items())


def explain_ruling(judged: Judged, ruling: Ruling, status: NormStatus) -> Explanation:
    """The findings behind a ruling, in the column in which each act is judged."""
    decision = judged.decision
    c, n = ruling.compiled, decision.world.cases
    in_force = ruling.in_force != NO
    return Explanation(
        c.norm,
        status.status,
        time_text(decision, ruling),
        find(decision, c.bearer, decision.scene.bearer * n) if c.bearer is not None and in_force else None,
        find(decision, c.trigger, 0) if c.trigger is not None and in_force else None,
        tuple(act_findings(decision, judged, ruling)) if in_force else (),
        status.defeats,
        status.missing,
    )


def time_text(decision: Decision, ruling: Ruling) -> str:
    """The norm's time and the case's, in a sentence."""
    norm, case = ruling.compiled.norm, decision.scene.case
    spans = " and ".join(str(i) for i in norm.intervals)
    clock = "decided" if norm.declared else "in force"
    word = {YES: "it counts", NO: "it does not count", UNKNOWN: "whether it counts is not known"}[ruling.in_force]
    gone = f", overruled on {norm.overruled}" if norm.overruled else ""
    return f"{clock} {spans}{gone}; for events of {case.law_as_of} as known on {case.known_as_of} {word}"


def act_findings(decision: Decision, judged: Judged, ruling: Ruling) -> Iterable[ActFinding]:
    """The acts that the norm is, or may be, about."""
    named = {leaf.action for leaf in ruling.compiled.leaves if leaf.action}
    about = ~ruling.covers.any_of(ruling.forbids).surely_not
    for row, (act, toward) in judged.names.items():
        if not about >> row & 1:
            continue
        leaves = [leaf for leaf in ruling.compiled.leaves if not named or leaf.action == act] or list(ruling.compiled.leaves)
        node = ruling.compiled.where if ruling.compiled.where is not None and named else leaves[0].node
        yield ActFinding(act, toward, act_status(ruling, row), find(decision, node, row))
