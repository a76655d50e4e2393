"""From rulings to an assessment: statuses of norms, answers per modality and action, clashes, questions."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.assessment import Assessment, Defeat, ForumAssessment, NormStatus, Outcome, Outcomes, Question
from engine.cases import Case
from engine.clashes import find_clashes, forum_clashes
from engine.closure import close_case, outside_words
from engine.compliance import find_compliance
from engine.contradictions import find_contradictions
from engine.decide import Decision, Ruling, decide
from engine.findings import missing
from engine.forum import Forum, compile_forum
from engine.judged import Judged
from engine.knowledge import Knowledge
from engine.polarity import Polarities
from engine.refine import refine
from engine.scene import set_scene
from engine.schema import Schema
from engine.selects import with_found
from engine.terms import norm as norm_term
from engine.truth import NO, UNKNOWN

RANK = {"yes": 3, "contradictory": 2, "depends": 1, "no": 0}


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
        case = self.complete(case)
        scene = set_scene(self.kb.schema, self.kb.template, case)
        forums = []
        for code in case.jurisdictions:
            decision = decide(self.forum(code), scene, case.law_as_of, case.known_as_of)
            one = self.assess_forum(decision)
            forums.append(refine(self.kb, self.polarities(code), case, one, decision) if refined else one)
        outcomes = forums[0].outcomes if len(forums) == 1 else combine([f.outcomes for f in forums])
        clashes = tuple(c for f in forums for c in f.clashes) + forum_clashes(forums)
        return Assessment(identify(self.kb, case), case.name, case.law_as_of, case.known_as_of, self.kb.digest, tuple(forums), outcomes, clashes)

    def assess_forum(self, decision: Decision) -> ForumAssessment:
        """What one forum's law says."""
        judged = Judged(decision)
        waits = Waits(judged)
        keys = {iri: tuple(sorted(facts_of(decision, iri, waits, set()))) for iri in decision.rulings}
        norms = tuple(self.status(judged, ruling, keys[iri]) for iri, ruling in decision.rulings.items())
        outcomes = self.outcomes(judged, keys)
        return ForumAssessment(
            decision.forum.place.code,
            norms,
            outcomes,
            find_clashes(self.kb, judged),
            open_questions(decision.scene.schema, norms),
            find_compliance(judged),
            find_contradictions(decision),
            outside_words(self.kb.outside) + problems(decision),
        )

    def status(self, judged: Judged, ruling: Ruling, waits: tuple[str, ...]) -> NormStatus:
        """The standing of one norm, in the order of DESIGN §5."""
        word, acts = standing(judged, ruling)
        modality = ruling.compiled.norm.modality
        defeats = tuple(defeats_of(judged, ruling)) if ruling.open else ()
        clash = bool(ruling.torn & judged.rows)
        return NormStatus(ruling.compiled.norm, modality, word, str(ruling.in_force), acts, waits if word == "undetermined" else (), defeats, clash)

    def status_of(self, judged: Judged, iri: str) -> NormStatus:
        """The standing of one norm alone, without that of the others."""
        waits = tuple(sorted(facts_of(judged.decision, iri, Waits(judged), set())))
        return self.status(judged, judged.decision.rulings[iri], waits)

    def outcomes(self, judged: Judged, keys: Mapping[str, tuple[str, ...]]) -> Outcomes:
        """Answers by modality and action, for every action that some norm in force is about."""
        votes = [vote for ruling in judged.decision.rulings.values() if ruling.in_force != NO for vote in cast(judged, ruling)]
        found: dict[str, dict[str, Outcome]] = {}
        for modality in sorted({v.modality for v in votes}):
            mine = [v for v in votes if v.modality == modality]
            acts: dict[str, list[tuple[str, int]]] = {}
            for row, (act, thing) in judged.names.items():
                acts.setdefault(act, []).append((thing, 1 << row))
            found[modality] = {}
            for act in sorted(acts):
                if any(v.about & bit for v in mine for _, bit in acts[act]):
                    found[modality][act] = self.outcome(mine, acts[act], keys)
        return found

    def outcome(self, votes: Sequence["Vote"], things: Sequence[tuple[str, int]], keys: Mapping[str, tuple[str, ...]]) -> Outcome:
        """One answer from the votes of norms on an act: the strongest, with the norms that give it."""
        toward: dict[str, str] = {}
        said: dict[str, list[Vote]] = {}
        orders: dict[str, str] = {}
        for thing, bit in things:
            best = "no"
            for vote in votes:
                if vote.about & bit:
                    word = vote.answer(bit)
                    said.setdefault(word, []).append(vote)
                    best = word if RANK[word] > RANK[best] else best
                    before = orders.get(vote.order, "no")
                    orders[vote.order] = word if RANK[word] > RANK[before] else before
            toward[thing] = best
        answer = strongest(toward.values())
        grounds = () if answer == "no" else tuple(dict.fromkeys(v.ruling.compiled.norm.id for v in said[answer]))
        waits = tuple(sorted({k for v in said[answer] for k in keys[v.ruling.compiled.norm.iri]})) if answer == "depends" else ()
        return Outcome(answer, grounds, toward, waits, {self.order_key(order): word for order, word in orders.items()})

    def order_key(self, order: str) -> str:
        """The JSON name of an order."""
        return self.kb.graph.text(order, norm_term("key"))


