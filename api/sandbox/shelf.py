"""The dataset as a child has it in memory, and which of its graphs a query is about."""

import itertools
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import pyoxigraph as ox

from api.sandbox.dataset import Dataset
from api.sandbox.frames import Failure

Head = Mapping[str, object]
"""What stands beside the text of a job."""
MERGED = ox.NamedNode("urn:dutygraph:merged")
"""The graph that holds the union of several default graphs, in the memory of one child."""
FROM = "urn:dutygraph:from"


@dataclass(slots=True)
class Shelf:
    """A loaded dataset.

    law: its default graph once more, alone, where most queries find all that they ask for and have a third to look through.
    brought: graphs that came with a query, as compressed N-Triples. changed: whether a graph has been added since it was loaded.
    """

    store: ox.Store
    law: ox.Store
    default: ox.NamedNode
    overlaps: frozenset[tuple[str, ...]]
    brought: dict[str, bytes] = field(default_factory=dict)
    changed: bool = field(default=False)

    def bring(self, names: Iterable[str]) -> None:
        """Load those of these graphs that came with the query, each under its name."""
        for name in names:
            if name in self.brought:
                self.unpack(name, ox.NamedNode(name))

    def unpack(self, name: str, graph: ox.NamedNode) -> None:
        """Load a graph that came with the query into one in the memory of this child alone."""
        self.changed = True
        self.store.add_graph(graph)
        self.store.load(zlib.decompress(self.brought[name]), format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)

    def find(self, names: Iterable[str]) -> list[ox.NamedNode]:
        """Graphs by name, each once. One that is not here is refused: an empty graph in its place would be a wrong answer."""
        found = []
        for name in dict.fromkeys(names):
            try:
                graph = ox.NamedNode(name)
            except ValueError as error:
                raise Failure("unknown-graph", f"{name!r} is not an IRI") from error
            if name not in self.brought and not self.store.contains_named_graph(graph):
                raise Failure("unknown-graph", f"there is no graph {name}")
            found.append(graph)
        return found

    def share(self, graphs: Sequence[ox.NamedNode]) -> bool:
        """Whether any two of these graphs have, or may have, a triple in common."""
        if len(graphs) > 1 and any(g.value in self.brought for g in graphs):
            return True
        return any(pair in self.overlaps for pair in itertools.combinations(sorted(g.value for g in graphs), 2))

    def merged(self, graphs: Sequence[ox.NamedNode]) -> ox.NamedNode:
        """One graph with the triples of several, each once: Oxigraph itself would count a shared triple once for each graph."""
        self.changed = True
        for graph in graphs:
            if graph.value in self.brought:
                self.unpack(graph.value, MERGED)
                continue
            self.store.extend(ox.Quad(q.subject, q.predicate, q.object, MERGED) for q in self.store.quads_for_pattern(None, None, None, graph))
        return MERGED


def load(dataset: Dataset) -> Shelf:
    """Read the files. They are our own, so their IRIs are not checked again; blank nodes keep their names, in every process."""
    store = ox.Store()
    for file in dataset.files:
        store.bulk_extend(ox.parse(path=file, format=ox.RdfFormat.N_QUADS, lenient=True))
    law, default = ox.Store(), ox.NamedNode(dataset.default)
    if dataset.alone:
        law.bulk_extend(ox.parse(path=dataset.alone, format=ox.RdfFormat.N_TRIPLES, lenient=True))
    else:
        law.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, default))
    return Shelf(store, law, default, frozenset(tuple(pair) for pair in dataset.overlaps))


@dataclass(frozen=True, slots=True)
class Asked:
    """The graphs that a request names, for the default graph and by name."""

    default: tuple[str, ...]
    named: tuple[str, ...]

    @classmethod
    def of(cls, head: Head) -> Self | None:
        """What the protocol says; None if it says nothing."""
        default, named = head["default"], head["named"]
        assert isinstance(default, list)
        assert isinstance(named, list)
        return cls(tuple(default), tuple(named)) if default or named else None


LETTER = r"(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-])"
TOKEN = re.compile(
    rf"""
      \#[^\n\r]*                                         # a comment
    | "{{3}}(?:\\.|(?!"{{3}})[^\\])*"{{3}} | '{{3}}(?:\\.|(?!'{{3}})[^\\])*'{{3}} | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*'
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    | [?$@]\w+
    | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:{LETTER}+(?:\.+{LETTER}+)*)?)
    | (?P<word>\w+)
    | \S
    """,
    re.VERBOSE | re.DOTALL,
)
"""The tokens of SPARQL, as far as it takes to tell keywords and names from what stands in strings, comments and variables."""


def calls_services(text: str) -> bool:
    """Whether the keyword SERVICE stands in a query, SILENT or not. What this might overlook, the walls stop."""
    return any(t.lastgroup == "word" and t[0].upper() == "SERVICE" for t in TOKEN.finditer(text))


def asked_in(text: str, base: str) -> Asked | None:
    """The graphs that a query names in FROM and FROM NAMED; None if it names none.

    The clauses are given to Oxigraph as Turtle after the query's own PREFIX and BASE, so that names mean what they mean there.
    """
    prologue, clauses = clauses_in(text)
    if not clauses:
        return None
    document = "\n".join([*prologue, *(f"{name} <{FROM}> {named} ." for name, named in clauses)])
    try:
        quads = list(ox.parse(input=document, format=ox.RdfFormat.TURTLE, base_iri=base))
    except SyntaxError:
        return None  # the query is no better, and will be refused with the place in its own text
    found = [(q.subject.value, isinstance(q.object, ox.Literal) and q.object.value == "true") for q in quads if isinstance(q.subject, ox.NamedNode)]
    return Asked(tuple(n for n, named in found if not named), tuple(n for n, named in found if named))


def clauses_in(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The declarations of a query, and the names after FROM, each with whether NAMED stands before it (`true`, `false`)."""
    prologue: list[str] = []
    clauses: list[tuple[str, str]] = []
    before: tuple[str, ...] = ("", "")
    for token in TOKEN.finditer(text):
        word = token[0] if token[0][0] != "#" else ""
        if not word:
            continue
        kind = token.lastgroup
        if kind == "word":
            word = word.upper()
        elif kind == "iri" and before[1] == "BASE":
            prologue.append(f"BASE {word}")
        elif kind == "iri" and before[0] == "PREFIX":
            prologue.append(f"PREFIX {before[1]} {word}")
        elif kind in ("iri", "name") and before[1] == "FROM":
            clauses.append((word, "false"))
        elif kind in ("iri", "name") and before == ("FROM", "NAMED"):
            clauses.append((word, "true"))
        before = before[1], word
    return prologue, clauses
