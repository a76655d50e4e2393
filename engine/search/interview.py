"""An interview, one step at a time: a case in, the next question with its reason out; an answer in, a case out. It keeps nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.assess import Assessor
from engine.cases import Case
from engine.errors import CaseError, Location
from engine.knowledge import Knowledge
from engine.schema import Fact, Schema
from engine.search.law import every_target_of
from engine.search.next_question import Candidate, Inquiry, next_question
from engine.search.spots import UNKNOWN, Reply, Spot, values_of, with_replies
from engine.search.targets import Target

NONE = "none_of_these"
"""The word for: none of these values."""
NORMS = 3
"""Most norms that a reason names."""
WHETHER = {
    "obligation": "whether you must",
    "permission": "whether you may",
    "prohibition": "whether you must not",
    "no_duty": "whether the law denies a duty to",
    "immunity": "whether you are shielded from liability to",
    "privilege_exception": "whether privilege stands in the way to",
    "recommendation": "whether it is good practice to",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen. word: its value, or `none_of_these`. text: what it says, as a clause."""

    word: str
    text: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to be put. about: the thing, where there are several of its kind, or ''.

    several: whether more than one option may be chosen. settles: expected number of open answers that it settles at once.
    waiting: (forum, answer) pairs that some option settles. norms: ids of the norms that look at the fact there.
    """

    spot: Spot
    question: str
    definition: str
    about: str
    options: tuple[Option, ...]
    several: bool
    settles: float
    waiting: tuple[tuple[str, Target], ...]
    norms: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """Where an interview stands. ask: the next question, or None when it is over.

    settled: forum → target → answer. open, stuck: (forum, target), as in Inquiry. limit: what could not be worked out.
    """

    case: Case
    ask: Ask | None
    settled: Mapping[str, Mapping[Target, str]]
    open: tuple[tuple[str, Target], ...]
    stuck: tuple[tuple[str, Target], ...]
    limit: str


def step(assessor: Assessor, case: Case, targets: Sequence[Target] | None = None, skip: Collection[Spot] = ()) -> Step:
    """The next question on a case under the law of all its forums; what matters in several of them is asked first.

    skip: what is not to be asked, besides what the case itself says is not known.
    """
    found = {code: next_question(assessor, case, code, targets, skip) for code in case.jurisdictions}
    return Step(
        case,
        best(assessor.kb.schema, case, found),
        {code: inquiry.settled for code, inquiry in found.items()},
        tuple((code, t) for code, inquiry in found.items() for t in inquiry.open),
        tuple((code, t) for code, inquiry in found.items() for t in inquiry.stuck),
        "; ".join(dict.fromkeys(inquiry.limit for inquiry in found.values() if inquiry.limit)),
    )


def targets_about(assessor: Assessor, case: Case, modality: str, act: str = "") -> tuple[Target, ...]:
    """The answers of a modality on a case: for one act, or for every act that some norm in force may be about."""
    if act:
        return (Target(modality, act),)
    every = {t for code in case.jurisdictions for t in every_target_of(assessor, case, code)}
    return tuple(sorted(t for t in every if t.modality == modality))


def best(schema: Schema, case: Case, found: Mapping[str, Inquiry]) -> Ask | None:
    """The fact that is expected to settle most, over all forums."""
    by_spot: dict[Spot, list[tuple[str, Candidate]]] = {}
    for code, inquiry in found.items():
        for candidate in inquiry.candidates:
            by_spot.setdefault(candidate.spot, []).append((code, candidate))
    if not by_spot:
        return None
    return min((as_ask(schema, case, spot, pairs) for spot, pairs in by_spot.items()), key=lambda a: (-a.settles, -len(a.waiting), a.spot))


def as_ask(schema: Schema, case: Case, spot: Spot, pairs: Sequence[tuple[str, Candidate]]) -> Ask:
    """A candidate as a question to be put."""
    fact = schema.facts[spot.fact]
    peers = case.reached(fact.path) if spot.thing else ()
    return Ask(
        spot,
        fact.question,
        fact.definition,
        spot.thing if len(peers) > 1 else "",
        options(schema, fact),
        not fact.exclusive,
        sum(c.settles for _, c in pairs),
        tuple((code, t) for code, c in pairs for t in c.waiting),
        tuple(dict.fromkeys(n for _, c in pairs for n in c.norms)),
    )


def options(schema: Schema, fact: Fact) -> tuple[Option, ...]:
    """The answers to choose from: each value, and for other than yes or no, none of them."""
    found = []
    for reply in values_of(fact):
        word = reply.holds[0] if reply.holds else NONE
        label = schema.labels.get(fact.values.get(word, ""), (word,))[0]
        text = {"true": "yes", "false": "no"}.get(word, label) if fact.yes_no else "none of these" if word == NONE else label
        found.append(Option(word, text, reply))
    return tuple(found)


def reply_of(fact: Fact, words: Sequence[str]) -> Reply:
    """What choosing some options says; none of them chosen says that the answer is not known."""
    if not words:
        return UNKNOWN
    if NONE in words:
        if len(words) > 1:
            raise CaseError(Location(fact.key), "none of these, and one of them", "choose one or the other")
        return Reply((), tuple(fact.values))
    if fact.exclusive and len(words) > 1:
        raise CaseError(Location(fact.key), f"{' and '.join(words)} exclude each other", "choose one")
    return Reply(tuple(words))


def answered(assessor: Assessor, case: Case, spot: Spot, words: Sequence[str]) -> Case:
    """The case with a question answered; no words say that the answer is not known.

    Then the case says so, and the question is not asked again. But saying it would rebut a presumption, which is meant for
    just this, so where there is one the case stays as it is, and the caller skips the question.
    """
    fact = assessor.kb.schema.facts[spot.fact]
    if not words and fact.presumed is not None:
        return case
    return with_replies(assessor.kb.schema, case, {spot: reply_of(fact, words)})


def reason(kb: Knowledge, ask: Ask) -> str:
    """Which answers and norms wait for a fact, in a clause."""
    cited = [kb.by_id[n].source.cited or kb.by_id[n].label for n in ask.norms[:NORMS]]
    more = f" and {len(ask.norms) - NORMS} more" if len(ask.norms) > NORMS else ""
    code, first = min(ask.waiting, key=lambda pair: list(WHETHER).index(pair[1].modality) if pair[1].modality in WHETHER else len(WHETHER))
    place = f" under the law of {kb.jurisdictions[code].label}" if len({c for c, _ in ask.waiting}) > 1 else ""
    rest = f" and {len(ask.waiting) - 1} more answers" if len(ask.waiting) > 1 else ""
    return f"{clause(kb, first)}{place}{rest} may turn on it: {'; '.join(cited)}{more}"


def clause(kb: Knowledge, target: Target) -> str:
    """What is asked about an answer, or about a norm."""
    if target.norm:
        return f"whether {kb.by_id[target.norm].label} takes effect"
    phrase = kb.schema.actions[target.act].phrase if target.act in kb.schema.actions else target.act
    return f"{WHETHER.get(target.modality, target.modality)} {phrase}"
