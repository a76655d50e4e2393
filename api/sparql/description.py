"""What the service says of itself: the SPARQL 1.1 Service Description, and VoID."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import pyoxigraph as ox

from api.sandbox.tasks import GRAPHS
from api.sparql.kept import ALL, LIST, Counted
from api.sparql.limits import SparqlLimits
from engine.dataset import LAW, SERVICE, VOID, Catalogue, NamedGraph
from engine.queries import ASSESSMENTS, OURS
from engine.terms import DCT, RDFS, SKOS, TYPE, XSD

FORMATS = "http://www.w3.org/ns/formats/"
RESULT_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD")
SIMPLE = "http://www.w3.org/ns/entailment/Simple"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
PREFIXES = {"sd": SERVICE, "void": VOID, "dct": DCT, "rdfs": RDFS, "xsd": XSD, "skos": SKOS}
Node = ox.NamedNode | ox.BlankNode


def iri(name: str) -> ox.NamedNode:
    """An IRI."""
    return ox.NamedNode(name)


def say(subject: Node, predicate: str, *objects: Node | ox.Literal | str | int) -> Iterator[ox.Triple]:
    """Triples about something; a text is in English."""
    for value in objects:
        words = ox.Literal(value, language="en") if isinstance(value, str) else value
        yield ox.Triple(subject, iri(predicate), ox.Literal(words) if isinstance(words, int) else words)


@lru_cache(maxsize=16)
def describe_service(catalogue: Catalogue, endpoint: str, limits: SparqlLimits, counted: Counted | None = None) -> Mapping[str, bytes]:
    """The service description in every form of triples. endpoint: the address that was asked. counted: what the caller may see of what is kept."""
    kept = kept_triples(iri(endpoint), counted, limits) if counted is not None else ()
    return in_every_form((*service_triples(catalogue, endpoint, limits), *kept))


@lru_cache(maxsize=16)
def describe_void(catalogue: Catalogue, here: str, endpoint: str, counted: Counted | None = None) -> Mapping[str, bytes]:
    """The VoID description in every form of triples. here: its own address."""
    kept = kept_part(iri(here + "#dataset"), counted) if counted is not None else ()
    return in_every_form((*void_triples(catalogue, here, endpoint), *kept))


def in_every_form(triples: Iterable[ox.Triple]) -> Mapping[str, bytes]:
    """Triples, written in each form."""
    found = list(triples)
    return {name: ox.serialize(found, format=form, prefixes=PREFIXES if name == "turtle" else None) or b"" for name, form in GRAPHS.items()}


def service_triples(catalogue: Catalogue, endpoint: str, limits: SparqlLimits) -> Iterator[ox.Triple]:
    """What this is, what it speaks, and which graphs it holds."""
    service, dataset = iri(endpoint), ox.BlankNode("dataset")
    yield from say(service, TYPE, iri(SERVICE + "Service"))
    yield from say(service, SERVICE + "endpoint", service)
    yield from say(service, SERVICE + "supportedLanguage", iri(SERVICE + "SPARQL11Query"))
    yield from say(service, SERVICE + "resultFormat", *(iri(FORMATS + name) for name in RESULT_FORMATS))
    yield from say(service, SERVICE + "defaultEntailmentRegime", iri(SIMPLE))
    yield from say(service, SERVICE + "defaultDataset", dataset)
    yield from say(service, SERVICE + "availableGraphs", dataset)
    yield from say(service, RDFS + "comment", limits_in_words(limits))
    yield from say(dataset, TYPE, iri(SERVICE + "Dataset"), iri(SERVICE + "GraphCollection"))
    yield from say(dataset, DCT + "license", iri(LICENSE))
    yield from say(dataset, DCT + "hasVersion", ox.Literal(catalogue.version))
    law = next(g for g in catalogue.graphs if g.iri == LAW)
    yield from say(dataset, SERVICE + "defaultGraph", ox.BlankNode("default"))
    yield from graph_triples(ox.BlankNode("default"), law)
    for number, graph in enumerate(catalogue.graphs):
        named, content = ox.BlankNode(f"n{number}"), ox.BlankNode(f"g{number}")
        yield from say(dataset, SERVICE + "namedGraph", named)
        yield from say(named, TYPE, iri(SERVICE + "NamedGraph"))
        yield from say(named, SERVICE + "name", iri(graph.iri))
        yield from say(named, SERVICE + "graph", content)
        yield from graph_triples(content, graph)


def kept_triples(service: ox.NamedNode, counted: Counted, limits: SparqlLimits) -> Iterator[ox.Triple]:
    """The kept assessments: graphs that may be asked for, and are in no dataset that does not name them."""
    kept, named, content = ox.BlankNode("kept"), ox.BlankNode("keptname"), ox.BlankNode("keptgraph")
    yield from say(service, SERVICE + "availableGraphs", kept)
    yield from say(kept, TYPE, iri(SERVICE + "GraphCollection"))
    yield from say(kept, DCT + "description", kept_in_words(counted) + f" One query may be about {limits.assessments} of them.")
    yield from say(kept, SERVICE + "namedGraph", named)
    yield from say(named, TYPE, iri(SERVICE + "NamedGraph"))
    yield from say(named, SERVICE + "name", iri(LIST))
    yield from say(named, SERVICE + "graph", content)
    yield from say(content, TYPE, iri(SERVICE + "Graph"))
    yield from say(content, DCT + "title", KEPT)
    yield from say(content, VOID + "triples", counted.triples)


def kept_part(whole: ox.NamedNode, counted: Counted) -> Iterator[ox.Triple]:
    """The same as a part of the dataset."""
    part = iri(LIST)
    yield from say(whole, VOID + "subset", part)
    yield from say(part, TYPE, iri(VOID + "Dataset"))
    yield from say(part, DCT + "title", KEPT)
    yield from say(part, DCT + "description", kept_in_words(counted))
    yield from say(part, VOID + "triples", counted.triples)


KEPT = "The list of kept assessments"


def kept_in_words(counted: Counted) -> str:
    """How many there are for the caller, and how they are reached."""
    return (
        f"You may see {counted.assessments} kept assessments. Each is a graph named {ASSESSMENTS}ID, in the dataset of the queries that name it; "
        f"{LIST} lists them, and {ALL} stands for all of them in FROM and FROM NAMED."
    )


def limits_in_words(limits: SparqlLimits) -> str:
    """What is refused, for readers."""
    box = limits.sandbox
    return (
        "Read-only; SERVICE is refused; a graph that is not listed is refused, and nothing is fetched. A query may take "
        f"{box.seconds:g} seconds and {box.memory} bytes of memory, and its answer may have {box.result_bytes} bytes."
    )


def graph_triples(node: Node, graph: NamedGraph) -> Iterator[ox.Triple]:
    """A graph with its title and size."""
    yield from say(node, TYPE, iri(SERVICE + "Graph"))
    yield from say(node, DCT + "title", graph.title)
    yield from say(node, DCT + "description", graph.description)
    yield from say(node, VOID + "triples", graph.triples)


def void_triples(catalogue: Catalogue, here: str, endpoint: str) -> Iterator[ox.Triple]:
    """The dataset and its parts."""
    whole = iri(here + "#dataset")
    yield from say(iri(here), TYPE, iri(VOID + "DatasetDescription"))
    yield from say(iri(here), "http://xmlns.com/foaf/0.1/primaryTopic", whole)
    yield from say(whole, TYPE, iri(VOID + "Dataset"))
    yield from say(whole, DCT + "title", "dutygraph: the law of threats made by patients")
    yield from say(whole, DCT + "license", iri(LICENSE))
    yield from say(whole, DCT + "hasVersion", ox.Literal(catalogue.version))
    yield from say(whole, VOID + "sparqlEndpoint", iri(endpoint))
    yield from say(whole, VOID + "uriSpace", ox.Literal(OURS))
    yield from say(whole, VOID + "vocabulary", *(iri(name) for name in (OURS + "norms#", OURS + "domain#", SKOS, DCT)))
    yield from say(whole, VOID + "feature", *(iri(FORMATS + name) for name in RESULT_FORMATS[4:]))
    for graph in catalogue.graphs:
        part = iri(graph.iri)
        yield from say(whole, VOID + "subset", part)
        yield from say(part, TYPE, iri(VOID + "Dataset"))
        yield from say(part, DCT + "title", graph.title)
        yield from say(part, VOID + "triples", graph.triples)
