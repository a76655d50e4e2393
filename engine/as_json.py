"""An assessment in JSON, to the contract of docs/json.md. Fields are added, never renamed."""

from collections.abc import Mapping

from engine.assessment import DISCLAIMER, Assessment, Clash, ForumAssessment, NormStatus, Outcome
from engine.terms import local_name


def assessment_json(a: Assessment) -> dict[str, object]:
    """The whole assessment as plain objects."""
    several = len(a.forums) > 1
    found: dict[str, object] = {
        "id": a.id,
        "case": a.name,
        "law_as_of": a.law_as_of.isoformat(),
        "known_as_of": a.known_as_of.isoformat(),
        "law_version": a.law,
        "jurisdictions": list(a.jurisdictions),
        "disclaimer": DISCLAIMER,
        "outcomes": outcomes_json(a.outcomes),
        "norms": [norm_json(n, f.jurisdiction if several else "") for f in a.forums for n in f.norms],
        "conflicts": [clash_json(c) for c in a.clashes if c.kind == "conflict"],
        "limits": [clash_json(c) for c in a.clashes if c.kind == "limit"],
        "contradictions": [contradiction for f in a.forums[:1] for contradiction in contradictions_json(f)],
        "open_questions": [q for f in a.forums for q in questions_json(f)],
        "compliance": [c for f in a.forums for c in compliance_json(f)],
        "problems": [p for f in a.forums for p in f.problems],
        "links": {"explanation": f"/v1/assessments/{a.id}/explanation"},
    }
    if several:
        found["by_jurisdiction"] = {f.jurisdiction: outcomes_json(f.outcomes) for f in a.forums}
    return found


def outcomes_json(outcomes: Mapping[str, Mapping[str, Outcome]]) -> dict[str, object]:
    """Modality → action → answer."""
    return {modality: {action: outcome_json(o) for action, o in actions.items()} for modality, actions in outcomes.items()}


def outcome_json(o: Outcome) -> dict[str, object]:
    """One answer. recipients: those toward whom it is the answer; toward: each one's own, where they differ."""
    found: dict[str, object] = {"answer": o.answer, "norms": list(o.norms)}
    if o.recipients:
        found["recipients"] = list(o.recipients)
    if len(o.toward) > 1:
        found["toward"] = dict(o.toward)
    if o.missing:
        found["missing"] = list(o.missing)
    found["orders"] = dict(o.by_order)
    return found


def norm_json(n: NormStatus, jurisdiction: str) -> dict[str, object]:
    """The status of one norm."""
    found: dict[str, object] = {
        "id": n.norm.id,
        "status": n.status,
        "modality": n.modality,
        "label": n.norm.label,
        "order": n.norm.order_key,
        "jurisdiction": local_name(n.norm.jurisdiction),
        "citation": n.norm.source.cited,
        "confidence": n.norm.source.confidence,
        "checked": n.norm.checked,
        "in_force": n.in_force,
        "acts": dict(n.acts),
        "missing": list(n.missing),
    }
    if n.defeats:
        found["defeated_by"] = [
            {"norm": local_name(d.by), "ground": local_name(d.ground), "acts": list(d.acts), "certain": d.surely}
            | ({"rule": local_name(d.rule)} if d.rule else {})
            for d in n.defeats
        ]
    if n.contradictory:
        found["contradictory"] = True
    return found | ({"forum": jurisdiction} if jurisdiction else {})


def clash_json(c: Clash) -> dict[str, object]:
    """Both sides of a clash."""
    return {"action": c.action, "norms": [c.one, c.other], "text": c.text}


def contradictions_json(f: ForumAssessment) -> list[dict[str, object]]:
    """What the case both says and denies."""
    return [{"fact": c.fact, "about": c.thing, "text": c.text, "for": list(c.grounds_for), "against": list(c.grounds_against)} for c in f.contradictions]


def questions_json(f: ForumAssessment) -> list[dict[str, object]]:
    """What is not known and would change an answer."""
    return [{"fact": q.fact, "question": q.question, "settles": q.settles, "open_textured": q.open_textured, "values": list(q.values)} for q in f.questions]


def compliance_json(f: ForumAssessment) -> list[dict[str, object]]:
    """What the acts done mean."""
    return [
        {"norm": c.norm, "state": c.state, "done": list(c.done), "outstanding": list(c.outstanding), "within": c.deadline, "consequence": c.consequence}
        for c in f.compliance
    ]
