"""The ontology as an RDF dataset: the asserted law, what follows from it kept apart, each jurisdiction, and the list of graphs."""

import hashlib
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from engine.graph import dataset_files
from engine.queries import OURS
from engine.terms import DCT, LABEL, TYPE, XSD, local_name, norm

BASE = OURS + "graph/"
LAW, INFERRED, LIST = BASE + "law", BASE + "inferred", BASE + "graphs"
SERVICE, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
SKOLEM = "urn:dutygraph:blank:"
ABOUT = {
    LAW: ("The asserted law", "Every triple of the ontology as its files state it. It is also the default graph."),
    INFERRED: ("What follows from it", "What OWL 2 RL derives from the asserted law and the files do not state. Deontic conclusions are not among it."),
    LIST: ("The list of graphs", "Each graph of this dataset with its title and its number of triples."),
}
"""Graph → title and description; those of jurisdictions are named by the ontology."""


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """A graph of the dataset. jurisdiction: IRI of the place whose norms it holds, or ''."""

    iri: str
    title: str
    description: str
    triples: int
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is in the dataset. version: hash of the texts. overlaps: pairs of graphs (in order of IRI) that share a triple."""

    version: str
    graphs: tuple[NamedGraph, ...]
    overlaps: frozenset[tuple[str, str]]

    def share(self, graphs: Iterable[str]) -> bool:
        """Whether any two of these graphs have a triple in common."""
        return any(pair in self.overlaps for pair in itertools.combinations(sorted(graphs), 2))


def dataset_of(texts: Mapping[str, str]) -> tuple[Catalogue, list[ox.Quad]]:
    """The dataset of some Turtle documents by name. The same texts give the same quads, blank nodes included."""
    by_file = {name: list(triples_of(text, f"f{number}")) for number, (name, text) in enumerate(sorted(texts.items()))}
    law = list(dict.fromkeys(itertools.chain.from_iterable(by_file.values())))
    graphs: dict[str, list[ox.Triple]] = {LAW: law, INFERRED: inferred(law)}
    places: dict[str, str] = {}
    for triples in by_file.values():
        for place in sorted(jurisdictions_of(triples)):
            places[BASE + local_name(place)] = place
            graphs.setdefault(BASE + local_name(place), []).extend(triples)
    graphs = {name: list(dict.fromkeys(triples)) for name, triples in graphs.items()}
    labels = {
        t.subject.value: t.object.value for t in law if t.predicate.value == LABEL and not isinstance(t.subject, ox.Triple) and isinstance(t.object, ox.Literal)
    }
    described = [describe(name, triples, places.get(name, ""), labels) for name, triples in graphs.items()]
    listed = list(listing([*described, describe(LIST, [], "", labels)]))
    described.append(NamedGraph(LIST, *ABOUT[LIST], len(listed)))
    graphs[LIST] = list(listing(described))
    version = hashlib.sha256("\0".join(f"{n}\0{t}" for n, t in sorted(texts.items())).encode()).hexdigest()[:16]
    quads = [ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name)) for name, ts in graphs.items() for t in ts]
    return Catalogue(version, tuple(described), overlaps(graphs)), quads


def triples_of(text: str, scope: str) -> Iterator[ox.Triple]:
    """The triples of a Turtle document, its blank nodes numbered as they come."""
    names: dict[str, ox.BlankNode] = {}

    def named(node: Any) -> Any:
        return names.setdefault(node.value, ox.BlankNode(f"{scope}b{len(names)}")) if isinstance(node, ox.BlankNode) else node

    for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE):
        yield ox.Triple(named(quad.subject), quad.predicate, named(quad.object))


def jurisdictions_of(triples: Iterable[ox.Triple]) -> set[str]:
    """The places whose norms a file holds: those of its norms."""
    return {t.object.value for t in triples if t.predicate.value == norm("jurisdiction") and isinstance(t.object, ox.NamedNode)}


def describe(name: str, triples: list[ox.Triple], place: str, labels: Mapping[str, str]) -> NamedGraph:
    """A graph with its title."""
    if not place:
        return NamedGraph(name, *ABOUT[name], len(triples))
    label = labels.get(place, local_name(place))
    return NamedGraph(name, label, f"The norms of {label}: the files that hold them, whole.", len(triples), place)


def listing(graphs: Iterable[NamedGraph]) -> Iterator[ox.Triple]:
    """The triples that list graphs."""
    for graph in graphs:
        node = ox.NamedNode(graph.iri)
        yield ox.Triple(node, ox.NamedNode(TYPE), ox.NamedNode(SERVICE + "Graph"))
        yield ox.Triple(node, ox.NamedNode(DCT + "title"), ox.Literal(graph.title, language="en"))
        yield ox.Triple(node, ox.NamedNode(DCT + "description"), ox.Literal(graph.description, language="en"))
        yield ox.Triple(node, ox.NamedNode(VOID + "triples"), ox.Literal(str(graph.triples), datatype=ox.NamedNode(XSD + "integer")))
        if graph.jurisdiction:
            yield ox.Triple(node, ox.NamedNode(norm("jurisdiction")), ox.NamedNode(graph.jurisdiction))


def overlaps(graphs: Mapping[str, Iterable[ox.Triple]]) -> frozenset[tuple[str, str]]:
    """Pairs of graphs that share a triple."""
    holders: dict[ox.Triple, list[str]] = defaultdict(list)
    for name in sorted(graphs):
        for triple in graphs[name]:
            holders[triple].append(name)
    together = {tuple(names) for names in holders.values() if len(names) > 1}
    return frozenset(pair for names in together for pair in itertools.combinations(names, 2))


def inferred(law: list[ox.Triple]) -> list[ox.Triple]:
    """What OWL 2 RL derives from the law and the law does not state, in a fixed order.

    Blank nodes are IRIs while the reasoner (reasonable, which renames blank nodes) works.
    """
    import reasonable  # noqa: PLC0415  needed once for each version of the law

    with tempfile.NamedTemporaryFile(suffix=".ttl") as file:
        ox.serialize((skolem(t) for t in law), cast("IO[bytes]", file), ox.RdfFormat.N_TRIPLES)
        file.flush()
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(file.name)
        closed = reasoner.reason()
    stated = {key(t) for t in law}
    derived = (ox.Triple(*(from_rdflib(term) for term in triple)) for triple in closed)
    return sorted((t for t in derived if key(t) not in stated), key=str)


def skolem(triple: ox.Triple) -> ox.Triple:
    """A triple with IRIs for its blank nodes."""
    s, o = (ox.NamedNode(SKOLEM + n.value) if isinstance(n, ox.BlankNode) else n for n in (triple.subject, triple.object))
    return ox.Triple(s, triple.predicate, o)  # type: ignore[arg-type]  # a subject is never a literal, which the types do not know


def from_rdflib(node: Any) -> Any:
    """A term of the reasoner's answer."""
    import rdflib  # noqa: PLC0415  only who asks for it waits for it

    if isinstance(node, rdflib.Literal):
        return ox.Literal(str(node), language=node.language) if node.language else ox.Literal(str(node), datatype=ox.NamedNode(node.datatype or XSD + "string"))
    return ox.BlankNode(node.removeprefix(SKOLEM)) if node.startswith(SKOLEM) else ox.NamedNode(str(node))


def key(triple: ox.Triple) -> tuple[object, ...]:
    """A triple as what it says: a literal by its value, for the reasoner writes `1` for `01`."""
    import rdflib  # noqa: PLC0415  only who asks for it waits for it

    o = triple.object
    if isinstance(o, ox.Literal) and not o.language:
        found = rdflib.Literal(o.value, datatype=rdflib.URIRef(o.datatype.value))
        return triple.subject, triple.predicate, str(found), o.datatype.value
    return triple.subject, triple.predicate, o


def texts_of(root: Path) -> dict[str, str]:
    """Every Turtle file below a folder, by name."""
    return {str(f.relative_to(root)): f.read_text(encoding="utf-8") for f in dataset_files(root)}
