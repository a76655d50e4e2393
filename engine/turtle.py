"""Reading RDF with Oxigraph's parser: triples, and an index from subject to line, which RDF parsers do not keep."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from engine.errors import Location, OntologyError
from engine.graph import Graph, Literal, Term, build_graph

PREFIX = re.compile(r"@?prefix\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
SUBJECT = re.compile(r"(?:<([^>\s]*)>|([\w-]*):([\w.%-]*[\w%-]|))(?=\s|$)")
LINE = re.compile(r"\bline (\d+)")


def subject_lines(text: str) -> Iterator[tuple[str, int]]:
    """(subject IRI, line) for each line that starts with a subject in column one, which is how the files are written."""
    prefixes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if declared := PREFIX.match(line):
            prefixes[declared[1]] = declared[2]
        elif found := SUBJECT.match(line):
            iri, prefix, name = found.groups()
            if iri or prefix in prefixes:
                yield iri or prefixes[prefix] + name, number


def term(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, scope: str) -> Term:
    """An Oxigraph term as ours. Blank nodes are kept apart by `scope`, the file they are in."""
    if isinstance(node, ox.NamedNode):
        return node.value
    if isinstance(node, ox.BlankNode):
        return f"_:{scope}.{node.value}"
    if isinstance(node, ox.Literal):
        return Literal(node.value, node.datatype.value, node.language or "")
    raise TypeError(f"unexpected term {node}")


def parse_turtle(text: str, name: str, scope: str = "b") -> Iterator[tuple[str, str, Term]]:
    """Triples of a Turtle document. A syntax error names the file and the line."""
    try:
        for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE):
            yield str(term(quad.subject, scope)), quad.predicate.value, term(quad.object, scope)
    except SyntaxError as error:
        line = error.lineno or 0
        problem = str(error.msg).removeprefix("Parser error at line").split(": ", 1)[-1]
        fix = "correct the Turtle there; a missing ';' or '.' on the line before is the usual cause"
        raise OntologyError(Location(name, line), "syntax", problem, fix) from error


def read_graph(files: Iterable[Path], base: Path) -> Graph:
    """All files as one graph; places name files relative to `base`."""
    return graph_of_texts({str(f.relative_to(base) if f.is_relative_to(base) else f): f.read_text(encoding="utf-8") for f in files})


def graph_of_texts(texts: Mapping[str, str]) -> Graph:
    """Turtle documents by name, as one graph."""
    places: dict[str, Location] = {}
    triples: list[tuple[str, str, Term]] = []
    for number, (name, text) in enumerate(texts.items()):
        for subject, line in subject_lines(text):
            places.setdefault(subject, Location(name, line))
        triples += parse_turtle(text, name, f"f{number}")
    return build_graph(triples, places)