@dataclass(frozen=True, slots=True)
class Vote:
    """What one norm says on acts, as sets of rows: those it is about, and those for which the answer is yes or open."""

    modality: str
    order: str
    ruling: Ruling
    about: int
    yes: int
    open: int
    torn: int

    def answer(self, bit: int) -> str:
        """The answer in one row."""
        if self.yes & bit:
            return "yes"
        if not self.open & bit:
            return "no"
        return "contradictory" if self.torn & bit else "depends"


def cast(judged: Judged, ruling: Ruling) -> Iterable[Vote]:
    """The votes of a norm: for its own modality, and against what is opposite to a duty."""
    norm = ruling.compiled.norm
    about = ~ruling.covers.surely_not & judged.rows
    if norm.requires is not None:
        named = {leaf.action for leaf in ruling.compiled.leaves}
        about &= sum(1 << row for row, (act, _) in judged.names.items() if act in named)
    if about:
        yield Vote(norm.modality, norm.order, ruling, about, ruling.surely, ruling.possibly, ruling.torn)
    forbidden = ruling.forbids.holds & judged.rows
    if forbidden:
        yield Vote("prohibition", norm.order, ruling, forbidden, ruling.surely, ruling.possibly, ruling.torn)


def strongest(answers: Iterable[str]) -> str:
    """The answer that prevails among several norms: one that applies for certain is enough."""
    return max(answers, key=RANK.__getitem__, default="no")


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


def standing(judged: Judged, ruling: Ruling) -> tuple[str, dict[str, str]]:
    """(status of a norm, status for each act that it is about)."""
    if ruling.in_force == NO:
        return "not_in_force", {}
    if ruling.bearer.surely_not & 1:
        return "not_bound", {}
    rows = judged.rows
    about = ~ruling.covers.any_of(ruling.forbids).surely_not & rows
    applied, maybe = ruling.applied & rows, ruling.open & rows
    acts = {}
    for row, (act, thing) in judged.names.items():
        if about >> row & 1:
            acts[f"{act} → {thing}" if thing and len(judged.decision.scene.variants) > 1 else act] = act_status(ruling, row)
    if applied & ruling.surely:
        return "effective", acts
    if applied:
        return ("undetermined" if applied & ruling.possibly else "defeated"), acts
    return ("undetermined" if maybe else "not_triggered"), acts


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


def waiting(decision: Decision, judged: Judged, ruling: Ruling) -> dict[str, int]:
    """Classes that a norm's own conditions wait for → rows."""
    found: dict[str, int] = {}
    if ruling.in_force == NO or not ruling.possibly & judged.rows:
        return found
    c, n, seen = ruling.compiled, decision.world.cases, set[tuple[int, int]]()
    columns = judged_columns(judged, ruling)
    if c.bearer is not None:
        missing(decision, c.bearer, columns << decision.scene.bearer * n, found, seen)
    if c.trigger is not None:
        missing(decision, c.trigger, columns, found, seen)
    rows = ruling.possibly & judged.rows
    for leaf in c.leaves:
        missing(decision, leaf.node, rows, found, seen)
        if leaf.condition is not None:
            missing(decision, leaf.condition, columns, found, seen)
    if c.where is not None:
        missing(decision, c.where, rows, found, seen)
    return found


