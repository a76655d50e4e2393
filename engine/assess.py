"""From rulings to an assessment: statuses of norms, answers per modality and action, clashes, questions."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from engine.assessment import Assessment, ForumAssessment, NormStatus, Outcomes, Question
from engine.cases import Case
from engine.clashes import find_clashes, forum_clashes
from engine.closure import close_case, outside_words
from engine.compliance import find_compliance
from engine.contradictions import find_contradictions
from engine.decide import Decision, decide
from engine.forum import Forum, compile_forum
from engine.judged import Judged
from engine.knowledge import Knowledge
from engine.polarity import Polarities
from engine.scene import set_scene
from engine.schema import Schema
from engine.search.sift import Sifted, sift
from engine.search.targets import Target
from engine.selects import with_found
from engine.standing import status_of
from engine.terms import norm as norm_term
from engine.truth import UNKNOWN
from engine.votes import combine, count, settled
from engine.waits import Waits


class Assessor:
    """Assesses cases against one body of norms. Compiles a forum when it is first asked about."""

    def __init__(self, kb: Knowledge) -> None:
        self.kb = kb
        self._forums: dict[str, Forum] = {}
        self._polarities: dict[str, Polarities] = {}

    def forum(self, code: str) -> Forum:
        """The compiled law of a jurisdiction, by its canonical code."""
        if code not in self._forums:
            self._forums[code] = compile_forum(self.kb, self.kb.jurisdictions[code])
        return self._forums[code]

    def polarities(self, code: str) -> Polarities:
        """Which facts count both ways in a jurisdiction."""
        if code not in self._polarities:
            self._polarities[code] = Polarities(self.forum(code), self.kb.schema)
        return self._polarities[code]

    @cached_property
    def _orders(self) -> dict[str, str]:
        return {iri: self.kb.graph.text(iri, norm_term("key")) for iri in {n.order for n in self.kb.norms.values()}}

    def order_key(self, order: str) -> str:
        """The JSON name of an order that norms have."""
        return self._orders[order]

    def complete(self, case: Case) -> Case:
        """The case with what queries find in it, and with what axioms outside the compiled fragment entail."""
        if self.kb.outside:
            case = close_case(case, self.kb.graph, self.kb.schema.labels)
        return with_found(case, self.kb.selects, self.kb.graph)

    def decide(self, case: Case, code: str) -> Decision:
        """Decide a case under the law of one place, for explanations."""
        case = self.complete(case)
        scene = set_scene(self.kb.schema, self.kb.template, case)
        return decide(self.forum(code), scene, case.law_as_of, case.known_as_of)

    def assess(self, case: Case, refined: bool = True) -> Assessment:
        """Assess a case. refined: settle answers that are the same under every completion of the unknown facts."""
        return self.assess_decided(self.decide_all(case), refined)

    def decide_all(self, case: Case) -> dict[str, Decision]:
        """Decide a case in each of its forums, by code."""
        case = self.complete(case)
        scene = set_scene(self.kb.schema, self.kb.template, case)
        return {code: decide(self.forum(code), scene, case.law_as_of, case.known_as_of) for code in case.jurisdictions}

    def assess_decided(self, decisions: Mapping[str, Decision], refined: bool = True) -> Assessment:
        """The assessment of a case that is decided in each of its forums."""
        forums = [self.assess_forum(decision, refined) for decision in decisions.values()]
        case = next(iter(decisions.values())).scene.case
        outcomes = forums[0].outcomes if len(forums) == 1 else combine([f.outcomes for f in forums])
        clashes = tuple(c for f in forums for c in f.clashes) + forum_clashes(forums)
        return Assessment(identify(self.kb, case), case.name, case.law_as_of, case.known_as_of, self.kb.digest, tuple(forums), outcomes, clashes)

    def assess_forum(self, decision: Decision, refined: bool = True) -> ForumAssessment:
        """What one forum's law says."""
        judged = Judged(decision)
        waits = Waits(judged)
        norms = tuple(status_of(judged, ruling, waits) for ruling in decision.rulings.values())
        outcomes = count(judged, decision, waits, self.order_key)
        found = ForumAssessment(
            decision.forum.place.code,
            norms,
            outcomes,
            find_clashes(self.kb, judged),
            open_questions(decision.scene.schema, norms),
            find_compliance(judged),
            find_contradictions(decision),
            outside_words(self.kb.outside) + problems(decision),
        )
        return self.settle(decision, waits, found) if refined else found

    def settle(self, decision: Decision, waits: Waits, forum: ForumAssessment) -> ForumAssessment:
        """The assessment with the open answers settled that every completion answers alike."""
        sifted = sift(self.kb, self.polarities(forum.jurisdiction), decision, waits, self.pending(forum.outcomes))
        if not sifted.settled and not sifted.unsure:
            return forum
        return replace(forum, outcomes=settled(forum.outcomes, sifted.answers), problems=forum.problems + unsettled(sifted))

    def answers(self, case: Case, code: str, wanted: Target | None = None) -> tuple[Outcomes, tuple[str, ...]]:
        """The answers in one forum alone, of which one may be wanted and is settled, and what could not be tried for it."""
        decision = self.decide(case, code)
        judged = Judged(decision)
        waits = Waits(judged)
        outcomes = count(judged, decision, waits, self.order_key)
        pending = {target: norms for target, norms in self.pending(outcomes).items() if target == wanted}
        sifted = sift(self.kb, self.polarities(code), decision, waits, pending)
        return settled(outcomes, sifted.answers), unsettled(sifted)

    def pending(self, outcomes: Outcomes) -> dict[Target, tuple[str, ...]]:
        """The open answers, with the IRIs of the norms for which they are open."""
        by_id = self.kb.by_id
        return {
            Target(modality, act): tuple(by_id[n].iri for n in outcome.norms)
            for modality, actions in outcomes.items()
            for act, outcome in actions.items()
            if outcome.answer == "depends"
        }

    def status_of(self, judged: Judged, iri: str) -> NormStatus:
        """The standing of one norm alone, without that of the others."""
        return status_of(judged, judged.decision.rulings[iri], Waits(judged))


