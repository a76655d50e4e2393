"""The explanation of a determination: why a norm stands where it stands, down to the fact and the provision."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.assess import Assessor, act_status
from engine.assessment import Defeat, NormStatus
from engine.cases import Case
from engine.decide import Decision, Ruling
from engine.findings import Finding, find
from engine.judged import Judged
from engine.norms import Norm
from engine.terms import LABEL, local_name
from engine.truth import CONTRADICTORY, NO, UNKNOWN, YES

MARKS = {YES: "✓", NO: "✗", UNKNOWN: "?", CONTRADICTORY: "⚡"}
ORIGINS = {
    "stated": "stated",
    "listed": "not in the list stated",
    "presumed": "presumed",
    "act": "said by naming the act",
    "inferred": "inferred",
    "outcome": "outcome of other norms",
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


def finding_lines(finding: Finding, depth: int = 0) -> Iterable[str]:
    """A finding as indented lines: a mark, the condition in words, where it comes from."""
    pad = "  " * depth
    mark = MARKS[finding.value]
    if len(finding.grounds) == 1 and (finding.construct in ("all of", "any of") or (finding.construct == "class" and not finding.fact)):
        yield from finding_lines(finding.grounds[0], depth)
    elif finding.construct == "class":
        basis = f": {finding.basis}" if finding.basis else ""
        source = f"  [{ORIGINS[finding.origin]}{basis}]" if finding.origin in ORIGINS else ""
        yield f"{pad}{mark} {finding.text}{source}"
        for ground in finding.grounds:
            yield from finding_lines(ground, depth + 1)
    elif finding.construct in ("some", "every") and len(finding.grounds) == 1:
        yield from finding_lines(finding.grounds[0], depth)
    else:
        words = {
            "all of": "all of these:",
            "any of": "at least one of these:",
            "not": "that this is not so:",
            "some": f"for some of {len(finding.grounds)}:",
            "every": "for every one:",
        }
        named = f" ({finding.thing})" if finding.construct in ("some", "every") else ""
        yield f"{pad}{mark} {words.get(finding.construct, finding.text) if finding.grounds else finding.text}{named}"
        for ground in finding.grounds:
            yield from finding_lines(ground, depth + 1)


def explanation_text(assessor: Assessor, e: Explanation) -> str:
    """An explanation as text."""
    graph = assessor.kb.graph
    lines = [f"{e.norm.id} — {e.norm.label}", f"  {e.status.replace('_', ' ')}: {e.norm.source.cited}", f"  time: {e.time}"]
    for title, finding in (("who is bound", e.bearer), ("when", e.trigger)):
        if finding is not None:
            lines += [f"  {title}:", *finding_lines(finding, 2)]
    shown = e.acts if len({a.status for a in e.acts}) > 1 else e.acts[:1]
    by_status: dict[str, list[str]] = {}
    for act in e.acts:
        by_status.setdefault(act.status, []).append(act.act + (f" → {act.toward}" if act.toward else ""))
    lines += [f"  acts {status.replace('_', ' ')}: {', '.join(dict.fromkeys(acts))}" for status, acts in by_status.items()]
    for act in shown[:1]:
        lines += [f"  why {act.act} is such an act:", *finding_lines(act.finding, 2)]
    for defeat in e.defeats:
        winner = assessor.kb.norms[defeat.by]
        ground = graph.text(defeat.ground, LABEL) or "no ground stated"
        rule = f", by {graph.text(defeat.rule, LABEL)}" if defeat.rule else ""
        verb = "yields to" if defeat.surely else "may yield to"
        lines.append(f"  {verb} {winner.id} ({winner.source.cited}) on {', '.join(defeat.acts)}: {ground}{rule}")
    lines += [f"  waits for: {', '.join(e.missing)}"] if e.missing else []
    return "\n".join(lines)


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as plain objects."""
    found: dict[str, object] = {"construct": finding.construct, "text": finding.text, "value": str(finding.value), "about": finding.thing}
    if finding.fact:
        found["fact"] = finding.fact
    if finding.cls:
        found["class"] = finding.cls
    if finding.origin:
        found["origin"] = finding.origin
    if finding.basis:
        found["basis"] = finding.basis
    if finding.grounds:
        found["grounds"] = [finding_json(g) for g in finding.grounds]
    return found


def explanation_json(e: Explanation) -> dict[str, object]:
    """An explanation as plain objects."""
    source = e.norm.source
    return {
        "norm": e.norm.id,
        "label": e.norm.label,
        "status": e.status,
        "time": e.time,
        "source": {"citation": source.citation, "pinpoint": source.pinpoint, "title": source.title, "urls": list(source.urls), "confidence": source.confidence},
        "bearer": finding_json(e.bearer) if e.bearer else None,
        "trigger": finding_json(e.trigger) if e.trigger else None,
        "acts": [{"act": a.act, "toward": a.toward, "status": a.status, "finding": finding_json(a.finding)} for a in e.acts],
        "defeated_by": [
            {
                "norm": local_name(d.by),
                "ground": local_name(d.ground),
                "rule": local_name(d.rule) if d.rule else None,
                "acts": list(d.acts),
                "certain": d.surely,
            }
            for d in e.defeats
        ],
        "missing": list(e.missing),
    }
