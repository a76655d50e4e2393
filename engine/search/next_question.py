"""Which unknown fact to ask for next, and when there is nothing left to ask."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.assess import Assessor
from engine.cases import Case
from engine.decide import Decision
from engine.judged import Judged
from engine.search.completions import Completions, LimitError
from engine.search.essential import leak, turning
from engine.search.law import as_it_stands, decide_case, doubts, every_target
from engine.search.settle import Prospect, settle_all
from engine.search.sift import doubtful_targets
from engine.search.spots import UNSAID, Reply, Spot, reply_at, values_of
from engine.search.targets import Target, open_voters, tally
from engine.search.trials import AS_IT_STANDS, Trial
from engine.waits import Waits

OPEN = Prospect("")
HARD = "for some answers there were too many completions to try; they count as open"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact that may be asked for.

    settles: the number of open answers that it is expected to settle at once, each of its plain answers (one value, or none
    of them) taken as equally likely. waiting: the open answers that some answer to it settles. norms: ids of the norms that
    look at it there.
    """

    spot: Spot
    settles: float
    waiting: tuple[Target, ...]
    norms: tuple[str, ...]


@dataclass(frozen=True)
class Inquiry:
    """Where asking stands. settled: target → the answer that every completion gives. open: targets still open.

    candidates: facts to ask for, the best first; empty where asking is over. stuck: open targets that turn only on what is
    not to be asked: facts said to be unknown, values that could be more precise. limit: what could not be worked out.
    """

    settled: Mapping[Target, str]
    open: tuple[Target, ...]
    candidates: tuple[Candidate, ...]
    stuck: tuple[Target, ...]
    limit: str

    @property
    def best(self) -> Candidate | None:
        """The fact to ask for next."""
        return self.candidates[0] if self.candidates else None


def next_question(assessor: Assessor, case: Case, code: str, targets: Sequence[Target] | None = None, skip: Collection[Spot] = ()) -> Inquiry:
    """The facts that can still change an open answer in one forum, by how many answers they are expected to settle.

    targets: the answers that matter; by default every modality and act that some norm in force may be about. Only facts on
    which the case says nothing are asked for; what it says is not known is not asked again, nor what is to be skipped.
    """
    case = assessor.complete(case)
    forum = assessor.forum(code)
    decision = decide_case(assessor, case, forum)
    wanted = tuple(targets) if targets is not None else every_target(decision)
    known = {t: tally(decision, t).word(0) for t in wanted}
    pending = tuple(t for t in wanted if known[t] not in ("yes", "no"))
    cs = as_it_stands(assessor, case, code, pending, decision)
    prospects = prospects_of(assessor, code, decision, cs, known)
    settled = {t: word for t, word in known.items() if word in ("yes", "no")} | {t: p.answer for t, p in zip(pending, prospects, strict=True) if p.answer}
    left = [(c, p) for c, p in zip(cs, prospects, strict=True) if not p.answer]
    candidates = rank(left, skip)
    stuck: tuple[Target, ...] = ()
    if left and not candidates:
        candidates, stuck = last_resort(left, skip)
    limit = "; ".join(text for text in (HARD if any(not p.sure for _, p in left) else "", doubts(assessor)) if text)
    return Inquiry(settled, tuple(c.concern.target for c, _ in left), candidates, stuck, limit)


def prospects_of(assessor: Assessor, code: str, decision: Decision, cs: Sequence[Completions], known: Mapping[Target, str]) -> tuple[Prospect, ...]:
    """What all completions answer, target by target; most are plainly open (engine/search/sift.py), and only the others are searched."""
    grounds = {t: open_voters(decision, t) for c in cs if known[t := c.concern.target] == "depends"}
    hard = set(doubtful_targets(assessor.kb, assessor.polarities(code), decision, Waits(Judged(decision)), grounds))
    asked = [c for c in cs if c.concern.target in hard or c.concern.target not in grounds]
    found = dict(zip(asked, settle_all([(c, AS_IT_STANDS) for c in asked]), strict=True))
    return tuple(found.get(c, OPEN) for c in cs)


