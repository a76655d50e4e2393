"""A case laid out for the evaluator: its things, every act that it is asked about, and what is presumed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.cases import Case, Said, Silent
from engine.facts import Statement, close_roles, tell, tell_ends
from engine.schema import Action, Fact, Schema
from engine.template import Template, hanging_roles
from engine.world import Edge, World


@dataclass(frozen=True)
class Scene:
    """A world and the way back from its rows to the case.

    variants: for each column the thing that acts are judged toward, or '' for the case as a whole. statements: all that was
    said, for explanations. Column k × len(variants) + v is hypothesis k in variant v.
    """

    case: Case
    schema: Schema
    template: Template
    world: World
    variants: tuple[str, ...]
    hypotheses: int
    statements: tuple[Statement, ...]
    bearer: int

    @cached_property
    def acts(self) -> int:
        """One bit per row that is an act."""
        n = self.world.cases
        return sum(self.world.block << slot * n for slot in self.act_slots.values())

    @cached_property
    def act_slots(self) -> dict[str, int]:
        """Slot of every act: by action key, and by name for the acts that the case describes itself."""
        own = {name: self.world.slot_of[name] for name in self.case.reached((self.schema.act_role,))}
        return dict(self.template.act_slots) | own

    @cached_property
    def copies(self) -> int:
        """Multiplier that copies a bit per case to the rows of all acts."""
        n = self.world.cases
        return sum(1 << slot * n for slot in self.act_slots.values())

    @cached_property
    def _said(self) -> dict[int, tuple[Statement, ...]]:
        return {}

    def said_in(self, row: int) -> tuple[Statement, ...]:
        """What was said of the thing in a row."""
        if row not in self._said:
            self._said[row] = tuple(s for s in self.statements if s.rows >> row & 1)
        return self._said[row]

    def slot(self, thing: str) -> int:
        """The slot of a thing of the case; the focus has the first, whatever its name."""
        return 0 if thing == self.case.things[0].name else self.world.slot_of[thing]

    def column_for(self, action: Action | None, toward: str, hypothesis: int = 0) -> int:
        """The column in which an act is judged."""
        variant = self.variants.index(toward) if action is not None and toward in self.variants else 0
        return hypothesis * len(self.variants) + variant

    def toward(self, action: Action) -> tuple[str, ...]:
        """The things toward each of which an act is judged; ('',) for an act that is not."""
        return (self.case.reached(action.towards) or ("",)) if action.towards else ("",)


Hypothesis = Sequence[Said]


@dataclass(frozen=True)
class Suppositions:
    """What is said, or said to be unknown, in some hypotheses only. Each → one bit for every hypothesis."""

    count: int
    said: Mapping[Said, int]
    silent: Mapping[Silent, int]

    def columns(self, variants: int) -> "Suppositions":
        """The same with one bit for every column: hypothesis k in variant v is column k × variants + v."""
        if variants == 1:
            return self
        said = {s: repeat(bits, variants) for s, bits in self.said.items()}
        return Suppositions(self.count * variants, said, {s: repeat(bits, variants) for s, bits in self.silent.items()})


def repeat(bits: int, times: int) -> int:
    """Every bit, several times over."""
    return int("".join(b * times for b in f"{bits:b}"), 2)


def gather(hypotheses: Sequence[Hypothesis]) -> Suppositions:
    """Hypotheses as what is supposed → the hypotheses in which it is."""
    found: dict[Said, int] = {}
    for k, hypothesis in enumerate(hypotheses):
        for said in hypothesis:
            found[said] = found.get(said, 0) | 1 << k
    return Suppositions(len(hypotheses), found, {})


def set_scene(schema: Schema, template: Template, case: Case, hypotheses: Sequence[Hypothesis] = ((),)) -> Scene:
    """Lay out a case, once for every hypothesis (things said besides), and once more for each thing that acts are judged toward."""
    return lay_scene(schema, template, case, gather(hypotheses))


def lay_scene(schema: Schema, template: Template, case: Case, supposed: Suppositions) -> Scene:
    """As set_scene, for suppositions that are gathered already."""
    spots = several_targets(schema, case)
    variants = ("", *(name for _, name in spots))
    n = len(variants) * supposed.count
    block = (1 << n) - 1
    slots = template.slots + tuple(t.name for t in case.things[1:])
    slot_of = {name: i for i, name in enumerate(slots)} | {case.things[0].name: 0}
    edges = case_edges(case, slot_of, spots, supposed.count)
    statements = [Statement(s.cls, s.holds, block << slot_of[s.thing] * n, s.origin) for s in case.said]
    statements += own_acts(schema, case, slot_of, n)
    wide = supposed.columns(len(variants))
    statements += [Statement(s.cls, s.holds, cases << slot_of[s.thing] * n, s.origin) for s, cases in wide.said.items() if s.thing in slot_of]
    act_rows, edges = acts_of_case(schema, template, case, wide.said, slot_of, edges, n)
    statements += act_rows
    silences = dict.fromkeys(case.silent, block) | dict(wide.silent)
    statements += presumptions(schema, template, case, slot_of, statements, silences, n)
    world = template_world(schema, template, case, slots, statements, edges, n)
    bearer = next(iter(case.children.get((case.things[0].name, schema.bearer_role), ())), case.things[0].name)
    return Scene(case, schema, template, world, variants, supposed.count, tuple(statements), slot_of[bearer])


def several_targets(schema: Schema, case: Case) -> list[tuple[tuple[str, ...], str]]:
    """(path, thing) for every thing that acts are judged toward, where a case has more than one."""
    paths = dict.fromkeys(a.towards for a in schema.actions.values() if a.towards)
    return [(path, name) for path in paths if len(case.reached(path)) > 1 for name in case.reached(path)]


def case_edges(case: Case, slot_of: Mapping[str, int], spots: Sequence[tuple[tuple[str, ...], str]], hypotheses: int) -> dict[str, list[Edge]]:
    """Arrows of a case. In the variant of one target, the path leads to that target alone."""
    parents = {t.name: t for t in case.things}
    edges: dict[str, list[Edge]] = {}
    for thing in case.things[1:]:
        there = 1
        for v, (path, name) in enumerate(spots, start=1):
            line = {name}
            above = name
            while parents[above].parent:
                above = parents[above].parent
                line.add(above)
            there |= (thing.role not in path or thing.name in line) << v
        cases = sum(there << k * (len(spots) + 1) for k in range(hypotheses))
        edges.setdefault(thing.role, []).append((slot_of[thing.parent], slot_of[thing.name], cases))
    return edges


def own_acts(schema: Schema, case: Case, slot_of: Mapping[str, int], n: int) -> list[Statement]:
    """An act that the case describes itself is of no kind that it is not said to be of."""
    found = []
    for name in case.reached((schema.act_role,)):
        told = {w for s in case.said if s.thing == name and s.holds for w in schema.axioms.wider(s.cls)}
        rows = ((1 << n) - 1) << slot_of[name] * n
        found += [Statement(a.cls, False, rows, "act") for a in schema.actions.values() if a.cls not in told]
    return found


def acts_of_case(
    schema: Schema,
    template: Template,
    case: Case,
    supposed: Mapping[Said, int],
    slot_of: Mapping[str, int],
    edges: dict[str, list[Edge]],
    n: int,
) -> tuple[list[Statement], dict[str, list[Edge]]]:
    """What the case says of whatever act is considered, put on each act that does not itself say otherwise.

    A statement about the act refines what naming the act states; it never contradicts it. Whom an act reaches is complete as the act
    states it (see `bounded`): there is nothing to refine.
    """
    found: list[Statement] = []
    everything = [((1 << n) - 1, path, cls, holds, origin) for path, cls, holds, origin in case.about_acts]
    everything += [(cases, schema.fact_of[s.cls][0].path[1:], s.cls, s.holds, s.origin) for s, cases in supposed.items() if s.thing not in slot_of]
    own = {name: slot_of[name] for name in case.reached((schema.act_role,))}
    acts = considered(schema, template, case, own) if everything else {}
    for cases, path, cls, holds, origin in everything:
        rows = 0
        for slot, said in acts.items():
            mine = said.get(schema.fact_of[cls][0].key, ())
            if mine and (path or not (holds and any(schema.axioms.compatible(cls, m) for m in mine))):
                continue
            place = slot
            if path:
                if (slot, path[0]) not in template.below:
                    continue
                place = template.below[slot, path[0]]
                if (slot, path[0]) not in template.linked:
                    edges.setdefault(path[0], []).append((slot, place, cases))
            rows |= cases << place * n
        found.append(Statement(cls, holds, rows, origin))
    return found, edges


def considered(schema: Schema, template: Template, case: Case, own: Mapping[str, int]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Every act that a case is asked about: its slot → fact key → classes that the act itself states."""
    found = {slot: _by_fact(schema, schema.actions[key].states) for key, slot in template.act_slots.items()}
    for name, slot in own.items():
        below = {t for role in hanging_roles(schema) for t in case.children.get((name, role), ())}
        found[slot] = _by_fact(schema, [s.cls for s in case.said if s.thing == name or s.thing in below])
    return found


