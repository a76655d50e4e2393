"""Norms that can never take effect: a trigger that no case meets, acts that no act is, an override that always goes before."""

from collections.abc import Iterable

from engine.knowledge import Knowledge
from engine.norms import Norm, Override
from engine.schema import Action
from engine.tableau import Demand, Tableau

Some = tuple[tuple[str, tuple[Demand, ...]], ...]


class Reach:
    """Questions about the reach of norms, each answered by a proof."""

    def __init__(self, kb: Knowledge) -> None:
        self.kb = kb
        self.tableau = Tableau(kb)

    def met(self, n: Norm) -> bool:
        """Whether some case, with a professional who is bound, can meet the trigger."""
        return self.tableau.possible(self._trigger(n), self._bearer(n))

    def about_something(self, n: Norm) -> bool:
        """Whether some named act is one that the norm is about."""
        acts = self.kb.schema.actions.values()
        return any(self.tableau.possible((*self._kind(a), *about), self._states(a)) for about in self._about(n) for a in acts)

    def always_defeated(self, override: Override) -> bool:
        """Whether the winner is in force, bound, triggered and about the act wherever the loser is."""
        loser, winner = self.kb.norms[override.loser], self.kb.norms[override.winner]
        return self._reaches(winner, loser) and lasts(winner, loser) and self._binds(winner, loser) and self._covers(winner, loser)

    def _trigger(self, n: Norm) -> tuple[Demand, ...]:
        return tuple(self.tableau.demand(c) for c in (self.kb.schema.focus, n.trigger) if c)

    def _bearer(self, n: Norm) -> Some:
        bearers = [self.tableau.compiler.class_node(b) for b in n.bearers]
        return ((self.kb.schema.bearer_role, (Demand(self.tableau.compiler.any_of(bearers)),)),) if bearers else ()

    def _kind(self, action: Action) -> tuple[Demand, ...]:
        return tuple(self.tableau.demand(c) for c in (action.cls, *(s for s in action.states if len(self._path(s)) <= 1)))

    def _states(self, action: Action) -> Some:
        return tuple((self._path(s)[1], (self.tableau.demand(s),)) for s in action.states if len(self._path(s)) > 1)

    def _path(self, cls: str) -> tuple[str, ...]:
        return self.kb.schema.fact_of[cls][0].path if cls in self.kb.schema.fact_of else ()

    def _about(self, n: Norm) -> Iterable[tuple[Demand, ...]]:
        leaves = [leaf.act for leaf in n.requires.leaves()] if n.requires else [n.regulates] if n.regulates else []
        limit = (self.tableau.demand(n.where),) if n.where else ()
        return [(self.tableau.demand(leaf), *limit) for leaf in leaves]

    def _reaches(self, winner: Norm, loser: Norm) -> bool:
        return all(winner.jurisdiction in place.reached_by for place in self.kb.jurisdictions.values() if loser.jurisdiction in place.reached_by)

    def _binds(self, winner: Norm, loser: Norm) -> bool:
        bound = [self.tableau.demand(b, holds=False) for b in winner.bearers]
        role = self.kb.schema.bearer_role
        if bound and self.tableau.possible(self._trigger(loser), (*self._bearer(loser), (role, tuple(bound)))):
            return False
        return not winner.trigger or not self.tableau.possible((*self._trigger(loser), self.tableau.demand(winner.trigger, holds=False)), self._bearer(loser))

    def _covers(self, winner: Norm, loser: Norm) -> bool:
        if winner.requires is not None:  # a condition on a leaf, or an alternative, may leave an act out
            return False
        outside = [Demand(d.node, not d.holds) for about in self._about(winner) for d in about]
        if len(outside) != 1:
            return False
        acts = self.kb.schema.actions.values()
        return not any(self.tableau.possible((*self._kind(a), *about, outside[0]), self._states(a)) for a in acts for about in self._about(loser))


def lasts(winner: Norm, loser: Norm) -> bool:
    """Whether the winner is known to be in force whenever the loser may be."""
    if winner.declared != loser.declared or winner.overruled is not None:
        return False
    return all(
        any(
            w.start is not None
            and i.start is not None
            and w.start.latest <= i.start.earliest
            and (w.end is None or (i.end is not None and i.end.latest <= w.end.earliest))
            for w in winner.intervals
        )
        for i in loser.intervals
    )
