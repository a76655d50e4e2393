"""The graph of an explanation as Turtle and JSON-LD."""

import pyoxigraph as ox

from engine.explanations.base import Document
from engine.record.quads import PROV
from engine.terms import DCT, NORM, OWL, RDFS, SKOS, XSD

ROOT = NORM.rsplit("/", 1)[0]
PREFIXES = {
    "norm": NORM,
    "dg": f"{ROOT}/domain#",
    "law": f"{ROOT}/law/",
    "jur": f"{ROOT}/jurisdiction/",
    "prov": PROV,
    "rdfs": RDFS,
    "xsd": XSD,
    "dct": DCT,
    "skos": SKOS,
    "owl": OWL,
}


def as_turtle(document: Document) -> str:
    """The assessment and the explanation as Turtle."""
    return serialized(document, ox.RdfFormat.TURTLE)


def as_jsonld(document: Document) -> str:
    """The same as JSON-LD, its context inside."""
    return serialized(document, ox.RdfFormat.JSON_LD)


def serialized(document: Document, form: ox.RdfFormat) -> str:
    """The triples of the graph in some form of RDF."""
    triples = sorted((quad.triple for quad in ox.parse(document.triples, format=ox.RdfFormat.N_TRIPLES)), key=lambda t: natural(str(t.subject)))
    written = ox.serialize(triples, format=form, prefixes=PREFIXES | {"a": document.graph + "#"})
    assert written is not None
    return written.decode()


def natural(name: str) -> tuple[str, int]:
    """Nodes in the order of their numbers."""
    kind, _, number = name.rstrip(">").rpartition("-")
    return (kind, int(number)) if number.isdecimal() else (name, 0)
