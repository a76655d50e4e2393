"""Refusals of /sparql as RFC 9457 says: what went wrong → status, title and cure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from api.sandbox.frames import Failure

MEDIA = b"application/problem+json"
BASE = "https://w3id.org/dutygraph/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, its title, and what it means or what to do about it."""

    status: int
    title: str
    meaning: str


KINDS: Mapping[str, Kind] = {
    "malformed-query": Kind(400, "The query cannot be read", "Correct the SPARQL at the place that is named; functions are those of SPARQL 1.1."),
    "malformed-document": Kind(400, "The document cannot be read", "Correct the syntax; a JSON-LD context has to stand inside the document."),
    "malformed-request": Kind(400, "The request is not one of the SPARQL protocol", "Send `query` exactly once, percent-encoded as UTF-8."),
    "unknown-graph": Kind(400, "There is no such graph", "Name a graph that the service description lists; nothing is fetched."),
    "update-refused": Kind(400, "Updates are refused", "This service is read-only; ask with `query`."),
    "too-deep": Kind(400, "The query is nested too deeply", "Write it with fewer nested brackets or groups."),
    "federation": Kind(403, "SERVICE is refused", "This service makes no outbound call; join the results of other services where you are."),
    "method": Kind(405, "The method is not allowed there", "The header `Allow` lists the methods that are."),
    "not-acceptable": Kind(406, "No form that was asked for", "Accept one of the media types that are listed."),
    "timeout": Kind(408, "The request came too slowly", "Send it again, at once."),
    "too-large": Kind(413, "The request is too large", "Send a shorter query."),
    "result-limit": Kind(413, "The answer is too large", "Ask for less, or in parts with ORDER BY, LIMIT and OFFSET."),
    "assessment-limit": Kind(413, "Too many assessments for one query", "Name fewer at a time; https://w3id.org/dutygraph/graph/assessments lists them."),
    "memory-limit": Kind(413, "The query needs too much memory", "Ask for less: narrower patterns, fewer groups, no product of unrelated patterns."),
    "address-too-long": Kind(414, "The address is too long", "Send the query by POST."),
    "media-type": Kind(415, "The form of the body is not known", "Send application/sparql-query or application/x-www-form-urlencoded, UTF-8, not compressed."),
    "busy": Kind(503, "The service is busy", "Try again after as many seconds as `Retry-After` says."),
    "crashed": Kind(503, "The process that worked on it has ended", "Try again; if it ends again, ask differently and tell the operator."),
    "failed": Kind(503, "The query could not be evaluated", "Ask differently; if it should work, tell the operator."),
    "time-limit": Kind(504, "The query took too long", "Ask for less: narrower patterns, a LIMIT, no product of unrelated patterns."),
    "cpu-limit": Kind(504, "The query took too much processor time", "Ask for less: narrower patterns, a LIMIT, no product of unrelated patterns."),
}
"""Every way in which a request here can fail."""
RETRY = 503


def document(failed: Failure, path: str, extra: Mapping[str, object]) -> bytes:
    """A failure as the body of an answer, with the limit that was hit and its number."""
    kind = KINDS[failed.kind]
    limit = {"limit": failed.limit, "number": failed.number} if failed.limit else {}
    line = {"line": failed.line} if failed.line else {}
    found = {"type": BASE + failed.kind, "title": kind.title, "status": kind.status, "detail": failed.detail, "fix": kind.meaning, "instance": path}
    return json.dumps({**found, **limit, **line, **extra}, ensure_ascii=False).encode()
