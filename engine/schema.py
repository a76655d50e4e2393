"""What a case can state: facts, acts and the shape of a case, read from the ontology."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.axioms import Axioms
from engine.errors import Location, OntologyError
from engine.graph import Graph, Literal
from engine.terms import DEFINITION, LABEL, NIL, XSD, local_name, norm


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that a case may answer.

    path: roles from the focus to the thing that the fact is about. values: JSON value → class; a yes/no fact has the
    values "true" and "false". presumed: the class taken where a case is silent, or None.
    """

    key: str
    iri: str
    path: tuple[str, ...]
    exclusive: bool
    open_textured: bool
    question: str
    definition: str
    values: Mapping[str, str]
    presumed: str | None

    @property
    def yes_no(self) -> bool:
        """Whether JSON states it with true and false."""
        return set(self.values) <= {"true", "false"}


@dataclass(frozen=True, slots=True)
class Action:
    """A kind of act that every case is asked about.

    states: classes that naming the act already says. towards: roles to the things each of which is judged alone.
    """

    key: str
    cls: str
    label: str
    phrase: str
    gerund: str
    states: tuple[str, ...]
    towards: tuple[str, ...]
    opposite: str | None


@dataclass(frozen=True)
class Schema:
    """The shape of a case. focus: its class. one: roles with exactly one value. lists: role → name of its JSON list."""

    focus: str
    bearer_role: str
    act_role: str
    facts: Mapping[str, Fact]
    actions: Mapping[str, Action]
    one: tuple[str, ...]
    lists: Mapping[str, str]
    axioms: Axioms
    labels: Mapping[str, tuple[str, str, str]]

    @cached_property
    def fact_of(self) -> dict[str, tuple[Fact, str]]:
        """Class → (its fact, its JSON value)."""
        return {cls: (fact, value) for fact in self.facts.values() for value, cls in fact.values.items()}

    @cached_property
    def _telling(self) -> dict[str, tuple[str, ...]]:
        return {}

    def facts_telling(self, cls: str) -> tuple[str, ...]:
        """Keys of the facts some value of which, affirmed or denied, tells something of a class."""
        if cls not in self._telling:
            around = self.axioms.wider(cls) | self.axioms.narrower(cls) | self.axioms.barred(cls)
            self._telling[cls] = tuple(dict.fromkeys(self.fact_of[c][0].key for c in sorted(around) if c in self.fact_of))
        return self._telling[cls]

    @cached_property
    def action_of(self) -> dict[str, Action]:
        """Act class → its action."""
        return {action.cls: action for action in self.actions.values()}

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Every path of a fact and all its beginnings, shortest first."""
        found = {fact.path[:n] for fact in self.facts.values() for n in range(len(fact.path) + 1)} | {(role,) for role in self.one} | {(self.act_role,)}
        return tuple(sorted(found, key=lambda path: (len(path), path)))

    def sentence(self, cls: str, holds: bool = True) -> str:
        """Membership, or non-membership, of a class as a clause."""
        label, sentence, denial = self.labels.get(cls, (local_name(cls), "", ""))
        return (sentence or f"it is a case of: {label}") if holds else (denial or f"it is no case of: {label}")

    def unmentioned(self, fact: Fact, stated: tuple[str, ...]) -> tuple[str, ...]:
        """Classes that a complete list of classes leaves out: those with no narrower class in common with a listed one."""
        return tuple(c for c in fact.values.values() if not any(self.axioms.compatible(c, s) for s in stated))


def read_schema(graph: Graph, axioms: Axioms) -> Schema:
    """The shape of a case. An ontology has one focus; without one it has no cases."""
    focuses = graph.pairs(norm("focus"))
    if len(focuses) != 1:
        raise OntologyError(
            Location("ontology"), "focus", f"{len(focuses)} classes are marked as the focus of a case", "mark exactly one class with norm:focus true"
        )
    focus = focuses[0][0]
    bearer_role, act_role = (graph.resource(focus, norm(name)) for name in ("bearerRole", "actRole"))
    if bearer_role is None or act_role is None:
        raise OntologyError(
            graph.place(focus), local_name(focus), "the focus does not say how to reach its bearer and its acts", "add norm:bearerRole and norm:actRole"
        )
    one = tuple(sorted(s for s, _ in graph.pairs(norm("one")) if graph.flag(s, norm("one"))))
    lists = {s: graph.text(s, norm("listKey")) for s, _ in graph.pairs(norm("listKey"))}
    facts = {graph.text(iri, norm("factKey")): iri for iri in graph.instances(norm("Fact"))}
    return Schema(
        focus,
        bearer_role,
        act_role,
        {key: read_fact(graph, key, iri) for key, iri in sorted(facts.items())},
        {graph.text(cls, norm("actionKey")): read_action(graph, cls) for cls, _ in sorted(graph.pairs(norm("actionKey")), key=lambda pair: pair[0])},
        one,
        lists,
        axioms,
        read_labels(graph),
    )


def read_fact(graph: Graph, key: str, iri: str) -> Fact:
    """A fact and the classes that are its values, in the order of the file."""
    classes = [s for s in graph.subjects(norm("factKey"), Literal(key, XSD + "string")) if s != iri]
    values = {graph.text(cls, norm("factValue")): cls for cls in classes}
    presumed = [cls for cls in classes if graph.flag(cls, norm("presumed"))]
    if not values or len(presumed) > 1:
        problem = "has no value classes" if not values else "has more than one presumed value"
        raise OntologyError(graph.place(iri), key, problem, "give each value class norm:factKey and norm:factValue, and at most one norm:presumed true")
    return Fact(
        key,
        iri,
        path_of(graph, iri, "path"),
        graph.flag(iri, norm("exclusive")),
        graph.flag(iri, norm("openTextured")),
        graph.text(iri, norm("question")),
        graph.text(iri, DEFINITION),
        values,
        presumed[0] if presumed else None,
    )


def path_of(graph: Graph, subject: str, name: str) -> tuple[str, ...]:
    """A list of roles; none is the empty path."""
    head = graph.resource(subject, norm(name))
    return () if head is None or head == NIL else graph.members(head)


def read_action(graph: Graph, cls: str) -> Action:
    """A kind of act."""
    label = graph.text(cls, LABEL)
    return Action(
        graph.text(cls, norm("actionKey")),
        cls,
        label,
        graph.text(cls, norm("sentence")) or label,
        graph.text(cls, norm("denial")) or label,
        graph.resources(cls, norm("states")),
        path_of(graph, cls, "towards"),
        graph.resource(cls, norm("opposite")),
    )


def read_labels(graph: Graph) -> dict[str, tuple[str, str, str]]:
    """Class → (label, sentence, denial), for every class or property with a label."""
    return {s: (graph.text(s, LABEL), graph.text(s, norm("sentence")), graph.text(s, norm("denial"))) for s, _ in graph.pairs(LABEL)}
