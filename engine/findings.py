"""Why a class expression has its value for a thing: a tree down to what was stated, presumed or found."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.axioms import Axioms
from engine.decide import Decision
from engine.nodes import AllOf, AllValuesFrom, AnyOf, Complement, DataSome, HasValue, NamedClass, Node, Nothing, OneOf, SomeValuesFrom, Thing
from engine.terms import local_name
from engine.truth import CONTRADICTORY, NO, UNKNOWN, YES, Value

CONSTRUCTS: dict[type, str] = {
    NamedClass: "class",
    AllOf: "all of",
    AnyOf: "any of",
    Complement: "not",
    SomeValuesFrom: "some",
    AllValuesFrom: "every",
    HasValue: "has value",
    OneOf: "one of",
    DataSome: "has a literal",
    Thing: "anything",
    Nothing: "nothing",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The value of one expression for one thing, and what it rests on.

    construct: the OWL construct in words. text: the condition as a clause, worded to fit its value. thing: whom it is
    about. fact: the JSON key of the fact that settles it, or ''. origin, for a class: stated, listed, presumed, act, inferred or
    outcome; '' otherwise. basis: what was stated, where the class is inferred from it. grounds: for a contradiction the first ground is for, the rest against.
    """

    construct: str
    text: str
    value: Value
    thing: str
    fact: str = ""
    cls: str = ""
    origin: str = ""
    basis: str = ""
    grounds: tuple["Finding", ...] = ()

    def walk(self) -> Iterator["Finding"]:
        """The finding and all below it."""
        yield self
        for ground in self.grounds:
            yield from ground.walk()


def needed(finding: Finding) -> tuple[bool, ...]:
    """For each ground, whether the finding's value would be lost without it.

    A conjunction that holds needs every part, one that fails needs the only part that fails; a disjunction is the dual. Nothing is
    needed for what is unknown or contradictory.
    """
    if finding.value not in (YES, NO):
        return tuple(False for _ in finding.grounds)
    if finding.construct == "not":
        return tuple(True for _ in finding.grounds)
    every = (finding.construct in ("all of", "every")) == (finding.value == YES) and finding.construct != "class"
    supporting = [every or finding.construct == "class" or ground.value == finding.value for ground in finding.grounds]
    return tuple(support and (every or sum(supporting) == 1) for support in supporting)


Path = frozenset[tuple[int, int]]


def find(decision: Decision, node: int, row: int, path: Path = frozenset()) -> Finding:
    """Explain one node in one row. Rows are numbered as in engine.world.World. path: what is being explained already."""
    expression = decision.forum.program.nodes[node]
    return FINDERS[type(expression)](decision, expression, node, row, path | {(node, row)})


def value_at(decision: Decision, node: int, row: int) -> Value:
    """The value of a node in a row."""
    return decision.columns[node].at(row)


