"""An assessment as RDF (DESIGN §7): determinations, answers, defeats, clashes, what was done, what is open."""

from collections.abc import Mapping

from engine.assessment import Assessment, Compliance, ForumAssessment, NormStatus, Outcome, Outcomes
from engine.knowledge import Knowledge
from engine.record.quads import BASE, DERIVED, TYPED, Quads, boolean, integer, iri, text, typed
from engine.terms import NORM, norm

Determinations = Mapping[tuple[str, str], str]
"""(code of the forum, IRI of the norm) → the node of its determination."""


def graph_iri(assessment: Assessment, part: str = "") -> str:
    """The name of the graph that an assessment is written into. part: what of it, and what beside it, where an explanation needs only that."""
    return f"{BASE}{assessment.id}.{part}" if part else BASE + assessment.id


def write_assessment(quads: Quads, kb: Knowledge, assessment: Assessment, engine_version: str, things: Mapping[str, str]) -> Determinations:
    """Write it all; gives the determinations. things: name of a thing of the case → its node."""
    root = iri(quads.graph)
    quads.add(
        root,
        [
            (TYPED, iri(norm("Assessment"))),
            ("name", text(assessment.name)),
            ("lawAsOf", typed(assessment.law_as_of.isoformat(), "date")),
            ("knownAsOf", typed(assessment.known_as_of.isoformat(), "date")),
            ("lawVersion", text(assessment.law)),
            ("engineVersion", text(engine_version)),
        ],
    )
    found: dict[tuple[str, str], str] = {}
    for forum in assessment.forums:
        place = iri(kb.jurisdictions[forum.jurisdiction].iri)
        quads.add(root, [("forum", place)])
        for status in forum.norms:
            found[forum.jurisdiction, status.norm.iri] = write_determination(quads, place, status)
        for status in forum.norms:
            write_defeats(quads, found[forum.jurisdiction, status.norm.iri], status)
        write_outcomes(quads, kb, forum.outcomes, place, things)
        write_rest(quads, kb, forum, place)
    if len(assessment.forums) > 1:
        write_outcomes(quads, kb, assessment.outcomes, root, things)
    for clash in assessment.clashes:
        pair = [("norm", iri(kb.by_id[name].iri)) for name in (clash.one, clash.other)]
        quads.make("clash", "Clash", [("kind", text(clash.kind)), ("actName", text(clash.action)), ("text", text(clash.text)), *pair])
    return found


def write_determination(quads: Quads, place: str, status: NormStatus) -> str:
    """The standing of one norm, and for a norm that is or may be open that of every act it is about."""
    node = quads.make(
        "determination",
        "Determination",
        [
            ("inForum", place),
            ("ofNorm", iri(status.norm.iri)),
            ("status", STATUSES[status.status]),
            ("counts", text(status.in_force)),
            *[("waitsFor", text(key)) for key in status.missing],
        ],
    )
    if status.status in ("effective", "defeated", "undetermined"):
        for name, word in status.acts.items():
            act, _, toward = name.partition(" → ")
            more = [("towardName", text(toward))] if toward else []
            quads.make("standing", "Standing", [("ofDetermination", node), ("actName", text(act)), ("status", STATUSES[word]), *more])
    return node


def camel(word: str) -> str:
    """`not_in_force` → `NotInForce`."""
    return "".join(part.capitalize() for part in word.split("_"))


STATUSES = {word: iri(NORM + camel(word)) for word in ("effective", "defeated", "undetermined", "not_triggered", "not_in_force", "not_bound", "out_of_scope")}


def write_defeats(quads: Quads, determination: str, status: NormStatus) -> None:
    """Who prevails over a norm, on which acts, and on what ground."""
    for defeat in status.defeats:
        properties = [("loser", determination), ("winner", iri(defeat.by)), ("sure", boolean(defeat.surely))]
        properties += [("overrideGround", iri(defeat.ground))] if defeat.ground else []
        properties += [("byRule", iri(defeat.rule))] if defeat.rule else []
        quads.make("defeat", "Defeat", properties + [("actName", text(act)) for act in defeat.acts])


def write_outcomes(quads: Quads, kb: Knowledge, outcomes: Outcomes, place: str, things: Mapping[str, str]) -> None:
    """Answers by modality and act; several forums' together stand under the assessment itself."""
    for modality, acts in outcomes.items():
        for act, outcome in acts.items():
            write_outcome(quads, kb, (modality, act), outcome, place, things)


def write_outcome(quads: Quads, kb: Knowledge, name: tuple[str, str], outcome: Outcome, place: str, things: Mapping[str, str]) -> None:
    """One answer, with the norms that give it, order by order, and toward each thing where there are several."""
    modality, act = name
    properties = [("inForum", place), ("modality", text(modality)), ("actName", text(act)), ("answer", text(outcome.answer))]
    properties += [("groundedOn", iri(kb.by_id[n].iri)) for n in outcome.norms]
    properties += [("waitsFor", text(key)) for key in outcome.missing]
    node = quads.make("outcome", "Outcome", properties)
    for order, answer in outcome.by_order.items() if len(outcome.by_order) > 1 else ():
        quads.make("order", "OrderAnswer", [("ofOutcome", node), ("orderKey", text(order)), ("answer", text(answer))])
    for thing, answer in outcome.toward.items() if len(outcome.toward) > 1 else ():
        quads.make("toward", "TowardAnswer", [("ofOutcome", node), ("toward", things[thing]), ("towardName", text(thing)), ("answer", text(answer))])


def write_rest(quads: Quads, kb: Knowledge, forum: ForumAssessment, place: str) -> None:
    """Open questions, contradictions, compliance, doubts."""
    for q in forum.questions:
        quads.make("question", "Question", [("inForum", place), ("fact", text(q.fact)), ("question", text(q.question)), ("bearsOn", integer(q.settles))])
    for c in forum.contradictions:
        grounds = [("for", text(g)) for g in c.grounds_for] + [("against", text(g)) for g in c.grounds_against]
        quads.make(
            "contradiction", "Contradiction", [("inForum", place), ("aboutName", text(c.thing)), ("class", iri(c.cls)), ("text", text(c.text)), *grounds]
        )
    for done in forum.compliance:
        write_compliance(quads, kb, done, place)
    for problem in forum.problems:
        quads.make("problem", "Problem", [("inForum", place), ("text", text(problem))])


def write_compliance(quads: Quads, kb: Knowledge, done: Compliance, place: str) -> None:
    """What the acts done mean for one norm."""
    target = kb.by_id[done.norm].iri
    properties = [("inForum", place), ("ofNorm", iri(target)), ("state", text(done.state)), (DERIVED, iri(target))]
    properties += [("did", text(act)) for act in done.done] + [("outstanding", text(act)) for act in done.outstanding]
    properties += [("deadline", text(done.deadline))] if done.deadline else []
    quads.make("compliance", "Compliance", properties)
