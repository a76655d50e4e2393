"""Parsing what strangers send in RDF, in a disposable process: entity bombs, endless nesting and the like end there."""

from collections.abc import Mapping

from api.sandbox.frames import Failure, encode_head
from api.sandbox.job import Receive
from api.sandbox.pool import Pool

DOCUMENTS: Mapping[str, str] = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/trig": "trig",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}
"""Media type → format of the parser."""


async def parse_rdf(pool: Pool, document: bytes, media: str, base: str = "", receive: Receive | None = None) -> bytes:
    """A document as N-Quads. media: without parameters. base: for relative IRIs.

    Raises Failure: `media-type`, `malformed-document` (with the line), or the limit that was hit.
    """
    if media not in DOCUMENTS:
        raise Failure("media-type", f"{media} is not a form of RDF that is understood; {', '.join(DOCUMENTS)} are")
    head = encode_head({"task": "parse", "format": DOCUMENTS[media], "base": base})
    job = pool.open(head, document, pool.loop.time() + pool.limits.seconds, receive)
    try:
        return b"".join([part async for part in job.rest()])
    finally:
        pool.close(job)
