"""Writing N-Triples fast: terms as text, one line for each triple, for one named graph."""

from collections.abc import Iterable

from engine.terms import NORM, TYPE, XSD

BASE = "https://w3id.org/dutygraph/assessment/"
"""Beginning of the IRI of every assessment's graph."""
PROV = "http://www.w3.org/ns/prov#"
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})
DERIVED = f"<{PROV}wasDerivedFrom>"
TYPED = f"<{TYPE}>"


def iri(value: str) -> str:
    """An IRI of the ontology as a term. What a case names is hostile input, and is never made an IRI."""
    return f"<{value}>"


def text(value: str) -> str:
    """A plain literal, whatever it contains."""
    return f'"{value.translate(ESCAPES)}"'


def typed(value: str, datatype: str) -> str:
    """A literal of an XML Schema datatype."""
    return f'"{value}"^^<{XSD}{datatype}>'


def boolean(value: bool) -> str:
    """An xsd:boolean."""
    return TRUE if value else FALSE


def integer(value: int) -> str:
    """An xsd:integer."""
    return f'"{value}"^^<{XSD}integer>'


TRUE, FALSE = typed("true", "boolean"), typed("false", "boolean")


class Quads:
    """The triples of one assessment as they are written. Nodes are named by kind and number below the graph's IRI."""

    def __init__(self, graph: str) -> None:
        self.graph = graph
        self._lines: list[str] = []
        self._count: dict[str, int] = {}

    def node(self, kind: str) -> str:
        """A new node, as a term."""
        number = self._count[kind] = self._count.get(kind, 0) + 1
        return f"<{self.graph}#{kind}-{number}>"

    def add(self, subject: str, properties: Iterable[tuple[str, str]]) -> None:
        """(local name in the norm vocabulary, or a whole term in angle brackets; object term) of one subject."""
        for name, value in properties:
            predicate = name if name[0] == "<" else f"<{NORM}{name}>"
            self._lines.append(f"{subject} {predicate} {value} .")

    def make(self, kind: str, cls: str, properties: Iterable[tuple[str, str]]) -> str:
        """A new node of a class of the norm vocabulary, with its properties."""
        found = self.node(kind)
        self._lines.append(f"{found} {TYPED} <{NORM}{cls}> .")
        self.add(found, properties)
        return found

    def triples(self) -> bytes:
        """All of it as N-Triples."""
        return "\n".join(self._lines).encode()