def identify(kb: Knowledge, case: Case) -> str:
    """A name for an assessment that depends on the law, the facts and the dates alone."""
    said = sorted((s.thing, s.cls, s.holds, s.origin) for s in case.said)
    parts = [
        kb.digest,
        case.name,
        case.jurisdictions,
        str(case.law_as_of),
        str(case.known_as_of),
        said,
        sorted(case.about_acts),
        str(case.taken),
        sorted((s.thing, s.fact) for s in case.silent),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def open_questions(schema: Schema, norms: Iterable[NormStatus]) -> tuple[Question, ...]:
    """Facts that norms wait for, those that most wait for first."""
    waiting: dict[str, int] = {}
    for status in norms:
        for key in status.missing:
            waiting[key] = waiting.get(key, 0) + 1
    ranked = sorted(waiting.items(), key=lambda item: (-item[1], item[0]))
    facts = [(schema.facts[key], number) for key, number in ranked]
    return tuple(Question(f.key, f.question, number, f.open_textured, tuple(f.values)) for f, number in facts)


def problems(decision: Decision) -> tuple[str, ...]:
    """What the law itself leaves open: norms of which it is not known whether they were in force."""
    return tuple(
        f"{r.compiled.norm.id}: not known whether it was in force ({', '.join(str(i) for i in r.compiled.norm.intervals)})"
        for r in decision.rulings.values()
        if r.in_force == UNKNOWN
    )


def unsettled(sifted: Sifted) -> tuple[str, ...]:
    """What could not be tried, in words."""
    if not sifted.unsure:
        return ()
    return (f"left open, for there are too many ways in which unknown facts may turn out to try them all: {', '.join(t.key for t in sifted.unsure)}",)