def _by_fact(schema: Schema, classes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for cls in classes:
        if cls in schema.fact_of:
            key = schema.fact_of[cls][0].key
            found[key] = (*found.get(key, ()), cls)
    return found


def presumptions(
    schema: Schema,
    template: Template,
    case: Case,
    slot_of: Mapping[str, int],
    statements: Sequence[Statement],
    silences: Mapping[Silent, int],
    n: int,
) -> list[Statement]:
    """The presumed value of every fact on which a thing is silent, and of its list of values if it is one."""
    spoken: dict[str, int] = {}
    for s in statements:
        if s.cls in schema.fact_of:
            key = schema.fact_of[s.cls][0].key
            spoken[key] = spoken.get(key, 0) | s.rows
    for silence, cases in silences.items():
        rows = rows_about(schema, template, case, schema.facts[silence.fact], slot_of, n, cases, silence.thing)
        spoken[silence.fact] = spoken.get(silence.fact, 0) | rows
    found: list[Statement] = []
    for fact in presuming(schema):
        rows = rows_about(schema, template, case, fact, slot_of, n, (1 << n) - 1) & ~spoken.get(fact.key, 0)
        if rows and fact.presumed:
            found.append(Statement(fact.presumed, True, rows, "presumed"))
            if not fact.exclusive:
                found += [Statement(cls, False, rows, "presumed") for cls in schema.unmentioned(fact, (fact.presumed,))]
    return found


def presuming(schema: Schema) -> tuple[Fact, ...]:
    """Facts with a presumption."""
    return tuple(fact for fact in schema.facts.values() if fact.presumed is not None)


def rows_about(schema: Schema, template: Template, case: Case, fact: Fact, slot_of: Mapping[str, int], n: int, cases: int, only: str = "") -> int:
    """Rows, in some columns, of the things that a fact is about, or of one of them."""
    if only in slot_of:
        return cases << slot_of[only] * n
    rows = sum(cases << slot_of[name] * n for name in case.reached(fact.path))
    if fact.path[:1] == (schema.act_role,):
        for slot in template.act_slots.values():
            place = slot if len(fact.path) == 1 else template.below[slot, fact.path[1]]
            rows |= cases << place * n
    return rows


def template_world(
    schema: Schema, template: Template, case: Case, slots: tuple[str, ...], statements: Iterable[Statement], edges: Mapping[str, list[Edge]], n: int
) -> World:
    """The template's columns widened to n cases, and the case's own on top."""
    axioms, (columns, fixed) = schema.axioms, template.wide(n)
    wide = {cls: [holds, excluded] for cls, (holds, excluded) in columns.items()}
    for s in statements:
        tell(axioms, wide, s.cls, s.rows, s.holds)
    loose = close_roles(axioms.roles, edges)
    tell_ends(axioms, wide, loose, n)
    arrows = {role: fixed.get(role, ()) + tuple(loose.get(role, ())) for role in {*fixed, *loose}}
    return World(n, slots, {c: (h, e) for c, (h, e) in wide.items()}, arrows, axioms.roles.closed, axioms.roles.functional)
