"""What stands between a norm and its application: the fewest conditions that would have to be otherwise."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.decide import Ruling
from engine.explain import ORIGINS, time_text
from engine.explanations.words import citation
from engine.findings import Finding, find
from engine.judged import Judged
from engine.record.quads import Quads, text
from engine.truth import NO, UNKNOWN, YES


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a norm does not, or does not surely, apply. stage: place, time, bearer, condition, act or defeat.

    text: the condition as it is. value: `no`, or `unknown` where it is only not known. instead: what was stated, presumed or listed.
    """

    stage: str
    text: str
    value: str
    fact: str = ""
    about: str = ""
    instead: str = ""


def shortest(finding: Finding, want: bool = True) -> tuple[Finding, ...]:
    """The fewest leaf conditions that must change for a finding to become wholly true (or false)."""
    if finding.value == (YES if want else NO):
        return ()
    if not finding.grounds or (finding.construct == "class" and finding.fact):
        return (finding,)
    if finding.construct == "not":
        return shortest(finding.grounds[0], not want)
    every = (finding.construct in ("all of", "every")) == want
    routes = [shortest(ground, want) for ground in finding.grounds]
    if every:
        return tuple(dict.fromkeys(leaf for route in routes for leaf in route))
    return min(routes, key=len) or (finding,)


def obstacles(judged: Judged, iri_: str, act: str = "") -> tuple[Obstacle, ...]:
    """What keeps a norm of the forum from being effective (for one act, or for whichever is nearest), stage by stage."""
    ruling = judged.decision.rulings.get(iri_)
    if ruling is None:
        return (Obstacle("place", "it is a norm of another place, and does not reach this one", "no"),)
    found: list[Obstacle] = []
    for stage in STAGES:
        found += stage(judged, ruling, act)
    return tuple(found)


def _time(judged: Judged, ruling: Ruling, act: str) -> Iterable[Obstacle]:
    if ruling.in_force != YES:
        yield Obstacle("time", time_text(judged.decision, ruling), str(ruling.in_force))


def _bearer(judged: Judged, ruling: Ruling, act: str) -> Iterable[Obstacle]:
    decision, node = judged.decision, ruling.compiled.bearer
    if node is not None:
        yield from leaves("bearer", find(decision, node, decision.scene.bearer * decision.world.cases))


def _condition(judged: Judged, ruling: Ruling, act: str) -> Iterable[Obstacle]:
    if ruling.compiled.trigger is not None:
        yield from leaves("condition", find(judged.decision, ruling.compiled.trigger, 0))


def _act(judged: Judged, ruling: Ruling, act: str) -> Iterable[Obstacle]:
    """The nearest of the acts: the one with fewest obstacles of its own."""
    c = ruling.compiled
    routes = []
    for row, (name, _) in judged.names.items():
        if act and name != act:
            continue
        nodes = [leaf.node for leaf in c.leaves if leaf.action in ("", name)] + ([c.where] if c.where is not None else [])
        if nodes:
            routes.append(tuple(o for node in nodes for o in leaves("act", find(judged.decision, node, row))))
    yield from min(routes, key=len, default=())


def _defeat(judged: Judged, ruling: Ruling, act: str) -> Iterable[Obstacle]:
    """Who prevails, where the norm applies and yet is not effective."""
    rows = sum(1 << row for row, (name, _) in judged.names.items() if not act or name == act)
    for override in ruling.compiled.attackers:
        attacker = judged.decision.rulings[override.winner]
        if ruling.open & attacker.possibly & rows & ~ruling.surely:
            winner = attacker.compiled.norm
            sure = not ruling.open & rows & ~attacker.surely
            yield Obstacle("defeat", f"{citation(winner)} ({winner.label}) {'prevails' if sure else 'may prevail'}", "no" if sure else "unknown")


STAGES: Sequence[Callable[[Judged, Ruling, str], Iterable[Obstacle]]] = (_time, _bearer, _condition, _act, _defeat)


def leaves(stage: str, finding: Finding) -> Iterable[Obstacle]:
    """The leaf conditions in the way, each with what was said instead."""
    for leaf in shortest(finding):
        source = ORIGINS.get(leaf.origin, "")
        instead = f"{source}: {leaf.basis}" if leaf.basis else source
        yield Obstacle(stage, leaf.text, "unknown" if leaf.value == UNKNOWN else "no", leaf.fact, leaf.thing, instead)


def about(judged: Judged, modality: str, act: str) -> tuple[str, ...]:
    """Norms of a modality in the forum that are, or may be, about an act: IRIs."""
    rows = [row for row, (name, _) in judged.names.items() if name == act]
    found = []
    for iri_, ruling in judged.decision.rulings.items():
        c = ruling.compiled
        own = c.norm.modality == modality and any(leaf.action == act or (not leaf.action and reaches(judged, leaf.node, rows)) for leaf in c.leaves)
        opposite = modality == "prohibition" and any(reaches(judged, node, rows) for node in c.opposites)
        if own or opposite:
            found.append(iri_)
    return tuple(found)


def reaches(judged: Judged, node: int, rows: Iterable[int]) -> bool:
    """Whether a class of acts may contain one of these rows."""
    column = judged.decision.columns[node]
    return any(column.at(row) != NO for row in rows)


def write_obstacles(quads: Quads, under: tuple[str, str], found: Iterable[Obstacle]) -> None:
    """Obstacles as RDF. under: (property, node) of what they stand in the way of."""
    for o in found:
        more = [(name, text(value)) for name, value in (("fact", o.fact), ("aboutName", o.about), ("instead", o.instead)) if value]
        quads.make("obstacle", "Obstacle", [under, ("stage", text(o.stage)), ("text", text(o.text)), ("value", text(o.value)), *more])
