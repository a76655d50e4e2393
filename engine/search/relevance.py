"""Which norms can have a say in an answer, and which facts those norms look at."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.decide import Decision
from engine.forum import Forum, Item, depends_on
from engine.knowledge import Derived
from engine.polarity import Literals, Polarities
from engine.schema import Schema
from engine.search.spots import Spot, State
from engine.search.targets import Target, rows_of, voters
from engine.world import INVERSE


@dataclass(frozen=True)
class Concern:
    """The facts that bear on one target. literals: (class, whether more of it helps the answer to be yes).

    by_norm: id of a norm that votes → its share of the literals.
    """

    target: Target
    by_norm: Mapping[str, Literals]
    schema: Schema
    polarities: Polarities = field(compare=False)

    @cached_property
    def literals(self) -> Literals:
        """The literals of all norms that vote."""
        return frozenset().union(*self.by_norm.values())

    def norms_on(self, fact: str) -> tuple[str, ...]:
        """Ids of the norms that vote and look at a fact, themselves or through others."""
        classes = set(self.schema.facts[fact].values.values())
        return tuple(n for n, literals in self.by_norm.items() if any(cls in classes for cls, _ in literals))

    @cached_property
    def classes(self) -> frozenset[str]:
        """Classes of the literals."""
        return frozenset(cls for cls, _ in self.literals)

    @property
    def suspects(self) -> frozenset[str]:
        """Keys of the facts that must be tried value by value (engine/polarity.py)."""
        return self.polarities.suspects(self.literals)

    def spots(self, every: Iterable[Spot]) -> tuple[Spot, ...]:
        """The spots whose facts bear on the target: something that may be said there tells something of a literal."""
        keys = {key for cls in self.classes for key in self.schema.facts_telling(cls)}
        return tuple(spot for spot in every if spot.fact in keys)

    def weigh(self, state: State) -> tuple[int, ...]:
        """What a state does to each literal: 1 it helps, -1 it hinders, 0 neither or both."""
        holds, excluded = state
        return tuple(((cls in holds) - (cls in excluded)) * way for cls, way in self._ordered)

    @cached_property
    def _ordered(self) -> tuple[tuple[str, int], ...]:
        return tuple((cls, 1 if sign else -1) for cls, sign in sorted(self.literals))


def within(forum: Forum, decision: Decision, targets: Sequence[Target], judged: bool) -> Forum:
    """The part of a forum that can have a say: the norms that vote, those that may defeat them, those whose outcome is asked about.

    judged: leave out norms that do not possibly apply to the acts asked about in the decision; it must be one in which
    everything that is going to vary is unknown. Otherwise only norms not in force are left out.
    """
    derived = {d.cls: d for d in forum.derived}
    acts = decision.scene.acts if judged else -1
    reach: dict[str, int] = {}
    for target in targets:
        rows = spread(decision, rows_of(decision, target)) if judged else -1
        for c in voters(forum, target):
            follow(decision, derived, c.norm.iri, rows, acts, reach, judged)
    return part_of(forum, {iri for iri, rows in reach.items() if rows})


def spread(decision: Decision, rows: Iterable[int]) -> int:
    """Rows as a column."""
    return sum(1 << row for row in dict.fromkeys(rows))


def follow(decision: Decision, derived: Mapping[str, Derived], iri: str, rows: int, acts: int, reach: dict[str, int], judged: bool) -> None:
    """Mark the rows on which a norm matters, and go on to its attackers and to the norms whose outcome it asks about."""
    ruling = decision.rulings[iri]
    rows &= ruling.possibly if judged else (0 if ruling.in_force == "no" else -1)
    rows &= ~reach.get(iri, 0)
    if not rows:
        return
    reach[iri] = reach.get(iri, 0) | rows
    for override in ruling.compiled.attackers:
        follow(decision, derived, override.winner, rows, acts, reach, judged)
    for cls in depends_on(decision.forum.program, ruling.compiled, derived):
        reach[cls] = -1
        for counted in derived[cls].norms:
            if counted in decision.rulings:
                follow(decision, derived, counted, acts, acts, reach, judged)


def part_of(forum: Forum, kept: set[str]) -> Forum:
    """A forum with some of its norms and outcome classes only, each still after those it depends on."""
    items: list[Item] = []
    done: set[int] = set()
    for item in forum.items:
        if isinstance(item, Derived):
            items += [item] if item.cls in kept else []
        elif item.norm.iri in kept:
            fresh = tuple(i for i in item.order if i not in done)
            done |= set(fresh)
            items.append(dataclasses.replace(item, fresh=fresh, attackers=tuple(o for o in item.attackers if o.winner in kept)))
    return Forum(forum.place, forum.program, tuple(items))


def looks_at_acts(schema: Schema, forum: Forum) -> bool:
    """Whether some condition on the case asks whether there is an act of some kind, so that one act bears on the norms of another."""
    roles = schema.axioms.roles
    ways = {schema.act_role, *roles.wider.get(schema.act_role, ()), *(INVERSE + r for r in roles.inverse.get(schema.act_role, ()))}
    return any(getattr(forum.program.nodes[i], "role", "") in ways for c in forum.norms.values() for i in c.order)


def concerns(schema: Schema, forum: Forum, targets: Sequence[Target]) -> tuple[Concern, ...]:
    """The facts that bear on each target, through the norms of a forum."""
    polarities = Polarities(forum, schema)
    return tuple(Concern(t, {c.norm.id: polarities.of_norm(c.norm.iri) for c in voters(forum, t)}, schema, polarities) for t in targets)
