"""Whether things can be of some classes at all: a tableau over the compiled fragment, for checks of the law and not for cases.

It finds a clash only where the axioms prove one (a class and its complement, two disjoint classes, on one thing), so what it
calls impossible is impossible in OWL 2. What it does not look into (individuals, data ranges, inverse roles, a search that grows
past its budget) counts as possible.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from engine.compiler import Compiler
from engine.knowledge import Knowledge
from engine.nodes import AllOf, AllValuesFrom, AnyOf, Complement, NamedClass, Node, Nothing, SomeValuesFrom

BUDGET = 20_000
"""Steps of one search."""


@dataclass(frozen=True, slots=True)
class Demand:
    """That a thing is, or is not, of the class of a node."""

    node: int
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of one thing. holds: closed under wider classes. some, every: demands on its neighbours by a role."""

    holds: frozenset[str] = frozenset()
    bars: frozenset[str] = frozenset()
    some: tuple[tuple[str, tuple[Demand, ...]], ...] = ()
    every: tuple[tuple[str, Demand], ...] = ()


Branch = tuple[Label, tuple[Demand, ...]]
"""A label and the demands still to be met."""


class Tableau:
    """Answers for one body of norms. Terms are compiled as they are asked about."""

    def __init__(self, kb: Knowledge) -> None:
        self.kb = kb
        self.compiler = Compiler(kb.graph, kb.axioms)
        self._single = kb.axioms.roles.functional | set(kb.schema.one)
        self._steps = 0

    def demand(self, term: str, holds: bool = True) -> Demand:
        """A demand for a class term."""
        return Demand(self.compiler.class_node(term), holds)

    def possible(self, demands: Iterable[Demand], some: Iterable[tuple[str, tuple[Demand, ...]]] = ()) -> bool:
        """Whether one thing can meet all demands, with neighbours that meet theirs."""
        self._steps = 0
        return self._open((Label(some=tuple(some)), tuple(demands)))

    def _open(self, branch: Branch) -> bool:
        """Whether some way to meet the demands closes neither here nor at a neighbour. What has one way goes first."""
        waiting = [branch]
        while waiting:
            label, todo = waiting.pop()
            self._steps += 1
            if self._steps > BUDGET:
                return True
            if not todo and self._neighbours(label):
                return True
            if todo:
                demand = min(todo, key=self._choices)
                rest = tuple(d for d in todo if d is not demand)
                waiting += [(new, rest + more) for new, more in self._expand(label, demand)]
        return False

    def _choices(self, demand: Demand) -> bool:
        return isinstance(self.compiler.nodes[demand.node], AnyOf if demand.holds else AllOf)

    def _expand(self, label: Label, demand: Demand) -> Iterable[Branch]:
        node = self.compiler.nodes[demand.node]
        expand = EXPAND.get((type(node), demand.holds))
        return [(label, ())] if expand is None else expand(self, label, node)

    def _neighbours(self, label: Label) -> bool:
        groups = [(role, demands) for role, demands in label.some if role not in self._single]
        for role in sorted(self._single):
            mine = tuple(d for r, demands in label.some if r == role for d in demands)
            if mine or any(r == role for r, _ in label.every):
                groups.append((role, mine))
        return all(self._open((Label(), self._of_neighbour(label, role, demands))) for role, demands in groups)

    def _of_neighbour(self, label: Label, role: str, demands: tuple[Demand, ...]) -> tuple[Demand, ...]:
        kinds = tuple(self.demand(c) for c in sorted(self.kb.axioms.roles.ranges.get(role, ())))
        return tuple(dict.fromkeys(demands + kinds + tuple(d for r, d in label.every if r == role)))

    def is_a(self, label: Label, cls: str) -> Iterable[Branch]:
        """The thing is of a named class, and so of all wider ones and of what they imply."""
        axioms = self.kb.axioms
        new = axioms.wider(cls) - label.holds
        if new & label.bars or any(not axioms.barred(c).isdisjoint(label.holds | new) for c in new):
            return []
        return [(replace(label, holds=label.holds | new), tuple(self.demand(e) for c in sorted(new) for e in axioms.above.get(c, ())))]

    def is_not(self, label: Label, cls: str) -> Iterable[Branch]:
        """The thing is of no class that is narrower, and of nothing that implies one."""
        axioms = self.kb.axioms
        new = axioms.narrower(cls) - label.bars
        if new & label.holds:
            return []
        return [(replace(label, bars=label.bars | new), tuple(self.demand(e, holds=False) for c in sorted(new) for e in axioms.below.get(c, ())))]


def both(holds: bool) -> Callable[[Tableau, Label, Node], Iterable[Branch]]:
    """Every part at once."""
    return lambda _t, label, node: [(label, tuple(Demand(p, holds) for p in node.parts))]


def either(holds: bool) -> Callable[[Tableau, Label, Node], Iterable[Branch]]:
    """One part or another."""
    return lambda _t, label, node: [(label, (Demand(p, holds),)) for p in node.parts]


def some(holds: bool) -> Callable[[Tableau, Label, Node], Iterable[Branch]]:
    """Some neighbour."""
    return lambda _t, label, node: [(replace(label, some=(*label.some, (node.role, (Demand(node.parts[0], holds),)))), ())]  # type: ignore[union-attr]  # the table gives each kind of node to its own rule


def every(holds: bool) -> Callable[[Tableau, Label, Node], Iterable[Branch]]:
    """Every neighbour."""
    return lambda _t, label, node: [(replace(label, every=(*label.every, (node.role, Demand(node.parts[0], holds)))), ())]  # type: ignore[union-attr]  # the table gives each kind of node to its own rule


EXPAND: Mapping[tuple[type, bool], Callable[[Tableau, Label, Node], Iterable[Branch]]] = {
    (NamedClass, True): lambda t, label, node: t.is_a(label, node.iri),  # type: ignore[union-attr]  # the table gives each kind of node to its own rule
    (NamedClass, False): lambda t, label, node: t.is_not(label, node.iri),  # type: ignore[union-attr]  # the table gives each kind of node to its own rule
    (AllOf, True): both(True),
    (AllOf, False): either(False),
    (AnyOf, True): either(True),
    (AnyOf, False): both(False),
    (Complement, True): both(False),
    (Complement, False): both(True),
    (SomeValuesFrom, True): some(True),
    (SomeValuesFrom, False): every(False),
    (AllValuesFrom, True): every(True),
    (AllValuesFrom, False): some(False),
    (Nothing, True): lambda _t, _label, _node: [],
}
"""(construct, whether it is demanded or denied) → the branches that meet it. Whatever is not here always can be met."""
