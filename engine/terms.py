"""IRIs of the vocabularies that the engine itself understands: OWL 2 and the norm vocabulary. No domain, no law."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
NORM = "https://w3id.org/dutygraph/norms#"

TYPE = RDF + "type"
FIRST, REST, NIL = RDF + "first", RDF + "rest", RDF + "nil"
LABEL = RDFS + "label"
DEFINITION, NOTE = SKOS + "definition", SKOS + "note"
THING, NOTHING = OWL + "Thing", OWL + "Nothing"


def local_name(iri: str) -> str:
    """The last part of an IRI, as people write it: `…/law/us-xx-1` → `us-xx-1`."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def norm(name: str) -> str:
    """The IRI of a term of the norm vocabulary."""
    return NORM + name