def thing_at(decision: Decision, row: int) -> str:
    """The name of the thing in a row."""
    return decision.world.slots[row // decision.world.cases]


def _named(decision: Decision, node: Node, place: int, row: int, path: Path) -> Finding:
    assert isinstance(node, NamedClass)
    schema, value = decision.scene.schema, value_at(decision, place, row)
    fact = schema.fact_of.get(node.iri)
    parts = tuple(find(decision, part, row, path) for part in _grounds(decision, node, row, value) if (part, row) not in path)
    action = schema.action_of.get(node.iri)
    text = _act_text(action.gerund, value) if action else _worded(schema.sentence(node.iri, True), schema.sentence(node.iri, False), value)
    return Finding("class", text, value, thing_at(decision, row), fact[0].key if fact else "", node.iri, *origin(decision, node.iri, row, bool(parts)), parts)


def _grounds(decision: Decision, node: NamedClass, row: int, value: Value) -> list[int]:
    """The parts of a class that give it its value: narrower ones for yes, wider and disjoint ones for no."""
    narrower = [p for p in node.holds_from if value_at(decision, p, row) in (YES, CONTRADICTORY)]
    wider = [p for p in node.excluded_from if value_at(decision, p, row) in (NO, CONTRADICTORY)]
    rivals = [p for p in node.disjoint_with if value_at(decision, p, row) in (YES, CONTRADICTORY)]
    failing = [p for p in node.holds_from if value_at(decision, p, row) == NO]
    chosen = {
        YES: narrower,
        NO: [p for p in wider if p in node.holds_from] or failing or wider + rivals,
        UNKNOWN: [p for p in node.holds_from if value_at(decision, p, row) == UNKNOWN],
        CONTRADICTORY: narrower + wider + rivals,
    }
    return list(dict.fromkeys(chosen[value]))


def _act_text(gerund: str, value: Value) -> str:
    return f"the act is {gerund}" if value == YES else f"the act is not {gerund}" if value == NO else f"whether the act is {gerund} is not known"


def _worded(sentence: str, denial: str, value: Value) -> str:
    forms = {YES: sentence, NO: denial, UNKNOWN: f"not known: {sentence}", CONTRADICTORY: f"stated and denied: {sentence}"}
    return forms[value]


def origin(decision: Decision, cls: str, row: int, defined: bool) -> tuple[str, str]:
    """(how a class came to hold or be excluded for a thing, the clause it was inferred from)."""
    schema = decision.scene.schema
    direct = decision.scene.said_in(row)
    for s in direct:
        if s.cls == cls:
            return s.origin, ""
    for s in direct:
        if bears(schema.axioms, s.cls, s.holds, cls):
            return ("inferred", schema.sentence(s.cls, s.holds)) if s.origin == "stated" else (s.origin, "")
    if any(d.cls == cls for d in decision.forum.derived):
        return "outcome", ""
    slot = row // decision.world.cases
    named = decision.scene.template.said_at.get(slot, ())
    if any(told == cls or bears(schema.axioms, told, holds, cls) for told, holds in named):
        return "act", ""
    return ("inferred" if defined else ""), ""


def bears(axioms: Axioms, said: str, holds: bool, cls: str) -> bool:
    """Whether told axioms carry what is said of one class over to another."""
    if holds:
        return cls in axioms.wider(said) or cls in axioms.barred(said)
    return said in axioms.wider(cls)


def _parts(decision: Decision, node: Node, place: int, row: int, path: Path) -> Finding:
    value = value_at(decision, place, row)
    word = CONSTRUCTS[type(node)]
    shown = [find(decision, part, row, path) for part in node.parts if (part, row) not in path and not _shape(decision, part)]
    return Finding(word, word, value, thing_at(decision, row), grounds=tuple(shown))


def _shape(decision: Decision, part: int) -> bool:
    """Whether a node only says what kind of thing is judged (the focus), which explains nothing."""
    node = decision.forum.program.nodes[part]
    return isinstance(node, NamedClass) and node.iri == decision.scene.schema.focus


def _arrows(decision: Decision, node: Node, place: int, row: int, path: Path) -> Finding:
    assert isinstance(node, SomeValuesFrom | AllValuesFrom)
    n = decision.world.cases
    parent, case = divmod(row, n)
    children = [c for c, cases in decision.world.group(node.role).get(parent, []) if cases >> case & 1]
    grounds = tuple(find(decision, node.parts[0], child * n + case, path) for child in children)
    role = local_name(node.role.removeprefix("inverse "))
    text = (
        f"{CONSTRUCTS[type(node)]} {role}" if grounds else f"no {role} is stated" + (", and the list is complete" if node.role in decision.world.closed else "")
    )
    return Finding(CONSTRUCTS[type(node)], text, value_at(decision, place, row), thing_at(decision, row), grounds=grounds)


def _simple(decision: Decision, node: Node, place: int, row: int, path: Path) -> Finding:
    word = CONSTRUCTS[type(node)]
    return Finding(word, _detail(node), value_at(decision, place, row), thing_at(decision, row), origin="stated")


def _detail(node: Node) -> str:
    if isinstance(node, HasValue):
        return f"{local_name(node.role)} is {local_name(node.individual)}"
    if isinstance(node, OneOf):
        return "one of " + ", ".join(local_name(i) for i in node.individuals)
    if isinstance(node, DataSome):
        return f"{local_name(node.role)} {' and '.join(f'{facet} {bound}' for facet, bound in node.tests) or 'is given'}"
    return CONSTRUCTS[type(node)]


FINDERS = {
    NamedClass: _named,
    AllOf: _parts,
    AnyOf: _parts,
    Complement: _parts,
    SomeValuesFrom: _arrows,
    AllValuesFrom: _arrows,
    HasValue: _simple,
    OneOf: _simple,
    DataSome: _simple,
    Thing: _simple,
    Nothing: _simple,
}


def missing(decision: Decision, node: int, rows: int, found: set[str], seen: set[tuple[int, int]]) -> None:
    """Collect the classes that a node waits for in some rows. seen: nodes and rows that were looked at already."""
    column = decision.columns[node]
    rows &= ~(column.holds | column.excluded)
    if not rows or (node, rows) in seen:
        return
    seen.add((node, rows))
    expression = decision.forum.program.nodes[node]
    if isinstance(expression, NamedClass):
        found.add(expression.iri)
        if expression.iri in decision.scene.schema.fact_of:
            return
    elif isinstance(expression, SomeValuesFrom | AllValuesFrom):
        rows = below(decision, expression.role, rows)
    for part in expression.parts:
        missing(decision, part, rows, found, seen)


def below(decision: Decision, role: str, rows: int) -> int:
    """The rows that arrows of a role lead to."""
    n, found = decision.world.cases, 0
    for parent, children in decision.world.group(role).items():
        there = rows >> parent * n & decision.world.block
        if there:
            for child, cases in children:
                found |= (there & cases) << child * n
    return found