def judged_columns(judged: Judged, ruling: Ruling) -> int:
    """The columns in which some act that the norm possibly governs is judged."""
    n, found = judged.decision.world.cases, 0
    rows = ruling.possibly & judged.rows
    for row in judged.names:
        if rows >> row & 1:
            found |= 1 << row % n
    return found


class Waits(dict[str, dict[str, int]]):
    """Norm → classes that its own conditions wait for, worked out when asked for."""

    def __init__(self, judged: Judged) -> None:
        super().__init__()
        self._judged = judged

    def __missing__(self, iri: str) -> dict[str, int]:
        decision = self._judged.decision
        self[iri] = waiting(decision, self._judged, decision.rulings[iri])
        return self[iri]


def facts_of(decision: Decision, iri: str, waits: Waits, seen: set[str]) -> set[str]:
    """Keys of the facts that a norm waits for: its own, and those of the norms that may defeat it or that it asks about."""
    if iri in seen or iri not in decision.rulings:
        return set()
    seen.add(iri)
    schema, ruling = decision.scene.schema, decision.rulings[iri]
    derived = {d.cls: d for d in decision.forum.derived}
    found: set[str] = set()
    for cls in waits[iri]:
        if cls in derived:
            pending = [m for m in derived[cls].norms if m in decision.rulings and decision.rulings[m].possibly & ~decision.rulings[m].surely]
            found |= {key for m in pending for key in facts_of(decision, m, waits, seen)}
        elif cls in schema.fact_of:
            found.add(schema.fact_of[cls][0].key)
    undecided = ruling.possibly & ~ruling.surely
    for override in ruling.compiled.attackers:
        attacker = decision.rulings[override.winner]
        if undecided & attacker.possibly & ~attacker.surely:
            found |= facts_of(decision, override.winner, waits, seen)
    return found


def open_questions(schema: Schema, norms: Iterable[NormStatus]) -> tuple[Question, ...]:
    """Facts that norms wait for, those that most wait for first."""
    count: dict[str, int] = {}
    for status in norms:
        for key in status.missing:
            count[key] = count.get(key, 0) + 1
    ranked = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    facts = [(schema.facts[key], number) for key, number in ranked]
    return tuple(Question(f.key, f.question, number, f.open_textured, tuple(f.values)) for f, number in facts)


def problems(decision: Decision) -> tuple[str, ...]:
    """What the law itself leaves open: norms of which it is not known whether they were in force."""
    return tuple(
        f"{r.compiled.norm.id}: not known whether it was in force ({', '.join(str(i) for i in r.compiled.norm.intervals)})"
        for r in decision.rulings.values()
        if r.in_force == UNKNOWN
    )


def combine(forums: Sequence[Outcomes]) -> Outcomes:
    """Outcomes of several forums together: what any of them requires or forbids binds; a permission needs all of them."""
    found: dict[str, dict[str, Outcome]] = {}
    for modality in sorted({m for f in forums for m in f}):
        for action in sorted({a for f in forums for a in f.get(modality, {})}):
            each = [f.get(modality, {}).get(action) for f in forums]
            found.setdefault(modality, {})[action] = join(modality, [o for o in each if o is not None], all(each))
    return found


def join(modality: str, outcomes: Sequence[Outcome], complete: bool) -> Outcome:
    """One outcome from those of several forums."""
    pick = strongest if modality in ("obligation", "prohibition") else lambda answers: min(answers, key=RANK.__getitem__)
    answers = [o.answer for o in outcomes] + ([] if complete else ["no"])
    best = pick(answers)
    same = [o for o in outcomes if o.answer == best]
    toward = {t: pick([o.toward[t] for o in outcomes if t in o.toward]) for o in outcomes for t in o.toward}
    orders = {k: strongest(o.by_order.get(k, "no") for o in outcomes) for o in outcomes for k in o.by_order}
    norms = tuple(dict.fromkeys(n for o in same for n in o.norms))
    return Outcome(best, norms, toward, tuple(sorted({m for o in same for m in o.missing})), orders)
