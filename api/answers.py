"""Sending an answer: its form, its entity tag, whether it may be kept, and whether the client has it already."""

import gzip
import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from pydantic_core import to_json
from starlette.responses import Response

from engine.terms import local_name

JSON = "application/json"
SMALL = 1024
"""Bytes below which compression is not worth it."""
LEVEL = 4
FRESH = "public, max-age=300"
PRIVATE = "no-store"
"""An answer about a case is nobody's to keep on the way."""


def wants_gzip(request: Request) -> bool:
    """Whether the client takes gzip: named, or by `*`, and not with weight zero."""
    found: dict[str, bool] = {}
    for item in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = item.partition(";")
        found[name.strip().lower()] = weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return found.get("gzip", found.get("*", False))


def packed(request: Request, body: bytes, headers: dict[str, str]) -> bytes:
    """The body, compressed if that pays and is wanted."""
    if len(body) < SMALL or not wants_gzip(request):
        return body
    headers["Content-Encoding"] = "gzip"
    return gzip.compress(body, LEVEL, mtime=0)


def same(request: Request, tag: str) -> bool:
    """Whether the client has this very representation (RFC 9110 §13.1.2)."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in (t.strip().removeprefix("W/") for t in given.split(","))


def of_law(request: Request, content: Any, media: str = JSON) -> Response:
    """An answer that depends on the law alone: it may be kept, and has a strong entity tag for each form and coding."""
    body = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else to_json(content)
    headers = {"Vary": "Accept, Accept-Encoding, Authorization", "Cache-Control": FRESH if not request.app.state.settings.has_keys else "private, max-age=300"}
    body = packed(request, body, headers)
    headers["ETag"] = tag = '"' + hashlib.sha256(media.encode() + b"\0" + body).hexdigest()[:32] + '"'
    if same(request, tag):
        headers.pop("Content-Encoding", None)
        return Response(None, 304, headers)
    return Response(body, 200, headers, media)


def of_case(request: Request, content: Any, media: str = JSON, status: int = 200, more: Mapping[str, str] | None = None) -> Response:
    """An answer about a case: not to be kept by anybody on the way."""
    body = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else to_json(content)
    headers = {"Vary": "Accept, Accept-Encoding, Authorization", "Cache-Control": PRIVATE, **(more or {})}
    return Response(packed(request, body, headers), status, headers, media)


def named(iri: str) -> str:
    """An IRI by its local name, '' for none."""
    return local_name(iri) if iri else ""
