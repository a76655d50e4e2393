"""A case under the law of one place, cut down to what bears on the answers asked about, and ready to be varied."""

from collections.abc import Sequence

from engine.assess import Assessor
from engine.cases import Case
from engine.decide import Decision, decide
from engine.forum import Forum
from engine.scene import set_scene
from engine.schema import Schema
from engine.search.completions import Completions
from engine.search.lay import lay, open_spots
from engine.search.spots import UNKNOWN, UNSAID, with_replies
from engine.search.targets import Target
from engine.truth import NO

QUERIED = "classes defined by a query, or by axioms outside the compiled fragment, were taken as the case as it stands gives them"


def doubts(assessor: Assessor) -> str:
    """What a search in this ontology takes as given, in words; '' for nothing."""
    return QUERIED if assessor.kb.selects or assessor.kb.outside else ""


def every_target(decision: Decision) -> tuple[Target, ...]:
    """Every answer that an assessment gives: modality and act, for each act that some norm in force may be about."""
    n, block = decision.world.cases, decision.world.block
    rows = {act: block << slot * n for act, slot in decision.scene.act_slots.items()}
    found = set[Target]()
    for ruling in decision.rulings.values():
        c = ruling.compiled
        about, forbidden = ~ruling.covers.surely_not & decision.scene.acts, ruling.forbids.holds
        if ruling.in_force == NO or not about | forbidden:
            continue
        named = {leaf.action for leaf in c.leaves}
        found |= {Target(c.norm.modality, act) for act, row in rows.items() if about & row and (c.norm.requires is None or act in named)}
        found |= {Target("prohibition", act) for act, row in rows.items() if forbidden & row} if forbidden else set()
    return tuple(sorted(found))


def every_target_of(assessor: Assessor, case: Case, code: str) -> tuple[Target, ...]:
    """Every answer that an assessment gives in one forum."""
    forum = assessor.forum(code)
    return every_target(decide_case(assessor, assessor.complete(case), forum))


def as_it_stands(assessor: Assessor, case: Case, code: str, targets: Sequence[Target], decision: Decision | None = None) -> tuple[Completions, ...]:
    """For each target the unknown facts that bear on it in a case, through the norms that possibly apply in it."""
    case = assessor.complete(case)
    forum = assessor.forum(code)
    decision = decision or decide_case(assessor, case, forum)
    return lay(assessor.kb, case, forum, decision, decision, targets, judged=True)


def whatever_it_says(assessor: Assessor, case: Case, code: str, target: Target) -> Completions:
    """All facts that bear on a target whatever a case says, through the norms that could apply in any."""
    case = assessor.complete(case)
    forum, schema = assessor.forum(code), assessor.kb.schema
    spots = open_spots(schema, case, forum)
    silence = with_replies(schema, case, {s: UNKNOWN if schema.facts[s.fact].presumed else UNSAID for s in spots})
    free = decide_case(assessor, silence, forum)
    judged = bool(target.act) and complete_below(schema, free, target.act)
    return lay(assessor.kb, case, forum, free, decide_case(assessor, case, forum), (target,), judged=judged)[0]


def complete_below(schema: Schema, decision: Decision, act: str) -> bool:
    """Whether everybody whom facts about an act are about is already there, so that statements add nobody."""
    slot = decision.scene.act_slots.get(act)
    roles = {role for fact in schema.facts.values() if fact.path[:1] == (schema.act_role,) for role in fact.path[1:]}
    return slot is not None and all(slot in decision.world.group(role) for role in roles)


def decide_case(assessor: Assessor, case: Case, forum: Forum) -> Decision:
    """Decide a case that queries have been run on."""
    scene = set_scene(assessor.kb.schema, assessor.kb.template, case)
    return decide(forum, scene, case.law_as_of, case.known_as_of)
