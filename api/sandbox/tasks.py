"""What a child does: evaluate a query, or parse a document. The only place where strangers' text meets Oxigraph."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Protocol, cast

import pyoxigraph as ox

from api.sandbox.frames import Failure
from api.sandbox.shelf import Asked, Head, Shelf, asked_in, calls_services

RESULTS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV}
GRAPHS = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD}
DOCUMENTS = {**GRAPHS, "nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}


class Output(Protocol):
    """Where an answer goes: its media type once, then its bytes."""

    def start(self, media: str) -> None:
        """Say what follows."""

    def write(self, part: bytes) -> int:
        """Some bytes of it."""

    def flush(self) -> None:
        """Nothing to do."""


def text_of(body: bytes) -> str:
    """The text of a query."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Failure("malformed-query", f"the query is not UTF-8 (byte {error.start})") from error


def run_query(shelf: Shelf, head: Head, body: bytes, output: Output) -> None:
    """Evaluate a query over the dataset that was asked for, in the form that was negotiated for its kind of result.

    head: base, results and graphs (format and media type for either kind of result, or None where none is acceptable),
    default and named (IRIs of graphs that the protocol names; neither: those of the query, or else the dataset as it is).
    beside: names and lengths of graphs that stand before the query in the body, if any do.
    """
    results = evaluate(shelf, head, text_of(unpack(shelf, head, body)))
    wanted = head["graphs" if isinstance(results, ox.QueryTriples) else "results"]
    if wanted is None:
        raise Failure("not-acceptable", "the query gives triples" if isinstance(results, ox.QueryTriples) else "the query gives a table or a truth value")
    assert isinstance(wanted, list)
    output.start(wanted[1])
    file = cast("IO[bytes]", output)  # Oxigraph calls `write` and `flush`
    if isinstance(results, ox.QueryTriples):
        ox.serialize(results, file, GRAPHS[wanted[0]], prefixes=PREFIXES if wanted[0] == "turtle" else None)
    else:
        results.serialize(file, RESULTS[wanted[0]])


def unpack(shelf: Shelf, head: Head, body: bytes) -> bytes:
    """Put aside the graphs that come with a query; gives the query. Once one is loaded, the child ends with its answer, and they with it."""
    beside, at = head.get("beside", ()), 0
    assert isinstance(beside, list | tuple)
    shelf.brought = {}
    for name, length in beside:
        shelf.brought[name] = body[at : at + length]
        at += length
    return body[at:]


PREFIXES = {
    "norm": "https://w3id.org/dutygraph/norms#",
    "dg": "https://w3id.org/dutygraph/domain#",
    "jur": "https://w3id.org/dutygraph/jurisdiction/",
    "law": "https://w3id.org/dutygraph/law/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}


def evaluate(shelf: Shelf, head: Head, text: str) -> ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples:
    """The results, lazily. What the query says in FROM does not count for Oxigraph any more: it is told the graphs here."""
    words = text.lower()
    if "service" in words and calls_services(text):
        raise Failure("federation", "the query has SERVICE")
    base = str(head["base"])
    asked = Asked.of(head) or (asked_in(text, base) if "from" in words else None)
    if asked is None and not shelf.brought and not ("graph" in words and NAMES_GRAPHS.search(text)) and "\\u" not in words:
        return shelf.law.query(text, base_iri=base)
    if asked is None:
        shelf.bring(shelf.brought)
        return shelf.store.query(text, base_iri=base, default_graph=shelf.default)
    groups = cast("Mapping[str, list[str]]", head.get("groups", {}))
    default, named = shelf.find(members(asked.default, groups)), shelf.find(members(asked.named, groups))
    shelf.bring(graph.value for graph in named)
    if shelf.share(default):
        default = [shelf.merged(default)]
    shelf.bring(graph.value for graph in default)
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*default]
    return shelf.store.query(text, base_iri=base, default_graph=graphs, named_graphs=[*named])


NAMES_GRAPHS = re.compile(r"\bgraph\b", re.IGNORECASE)
"""What stands in every query that looks into named graphs, unless it is written with escapes."""


def members(names: Iterable[str], groups: Mapping[str, list[str]]) -> Iterator[str]:
    """Names of graphs, with the graphs of a group in the place of its name."""
    for name in names:
        yield from groups.get(name, (name,))


def run_parse(shelf: Shelf, head: Head, body: bytes, output: Output) -> None:
    """Parse a document to N-Quads. Nothing is fetched: a JSON-LD context has to stand inside. head: format, base."""
    output.start("application/n-quads")
    base = head.get("base")
    quads = ox.parse(input=body, format=DOCUMENTS[str(head["format"])], base_iri=str(base) if base else None)
    ox.serialize(quads, cast("IO[bytes]", output), ox.RdfFormat.N_QUADS)


TASKS: Mapping[str, Callable[[Shelf, Head, bytes, Output], None]] = {"query": run_query, "parse": run_parse}
MALFORMED = {"query": "malformed-query", "parse": "malformed-document"}


def failure_of(error: Exception, task: str) -> Failure:
    """What Oxigraph raises, in our words."""
    line = getattr(error, "lineno", None) or 0
    words = str(getattr(error, "msg", None) or error).splitlines()[0][:300]
    return Failure(MALFORMED[task] if isinstance(error, EXPECTED) else "failed", words, line=line)


EXPECTED = (SyntaxError, ValueError, RuntimeError)
"""Not SPARQL, or not the format that was said; an IRI that is none; a function that does not exist."""