def askable(c: Completions, skip: Collection[Spot]) -> tuple[Spot, ...]:
    """The spots that bear on a target, are open, and on which the case says nothing."""
    schema, case = c.bench.kb.schema, c.bench.case
    return tuple(s for s in c.spots if s not in skip and c.atoms(AS_IT_STANDS, s) and reply_at(schema, case, s) == UNSAID)


def all_askable(cs: Sequence[Completions], skip: Collection[Spot]) -> tuple[Spot, ...]:
    """The spots that may be asked for on account of some target."""
    if not cs:
        return ()
    schema, case = cs[0].bench.kb.schema, cs[0].bench.case
    silent = (s for s in dict.fromkeys(s for c in cs for s in c.spots) if s not in skip and reply_at(schema, case, s) == UNSAID)
    return tuple(s for s in silent if any(c.atoms(AS_IT_STANDS, s) for c in cs))


def rank(left: Sequence[tuple[Completions, Prospect]], skip: Collection[Spot]) -> tuple[Candidate, ...]:
    """The spots of which some reply settles an open answer, those expected to settle most first.

    An open answer that one reply settles turns on that spot: some completion gives another answer, and with the reply in
    its place that completion gives this one.
    """
    spots = all_askable([c for c, _ in left], skip)
    if not spots:
        return ()
    bench = left[0][0].bench
    tries: list[tuple[Spot, Reply]] = [(s, r) for s in spots for r in values_of(bench.kb.schema.facts[s.fact])]
    decision = bench.run([Trial({s: r}) for s, r in tries])
    numbers = Counter(spot for spot, _ in tries)
    masks = dict.fromkeys(spots, 0)
    for k, (spot, _) in enumerate(tries):
        masks[spot] |= 1 << k
    gained: dict[Spot, dict[Completions, int]] = {s: {} for s in spots}
    for c, _ in left:
        found = tally(decision, c.concern.target)
        for spot, mask in masks.items():
            count = ((found.yes | found.no) & mask).bit_count()
            if count:
                gained[spot][c] = count
    ranked = [candidate(s, sum(found.values()) / numbers[s], list(found)) for s, found in gained.items() if found]
    return tuple(sorted(ranked, key=lambda one: (-one.settles, one.spot)))


def candidate(spot: Spot, settles: float, waiting: Sequence[Completions]) -> Candidate:
    """A fact to ask for, with what waits for it."""
    norms = dict.fromkeys(n for c in waiting for n in c.concern.norms_on(spot.fact))
    return Candidate(spot, settles, tuple(c.concern.target for c in waiting), tuple(norms))


def last_resort(left: Sequence[tuple[Completions, Prospect]], skip: Collection[Spot]) -> tuple[tuple[Candidate, ...], tuple[Target, ...]]:
    """Where no single reply settles anything: the spots that open answers turn on together with others, and the targets that turn on none."""
    found: dict[Spot, list[Completions]] = {}
    stuck = []
    for c, _ in left:
        spots = pivotal(c, skip)
        for spot in spots:
            found.setdefault(spot, []).append(c)
        if not spots:
            stuck.append(c.concern.target)
    ranked = [candidate(spot, 0.0, waiting) for spot, waiting in found.items()]
    return tuple(sorted(ranked, key=lambda one: (-len(one.waiting), one.spot))), tuple(stuck)


def pivotal(c: Completions, skip: Collection[Spot]) -> tuple[Spot, ...]:
    """Spots to be asked on which the answer turns in some completion; those that may, where it is too hard to say."""
    asked = set(askable(c, skip))
    fixed = tuple(s for s in c.spots if s not in asked and c.atoms(AS_IT_STANDS, s))
    try:
        pair = leak(c, fixed)
    except LimitError:
        return tuple(sorted(asked))
    return () if pair is None else tuple(s for s in turning(c, *pair) if s in asked)
