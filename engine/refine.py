"""Answers that depend on nothing after all: the same under every completion of the unknown facts (supervaluation)."""

import dataclasses
from collections.abc import Iterable, Mapping

from engine.assessment import ForumAssessment, Outcome
from engine.cases import Case, Said
from engine.decide import Decision, decide
from engine.knowledge import Knowledge
from engine.polarity import Polarities
from engine.scene import Hypothesis, set_scene
from engine.schema import Schema

LIMIT = 10
"""Most unknown class memberships that are tried in every combination."""


def refine(kb: Knowledge, polarities: Polarities, case: Case, forum: ForumAssessment, decision: Decision) -> ForumAssessment:
    """Settle what every completion settles; what has too many combinations to try is said among the problems."""
    first: dict[tuple[str, str], frozenset[str]] = {}
    for modality, actions in forum.outcomes.items():
        for action, outcome in actions.items():
            if outcome.answer == "depends":
                suspects = polarities.suspects(tuple(kb.by_id[n].iri for n in outcome.norms))
                found = frozenset(c for c in suspects if decision.scene.schema.fact_of[c][0].key in outcome.missing)
                if found:
                    first[modality, action] = found
    doubtful = still_open(kb, case, decision, first)
    settled: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    for classes in dict.fromkeys(doubtful.values()):
        targets = [key for key, found in doubtful.items() if found == classes]
        atoms = unknown_atoms(decision, classes)
        if len(atoms) > LIMIT:
            problems.append(f"{len(targets)} answers left as they are: {len(atoms)} unknown facts count both ways; {LIMIT} are tried in full")
        elif atoms:
            settled |= try_all(kb, case, decision, atoms, targets)
    return settle(forum, settled, problems)


Doubts = Mapping[tuple[str, str], frozenset[str]]


def still_open(kb: Knowledge, case: Case, decision: Decision, doubtful: Doubts) -> Doubts:
    """The doubts that a few completions do not end: all denied, and each one alone affirmed.

    An answer that still depends in one of them, or that differs between two, does depend.
    """
    if not doubtful:
        return doubtful
    atoms = unknown_atoms(decision, frozenset().union(*doubtful.values()))
    needs, bars = relations(kb.schema, atoms)
    few = (0, *(need for need in needs if not any(need >> i & 1 and bars[i] & need for i in range(len(atoms)))))
    tried = suppose(kb, case, decision, tuple(answer_all(atoms, answers) for answers in dict.fromkeys(few)))
    every = (1 << tried.scene.hypotheses) - 1
    found = {}
    for key, classes in doubtful.items():
        surely, possibly = answered(tried, *key)
        if surely == every or not possibly:
            found[key] = classes
    return found


