"""From the values of classes to the standing of norms: in force, binding, triggered, covering an act, defeated."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.facts import tell
from engine.forum import CompiledNorm, Forum
from engine.knowledge import Derived
from engine.nodes import UNSET, run
from engine.scene import Scene
from engine.truth import NEITHER, NO, YES, Truth, Value, truth
from engine.world import World


@dataclass(frozen=True, slots=True)
class Ruling:
    """How one norm stands, for every column (bearer, trigger) and every act row (the rest).

    covers: the acts that it is about. forbids: the acts that are the opposite of what it requires. applied, open: acts to
    which it applies whatever the unknown facts are, or under some of them, before defeat; torn: where a condition is both
    stated and denied. surely, possibly: the same as applied and open, after defeat.
    """

    compiled: CompiledNorm
    in_force: Value
    bearer: Truth
    trigger: Truth
    covers: Truth
    forbids: Truth
    applied: int
    open: int
    torn: int
    surely: int
    possibly: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Rulings of a forum by IRI of the norm, and the columns of the program they rest on."""

    forum: Forum
    scene: Scene
    world: World
    columns: list[Truth]
    rulings: Mapping[str, Ruling]


def decide(forum: Forum, scene: Scene, law_as_of: datetime.date, known_as_of: datetime.date) -> Decision:
    """Decide every norm of a forum, each after those that defeat it (the grounded extension of an acyclic framework)."""
    columns = [UNSET] * len(forum.program.nodes)
    world = replace(scene.world, columns=dict(scene.world.columns))
    rulings: dict[str, Ruling] = {}
    times = forum.times(law_as_of, known_as_of)
    for item in forum.items:
        if isinstance(item, Derived):
            find_members(item, scene, world, rulings)
            continue
        run(forum.program, item.fresh, columns, world)
        in_force = times[item.norm.iri]
        rulings[item.norm.iri] = absent(item) if in_force == NO else rule(scene, world, columns, item, in_force, rulings)
    return Decision(forum, scene, world, columns, rulings)


def absent(item: CompiledNorm) -> Ruling:
    """The ruling on a norm that is not in force: it covers nothing."""
    return Ruling(item, NO, NEITHER, NEITHER, NEITHER, NEITHER, 0, 0, 0, 0, 0)


def rule(scene: Scene, world: World, columns: list[Truth], item: CompiledNorm, in_force: Value, rulings: Mapping[str, Ruling]) -> Ruling:
    """Rule on one norm, given the rulings on those that may defeat it."""
    block, n = world.block, world.cases
    bearer = Truth(block, 0) if item.bearer is None else cut(columns[item.bearer], scene.bearer * n, block)
    trigger = Truth(block, 0) if item.trigger is None else cut(columns[item.trigger], 0, block)
    nothing = truth((0, scene.acts))
    if bearer.surely_not == block:
        return Ruling(item, in_force, bearer, trigger, nothing, nothing, 0, 0, 0, 0, 0)
    covers, forbids = covered(scene, columns, item, block, nothing)
    about = covers if forbids is nothing else covers.any_of(forbids)
    begun = block if in_force == YES else 0
    copies, acts = scene.copies, scene.acts
    applied = about.surely & ((begun & bearer.surely & trigger.surely) * copies)
    opened = acts & ~about.surely_not & ~((bearer.surely_not | trigger.surely_not) * copies)
    torn = opened & (about.torn | (bearer.torn | trigger.torn) * copies)
    surely, possibly = applied, opened
    for override in item.attackers:
        attacker = rulings[override.winner]
        surely &= ~attacker.possibly
        possibly &= ~attacker.surely
    return Ruling(item, in_force, bearer, trigger, covers, forbids, applied, opened, torn, surely, possibly)


def cut(column: Truth, shift: int, block: int) -> Truth:
    """One bit per case: the rows of one slot."""
    holds, excluded = column
    return truth((holds >> shift & block, excluded >> shift & block))


def covered(scene: Scene, columns: list[Truth], item: CompiledNorm, block: int, nothing: Truth) -> tuple[Truth, Truth]:
    """(acts that the norm is about, acts opposite to what it requires). nothing: the truth of no act."""
    acts, copies = scene.acts, scene.copies
    holds, excluded = 0, acts
    for leaf in item.leaves:
        one = columns[leaf.node]
        if leaf.condition is not None:
            condition = cut(columns[leaf.condition], 0, block)
            one = one.all_of(truth((condition.holds * copies, condition.excluded * copies)))
        holds |= 0 if leaf.later else one.holds
        excluded &= one.excluded
    covers, forbids = truth((holds & acts, excluded)), nothing
    for opposite in item.opposites:
        forbids = forbids.any_of(columns[opposite])
    if item.where is not None:
        limit = columns[item.where]
        covers = covers.all_of(limit)
        covers = truth((covers.holds, covers.excluded & acts))
        forbids = nothing if forbids is nothing else forbids.all_of(limit)
    if forbids is not nothing:
        forbids = truth((forbids.holds & acts, forbids.excluded & acts))
    return covers, forbids


def find_members(derived: Derived, scene: Scene, world: World, rulings: Mapping[str, Ruling]) -> None:
    """Put into the world which acts belong to a class that stands for outcomes; what a case states itself goes before."""
    surely = possibly = 0
    for iri in derived.norms:
        if iri in rulings:
            ruling = rulings[iri]
            surely |= ruling.surely & ruling.covers.holds
            possibly |= ruling.possibly & ~ruling.covers.surely_not
    if derived.outcome == "violated":
        surely, possibly = breached(derived, scene, world, rulings)
    holds, excluded = world.told(derived.cls)
    open_rows = (scene.acts | world.block) & ~(holds | excluded)
    columns = world.columns
    assert isinstance(columns, dict)
    late: dict[str, list[int]] = {}
    scene_axioms = scene.schema.axioms
    tell(scene_axioms, late, derived.cls, surely & open_rows, True)
    tell(scene_axioms, late, derived.cls, open_rows & ~possibly, False)
    for cls, (more, less) in late.items():
        before = columns.get(cls, (0, 0))
        columns[cls] = (before[0] | more, before[1] | less)


def breached(derived: Derived, scene: Scene, world: World, rulings: Mapping[str, Ruling]) -> tuple[int, int]:
    """(surely, possibly) breached, on the act rows and on the row of the focus."""
    surely = possibly = 0
    taken = scene.case.taken
    done = sum(world.block << scene.act_slots[t.action] * world.cases for t in set(taken or ()) if t.action in scene.act_slots)
    for iri in derived.norms:
        ruling = rulings.get(iri)
        if ruling is None:
            continue
        forbidding = ruling.compiled.norm.requires is None
        sure = done if forbidding else scene.acts & ~done
        maybe = sure if taken is not None else scene.acts
        surely |= ruling.surely & sure if taken is not None else 0
        possibly |= ruling.possibly & maybe
    return surely | gather(scene, world, surely), possibly | gather(scene, world, possibly)


def gather(scene: Scene, world: World, rows: int) -> int:
    """The columns in which some act row is set, as rows of the focus."""
    found = 0
    for slot in scene.act_slots.values():
        found |= rows >> slot * world.cases & world.block
    return found
