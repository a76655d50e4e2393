"""From rulings to answers: what each norm says on each act, and the strongest voice among them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.assessment import Outcome, Outcomes
from engine.decide import Decision, Ruling
from engine.judged import Judged
from engine.truth import NO
from engine.waits import Waits

RANK = {"yes": 3, "contradictory": 2, "depends": 1, "no": 0}


@dataclass(frozen=True, slots=True)
class Vote:
    """What one norm says on acts, as sets of rows: those it is about, and those for which the answer is yes or open."""

    modality: str
    order: str
    iri: str
    id: str
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
    if norm.requires is not None and about:
        rows = judged.rows_of
        about &= sum(rows.get(action, 0) for action in {leaf.action for leaf in ruling.compiled.leaves})
    if about:
        yield Vote(norm.modality, norm.order, norm.iri, norm.id, about, ruling.surely, ruling.possibly, ruling.torn)
    forbidden = ruling.forbids.holds & judged.rows
    if forbidden:
        yield Vote("prohibition", norm.order, norm.iri, norm.id, forbidden, ruling.surely, ruling.possibly, ruling.torn)


def all_votes(judged: Judged, decision: Decision) -> dict[str, list[Vote]]:
    """Modality → the votes of all norms in force, the modalities by name."""
    found: dict[str, list[Vote]] = {}
    for ruling in decision.rulings.values():
        if ruling.in_force != NO:
            for vote in cast(judged, ruling):
                found.setdefault(vote.modality, []).append(vote)
    return dict(sorted(found.items()))


def count(judged: Judged, decision: Decision, waits: Waits, key: Callable[[str], str]) -> Outcomes:
    """Answers by modality and act, for every act that some norm in force is about. key: the JSON name of an order."""
    acts: dict[str, list[tuple[str, int]]] = {}
    for row, (act, thing) in sorted(judged.names.items(), key=lambda named: named[1][0]):
        acts.setdefault(act, []).append((thing, 1 << row))
    rows = judged.rows_of
    found: dict[str, dict[str, Outcome]] = {}
    for modality, votes in all_votes(judged, decision).items():
        here = found[modality] = {}
        for act, things in acts.items():
            mine = [v for v in votes if v.about & rows[act]]
            if mine:
                here[act] = answer_of(mine, things, waits, key)
    return found


def answer_of(votes: Sequence[Vote], things: Sequence[tuple[str, int]], waits: Waits, key: Callable[[str], str]) -> Outcome:
    """One answer from the votes of norms on an act: the strongest, with the norms that give it."""
    toward: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    orders: dict[str, str] = {}
    for thing, bit in things:
        best = "no"
        for vote in votes:
            if vote.about & bit:
                word = vote.answer(bit)
                said.setdefault(word, {})[vote.id] = vote.iri
                best = word if RANK[word] > RANK[best] else best
                before = orders.get(vote.order, "no")
                orders[vote.order] = word if RANK[word] > RANK[before] else before
        toward[thing] = best
    answer = strongest(toward.values())
    grounds = {} if answer == "no" else said[answer]
    missing = tuple(sorted({k for iri in grounds.values() for k in waits.keys(iri)})) if answer == "depends" else ()
    return Outcome(answer, tuple(grounds), toward, missing, {key(order): word for order, word in orders.items()})


def strongest(answers: Iterable[str]) -> str:
    """The answer that prevails among several norms: one that applies for certain is enough."""
    return max(answers, key=RANK.__getitem__, default="no")


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
    pick = strongest if modality in ("obligation", "prohibition") else weakest
    answers = [o.answer for o in outcomes] + ([] if complete else ["no"])
    best = pick(answers)
    same = [o for o in outcomes if o.answer == best]
    toward = {t: pick([o.toward[t] for o in outcomes if t in o.toward]) for o in outcomes for t in o.toward}
    orders = {k: strongest(o.by_order.get(k, "no") for o in outcomes) for o in outcomes for k in o.by_order}
    norms = tuple(dict.fromkeys(n for o in same for n in o.norms))
    return Outcome(best, norms, toward, tuple(sorted({m for o in same for m in o.missing})), orders)


def weakest(answers: Iterable[str]) -> str:
    """The answer that remains where every one is needed."""
    return min(answers, key=RANK.__getitem__)


def settled(outcomes: Outcomes, answers: Mapping[tuple[str, str], str]) -> Outcomes:
    """The outcomes with some open answers replaced by what every completion gives."""
    if not answers:
        return outcomes
    return {m: {a: settle_one(o, answers[m, a]) if (m, a) in answers else o for a, o in actions.items()} for m, actions in outcomes.items()}


def settle_one(outcome: Outcome, answer: str) -> Outcome:
    """An outcome with its settled answer in place of `depends`."""
    toward = {thing: answer if word == "depends" else word for thing, word in outcome.toward.items()}
    orders = {order: answer if word == "depends" else word for order, word in outcome.by_order.items()}
    return Outcome(answer, () if answer == "no" else outcome.norms, toward, (), orders)