def unknown_atoms(decision: Decision, classes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(thing, class) for each unknown membership; thing '' for whatever act is considered."""
    schema, case = decision.scene.schema, decision.scene.case
    found = []
    for cls in sorted(classes):
        fact = schema.fact_of[cls][0]
        if fact.path[:1] == (schema.act_role,):
            found.append(("", cls))
            continue
        holds, excluded = decision.world.told(cls)
        for name in case.reached(fact.path):
            row = 1 << decision.world.slot_of.get(name, 0) * decision.world.cases  # the focus has slot 0, whatever its name
            if not (holds | excluded) & row:
                found.append((name, cls))
    return tuple(found)


Atoms = tuple[tuple[str, str], ...]


def relations(schema: Schema, atoms: Atoms) -> tuple[list[int], list[int]]:
    """(for each atom the atoms that must hold with it, for each atom those that cannot), as sets of places."""
    needs, bars = [], []
    for thing, cls in atoms:
        wider, barred = schema.axioms.wider(cls), schema.axioms.barred(cls)
        needs.append(sum(1 << j for j, (other, c) in enumerate(atoms) if other == thing and c in wider))
        bars.append(sum(1 << j for j, (other, c) in enumerate(atoms) if other == thing and c in barred))
    return needs, bars


def answer_all(atoms: Atoms, answers: int) -> Hypothesis:
    """A completion: every atom affirmed or denied."""
    return tuple(Said(thing, cls, bool(answers >> i & 1), "supposed") for i, (thing, cls) in enumerate(atoms))


def completions(schema: Schema, atoms: Atoms) -> tuple[Hypothesis, ...]:
    """Every way to answer the atoms that the axioms allow: no class without its wider ones, none with one that it excludes."""
    needs, bars = relations(schema, atoms)
    found = []
    for answers in range(1 << len(atoms)):
        chosen = [i for i in range(len(atoms)) if answers >> i & 1]
        if all(needs[i] & ~answers == 0 and bars[i] & answers == 0 for i in chosen):
            found.append(answer_all(atoms, answers))
    return tuple(found)


def suppose(kb: Knowledge, case: Case, decision: Decision, hypotheses: tuple[Hypothesis, ...]) -> Decision:
    """Decide the case under each hypothesis, all in one run."""
    scene = set_scene(kb.schema, kb.template, case, hypotheses)
    return decide(decision.forum, scene, case.law_as_of, case.known_as_of)


def try_all(kb: Knowledge, case: Case, decision: Decision, atoms: Atoms, targets: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The targets that get one and the same answer in every completion."""
    hypotheses = completions(kb.schema, atoms)
    tried = suppose(kb, case, decision, hypotheses)
    found = {}
    for modality, action in targets:
        surely, possibly = answered(tried, modality, action)
        if surely == (1 << len(hypotheses)) - 1:
            found[modality, action] = "yes"
        elif not possibly:
            found[modality, action] = "no"
    return found


def answered(tried: Decision, modality: str, action: str) -> tuple[int, int]:
    """(hypotheses in which the answer is yes, those in which it is not no), over everyone that the act may be toward."""
    scene, n = tried.scene, tried.world.cases
    variants = len(scene.variants)
    first = sum(1 << k * variants for k in range(scene.hypotheses))
    kind = scene.schema.actions.get(action)
    columns = [scene.column_for(kind, thing) for thing in (scene.toward(kind) if kind else ("",))]
    shift = scene.act_slots[action] * n
    surely = possibly = 0
    for ruling in tried.rulings.values():
        own = ruling.compiled.norm.modality == modality
        mask = ruling.covers.holds if own else ruling.forbids.holds if modality == "prohibition" else 0
        for column in columns:
            surely |= (ruling.surely & mask) >> shift + column & first
            possibly |= (ruling.possibly if own else ruling.possibly & mask) >> shift + column & first
    return pack(surely, variants, scene.hypotheses), pack(possibly, variants, scene.hypotheses)


def pack(bits: int, step: int, count: int) -> int:
    """Every step-th bit, side by side."""
    return bits if step == 1 else sum((bits >> k * step & 1) << k for k in range(count))


def settle(forum: ForumAssessment, settled: Mapping[tuple[str, str], str], problems: list[str]) -> ForumAssessment:
    """The assessment with the settled answers in place."""
    if not settled and not problems:
        return forum
    outcomes = {m: {a: settle_one(o, settled.get((m, a))) for a, o in actions.items()} for m, actions in forum.outcomes.items()}
    return dataclasses.replace(forum, outcomes=outcomes, problems=forum.problems + tuple(problems))


def settle_one(outcome: Outcome, answer: str | None) -> Outcome:
    """An outcome with its settled answer."""
    if answer is None:
        return outcome
    toward = {thing: answer if word == "depends" else word for thing, word in outcome.toward.items()}
    orders = {order: answer if word == "depends" else word for order, word in outcome.by_order.items()}
    return dataclasses.replace(outcome, answer=answer, toward=toward, missing=(), by_order=orders, norms=outcome.norms if answer == "yes" else ())
