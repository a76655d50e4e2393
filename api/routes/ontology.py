"""The ontology at addresses that mirror its IRIs: what follows https://w3id.org/dutygraph/ follows /ontology/ here."""

import functools
import re
from collections.abc import Iterable
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import Path, Request
from starlette.responses import Response

from api.answers import of_law
from api.described import Router
from api.law import Law, LawDep, Subject
from api.media import choose
from api.problems import Problem, documented
from api.work import WorkDep
from engine.graph import dataset_files
from engine.queries import OURS

router = Router(tags=["ontology"])
FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
PREFIXED = (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
PREFIX = re.compile(r"^@prefix\s+([\w-]+):\s*<([^>]+)>", re.MULTILINE)
CONTENT: dict[str, Any] = {
    media: {"schema": {"type": "array", "items": {"type": "object"}} if media == "application/ld+json" else {"type": "string"}} for media in FORMS
}
DOCUMENTED: dict[int | str, dict[str, Any]] = {200: {"description": "The triples.", "content": CONTENT}}


def prefixes(law: Law) -> dict[str, str]:
    """The prefixes that the files of the ontology use."""
    found: dict[str, str] = {}
    for path in dataset_files(law.folder):
        for name, iri in PREFIX.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, iri)
    return found


def serialized(law: Law, triples: Iterable[ox.Triple], media: str) -> bytes:
    """Triples in a form."""
    form = FORMS[media]
    found = ox.serialize(triples, format=form, prefixes=prefixes(law)) if form in PREFIXED else ox.serialize(triples, format=form)
    assert isinstance(found, bytes)
    return found


@functools.lru_cache(len(FORMS))
def whole(law: Law, media: str) -> bytes:
    """The whole ontology."""
    return serialized(law, (t for triples in law.triples.values() for t in triples), media)


def described(law: Law, name: str, media: str) -> bytes:
    """What is said of a resource, or of every term of a vocabulary; names that belong to it (its trigger, its source) come along."""
    iri = OURS + name
    mine = [s for s in law.triples if isinstance(s, ox.NamedNode) and belongs(s.value, iri)]
    if not mine:
        raise Problem("not-found", f"the ontology does not describe {iri}", "ask /ontology for all of it, or /v1/norms for the ids of norms")
    return serialized(law, closure(law, mine), media)


def belongs(subject: str, iri: str) -> bool:
    """Whether a subject is the resource, a part of it by name, or a term of the vocabulary with that address."""
    rest = subject.removeprefix(iri)
    return subject.startswith(iri) and (not rest or rest.startswith("#") or rest in ("-Trigger", "-source"))


def closure(law: Law, subjects: Iterable[ox.NamedNode]) -> Iterable[ox.Triple]:
    """All triples of some subjects and of the blank nodes that they lead to, each subject before what it leads to."""
    todo: list[Subject] = list(subjects)
    seen = set(todo)
    while todo:
        for triple in law.triples.get(todo.pop(0), ()):
            yield triple
            if isinstance(triple.object, ox.BlankNode) and triple.object not in seen:
                seen.add(triple.object)
                todo.append(triple.object)


@router.get("/ontology", operation_id="readOntology", summary="The whole ontology", response_class=Response, responses={**DOCUMENTED, **documented()})
async def read_ontology(request: Request, law: LawDep, work: WorkDep) -> Response:
    """Everything that is asserted, in Turtle, JSON-LD, N-Triples or RDF/XML, as `Accept` says."""
    media = choose(request.headers.get("accept"), tuple(FORMS))
    return of_law(request, await work.run(whole, law, media), media)


@router.get(
    "/ontology/{name:path}",
    operation_id="readResource",
    summary="One resource of the ontology",
    response_class=Response,
    responses={**DOCUMENTED, **documented("not-found", "invalid")},
)
async def read_resource(
    request: Request, law: LawDep, work: WorkDep, name: Annotated[str, Path(description="What follows https://w3id.org/dutygraph/ in its IRI.", max_length=200)]
) -> Response:
    """What the ontology says of an IRI, such as `norms`, `domain`, `jurisdiction/CODE` or `law/NORM`."""
    media = choose(request.headers.get("accept"), tuple(FORMS))
    return of_law(request, await work.run(described, law, name, media), media)
