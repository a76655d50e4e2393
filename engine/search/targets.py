"""What is asked, and how a decision over many hypotheses answers it."""

from dataclasses import dataclass

from engine.decide import Decision, Ruling
from engine.forum import CompiledNorm, Forum
from engine.scene import Scene
from engine.schema import Action


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """The answer for a modality and an act; or, where `norm` is given, whether that norm is effective on some act.

    An act that no norm is about is answered `no`, as an act on which no norm applies: here the two are not told apart.
    """

    modality: str = ""
    act: str = ""
    norm: str = ""

    @property
    def key(self) -> str:
        """A name for messages and files."""
        return self.norm or f"{self.modality}/{self.act}"


@dataclass(frozen=True, slots=True)
class Tally:
    """The hypotheses in which the answer is yes, no and contradictory, one bit each; it depends in the others."""

    yes: int
    no: int
    torn: int

    def word(self, k: int) -> str:
        """The answer in one hypothesis."""
        return "yes" if self.yes >> k & 1 else "no" if self.no >> k & 1 else "contradictory" if self.torn >> k & 1 else "depends"


def voters(forum: Forum, target: Target) -> tuple[CompiledNorm, ...]:
    """The norms that may give the answer."""
    if target.norm:
        return tuple(c for c in forum.norms.values() if c.norm.id == target.norm)
    return forum.voters(target.modality, target.act)


def votes_on(compiled: CompiledNorm, target: Target) -> bool:
    """Whether a norm is of the modality and speaks of the act."""
    return compiled.norm.modality == target.modality and compiled.names(target.act)


def rows_of(decision: Decision, target: Target) -> tuple[int, ...]:
    """The rows, in the first hypothesis, of each act that counts for the target, in the column in which it is judged (engine/judged.py)."""
    scene, n = decision.scene, decision.world.cases
    acts = scene.act_slots if target.norm else {target.act: scene.act_slots[target.act]} if target.act in scene.act_slots else {}
    kinds = {act: scene.schema.actions.get(act) for act in acts}
    return tuple(slot * n + scene.column_for(kinds[act], thing) for act, slot in acts.items() for thing in judged_toward(scene, kinds[act]))


def judged_toward(scene: Scene, kind: Action | None) -> tuple[str, ...]:
    """The things toward each of which an act is judged."""
    return scene.toward(kind) if kind else ("",)


def tally(decision: Decision, target: Target) -> Tally:
    """The answers to a target in every hypothesis. The strongest voice of all norms and all things prevails, as in an assessment."""
    scene = decision.scene
    first = every(len(scene.variants), scene.hypotheses)
    offsets = rows_of(decision, target)
    yes = opened = torn = 0
    for c in voters(decision.forum, target):
        ruling = decision.rulings[c.norm.iri]
        if not ruling.possibly:
            continue
        about = voice(ruling, target)
        surely, possibly = ruling.surely & about, ruling.possibly & about
        for offset in offsets:
            yes |= surely >> offset & first
            opened |= possibly >> offset & first
            torn |= (ruling.torn & possibly & ~surely) >> offset & first
    step, count = len(scene.variants), scene.hypotheses
    return Tally(pack(yes, step, count), pack(first & ~opened, step, count), pack(torn & ~yes, step, count))


def open_voters(decision: Decision, target: Target) -> tuple[str, ...]:
    """IRIs of the norms for which the answer, in a case as it stands, is open."""
    rows = sum(1 << row for row in dict.fromkeys(rows_of(decision, target)))
    found = ((c.norm.iri, decision.rulings[c.norm.iri]) for c in voters(decision.forum, target))
    return tuple(iri for iri, ruling in found if ruling.possibly & ~ruling.surely & rows & voice(ruling, target))


def voice(ruling: Ruling, target: Target) -> int:
    """The acts on which a norm votes: those it is about, or those opposite to a duty, which it forbids."""
    if target.norm:
        return ~ruling.covers.any_of(ruling.forbids).surely_not
    own = ~ruling.covers.surely_not if votes_on(ruling.compiled, target) else 0
    return own | ruling.forbids.holds if target.modality == "prohibition" else own


def every(step: int, count: int) -> int:
    """One bit for every hypothesis, `step` columns apart."""
    return int(("0" * (step - 1) + "1") * count, 2)


def pack(bits: int, step: int, count: int) -> int:
    """Every step-th bit, side by side."""
    return bits if step == 1 else int(f"{bits:0{step * count}b}"[step - 1 :: step], 2)
