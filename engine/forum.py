"""The norms that reach one place, compiled into one program and put in the order in which they are decided."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from engine.compiler import Compiler
from engine.errors import OntologyError
from engine.jurisdictions import Jurisdiction
from engine.knowledge import Derived, Knowledge
from engine.nodes import NamedClass, Program
from engine.norms import Norm, Override
from engine.order import components, sort_by_dependence
from engine.terms import local_name
from engine.truth import Value


@dataclass(frozen=True, slots=True)
class Leaf:
    """One act class that a norm speaks of. action: its key, or '' where the class is an expression. condition: on the case.

    later: due only where an earlier act of a sequence is not possible, which the engine does not judge: it stays open.
    """

    action: str
    node: int
    condition: int | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class CompiledNorm:
    """A norm with its classes as places in the program. attackers: norms that defeat it, with why.

    opposites: nodes of the acts that are the opposite of what it requires, and so are forbidden by it.
    order: the nodes it needs, each after its parts. fresh: those of them that no earlier item has evaluated.
    """

    norm: Norm
    bearer: int | None
    trigger: int | None
    leaves: tuple[Leaf, ...]
    where: int | None
    opposites: tuple[int, ...]
    attackers: tuple[Override, ...]
    order: tuple[int, ...]
    fresh: tuple[int, ...] = ()

    def names(self, act: str) -> bool:
        """Whether the norm names an act; one that regulates a class of acts speaks of whatever falls under it."""
        return self.norm.requires is None or any(leaf.action == act for leaf in self.leaves)


Item = CompiledNorm | Derived
REMEMBERED = 64
"""How many pairs of dates a forum keeps."""
ANSWERS = 4096
"""For how many pairs of modality and act a forum keeps who votes."""


@dataclass(frozen=True)
class Forum:
    """A place and its law. items: norms and derived classes, each after what it depends on."""

    place: Jurisdiction
    program: Program
    items: tuple[Item, ...]

    @cached_property
    def derived(self) -> tuple[Derived, ...]:
        """The classes that stand for outcomes."""
        return tuple(i for i in self.items if isinstance(i, Derived))

    @cached_property
    def by_modality(self) -> dict[str, tuple[CompiledNorm, ...]]:
        """Modality → its norms, in the order of decision."""
        found: dict[str, list[CompiledNorm]] = {}
        for c in self.norms.values():
            found.setdefault(c.norm.modality, []).append(c)
        return {modality: tuple(norms) for modality, norms in found.items()}

    @cached_property
    def barring(self) -> tuple[CompiledNorm, ...]:
        """The norms that forbid the opposite of what they require."""
        return tuple(c for c in self.norms.values() if c.opposites)

    @cached_property
    def _voters(self) -> dict[tuple[str, str], tuple[CompiledNorm, ...]]:
        return {}

    def voters(self, modality: str, act: str) -> tuple[CompiledNorm, ...]:
        """The norms that may answer for a modality and an act: those that speak of it, and duties whose opposite it may be."""
        key = modality, act
        if key not in self._voters:
            if len(self._voters) >= ANSWERS:
                self._voters.clear()  # acts that cases describe themselves have any number of names
            own = tuple(c for c in self.by_modality.get(modality, ()) if c.names(act))
            duties = tuple(c for c in self.barring if c not in own) if modality == "prohibition" else ()
            self._voters[key] = own + duties
        return self._voters[key]

    @cached_property
    def _times(self) -> dict[tuple[datetime.date, datetime.date], dict[str, Value]]:
        return {}

    def times(self, law_as_of: datetime.date, known_as_of: datetime.date) -> dict[str, Value]:
        """IRI of a norm → whether it is in force; remembered for the dates lately asked about."""
        dates = law_as_of, known_as_of
        if dates not in self._times:
            if len(self._times) >= REMEMBERED:
                self._times.clear()
            self._times[dates] = {iri: c.norm.in_force(*dates) for iri, c in self.norms.items()}
        return self._times[dates]

    @cached_property
    def norms(self) -> dict[str, CompiledNorm]:
        """IRI → compiled norm, in the order of decision."""
        return {i.norm.iri: i for i in self.items if isinstance(i, CompiledNorm)}


def compile_forum(kb: Knowledge, place: Jurisdiction) -> Forum:
    """Compile the norms within reach of a place."""
    return compile_norms(kb, place, kb.within_reach(place))


def compile_norms(kb: Knowledge, place: Jurisdiction, norms: Iterable[Norm]) -> Forum:
    """Compile some norms. The same knowledge and norms always give the same program."""
    acts = kb.axioms.roles.ranges.get(kb.schema.act_role, frozenset())
    settled = {wide for cls in (*acts, kb.schema.focus) for wide in kb.axioms.wider(cls)} - set(kb.axioms.below)
    late = {d.cls for d in kb.derived}
    compiler = Compiler(kb.graph, kb.axioms, late, settled)
    scope = {n.iri: n for n in norms}
    attackers: dict[str, list[Override]] = {}
    for o in kb.overrides:
        if o.winner in scope and o.loser in scope:
            attackers.setdefault(o.loser, []).append(o)
    drafts = {iri: _draft(kb, compiler, n) for iri, n in scope.items()}
    program = compiler.program()
    ranks = _ranks(program)
    compiled = {iri: _finish(program, ranks, scope[iri], draft, tuple(attackers.get(iri, ()))) for iri, draft in drafts.items()}
    return Forum(place, program, _in_order(kb, program, compiled))


def _draft(kb: Knowledge, compiler: Compiler, norm: Norm) -> tuple[int | None, int | None, tuple[Leaf, ...], int | None, tuple[int, ...]]:
    bearers = [compiler.class_node(b) for b in norm.bearers]
    bearer = None if not bearers else bearers[0] if len(bearers) == 1 else compiler.any_of(bearers)
    trigger = compiler.class_node(norm.trigger) if norm.trigger else None
    actions = kb.schema.action_of
    leaves: tuple[Leaf, ...] = ()
    opposites: list[int] = []
    if norm.requires is not None:
        wanted = norm.requires.leaves()
        later = set(norm.requires.later())
        leaves = tuple(_leaf(kb, compiler, w.act, w.condition, w in later) for w in wanted)
        if norm.modality == "obligation":  # advice forbids nothing
            opposites = [compiler.class_node(o) for w in wanted if w.act in actions and (o := actions[w.act].opposite)]
    elif norm.regulates is not None:
        leaves = (_leaf(kb, compiler, norm.regulates, None),)
    where = compiler.class_node(norm.where) if norm.where else None
    return bearer, trigger, leaves, where, tuple(opposites)


def _leaf(kb: Knowledge, compiler: Compiler, act: str, condition: str | None, later: bool = False) -> Leaf:
    action = kb.schema.action_of.get(act)
    return Leaf(action.key if action else "", compiler.class_node(act), compiler.class_node(condition) if condition else None, later)


def _ranks(program: Program) -> list[int]:
    ranks = [0] * len(program.nodes)
    for rank, group in enumerate(components(len(program.nodes), [n.parts for n in program.nodes])):
        for i in group:
            ranks[i] = rank
    return ranks


def _finish(
    program: Program,
    ranks: list[int],
    norm: Norm,
    draft: tuple[int | None, int | None, tuple[Leaf, ...], int | None, tuple[int, ...]],
    attackers: tuple[Override, ...],
) -> CompiledNorm:
    bearer, trigger, leaves, where, opposites = draft
    roots = [n for n in (bearer, trigger, where, *opposites) if n is not None]
    roots += [n for leaf in leaves for n in (leaf.node, leaf.condition) if n is not None]
    seen, todo = set(roots), list(roots)
    while todo:
        for part in program.nodes[todo.pop()].parts:
            if part not in seen:
                seen.add(part)
                todo.append(part)
    order = tuple(sorted(seen, key=lambda i: (ranks[i], i)))
    return CompiledNorm(norm, bearer, trigger, leaves, where, opposites, attackers, order)


def _in_order(kb: Knowledge, program: Program, compiled: Mapping[str, CompiledNorm]) -> tuple[Item, ...]:
    derived = {d.cls: d for d in kb.derived}
    asks = {iri: depends_on(program, c, derived) for iri, c in compiled.items()}
    needs: dict[str, set[str]] = {iri: asks[iri] | {o.winner for o in c.attackers} for iri, c in compiled.items()}
    for cls, d in derived.items():
        needs[cls] = {iri for iri in counted(d, asks) if iri in compiled}
    names, cycles = sort_by_dependence([*sorted(compiled), *sorted(derived)], needs)
    for cycle in cycles:
        iri = next(i for i in cycle if i in compiled)
        members = ", ".join(local_name(i) for i in cycle)
        problem = f"its outcome depends on itself: {members}"
        raise OntologyError(kb.graph.place(iri), local_name(iri), problem, "let the norm override, or ask for the outcome of others, but not both in a circle")
    done: set[int] = set()
    items: list[Item] = []
    for name in names:
        if name not in compiled:
            items.append(_counting(derived[name], asks))
            continue
        fresh = tuple(i for i in compiled[name].order if i not in done)
        done |= set(fresh)
        items.append(replace(compiled[name], fresh=fresh))
    return tuple(items)


def depends_on(program: Program, compiled: CompiledNorm, derived: Mapping[str, Derived]) -> set[str]:
    """The derived classes that a norm's conditions ask for."""
    return {node.iri for i in compiled.order if isinstance(node := program.nodes[i], NamedClass) and node.iri in derived}


def counted(derived: Derived, asks: Mapping[str, set[str]]) -> list[str]:
    """The norms whose outcome counts: those that do not themselves ask for that outcome ("some *other* norm requires it")."""
    return [iri for iri in sorted(derived.norms) if derived.cls not in asks.get(iri, ())]


def _counting(derived: Derived, asks: Mapping[str, set[str]]) -> Derived:
    return Derived(derived.cls, frozenset(counted(derived, asks)), derived.outcome)
