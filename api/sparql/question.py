"""What a request of the SPARQL 1.1 Protocol asks: the query, and the graphs that it names; by GET and by both forms of POST."""

import re
from binascii import a2b_qp
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from api.sandbox.frames import Failure

FIELDS = 1000
"""Parameters in one request, known or not."""
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
MEDIA_TYPE = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*(?:;(.*))?$", re.DOTALL)
STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})|[\r\n]")
"""What percent-encoding does not know."""
CHARSET = re.compile(r"""\bcharset\s*=\s*"?([\w.:-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it came, and the graphs of default-graph-uri and named-graph-uri."""

    query: bytes
    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a POST: its media type, and its bytes."""

    media: str
    content: bytes


def parameters(text: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string or a form."""
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError as error:
        raise Failure("malformed-request", "the parameters are not percent-encoded UTF-8") from error
    except ValueError as error:
        raise Failure("malformed-request", f"there are more than {FIELDS} parameters", "parameters", FIELDS) from error


def decoded(text: bytes) -> bytes:
    """A percent-encoded value, by the decoder for quoted-printable text, which does the same with `=` and is written in C.

    A `%` that begins no byte is left to the slower decoder, which leaves it as it is.
    """
    if STRAY.search(text):
        return unquote_to_bytes(text.replace(b"+", b" "))
    return a2b_qp(text.replace(b"=", b"=3D").replace(b"+", b"=20").replace(b"%", b"="))


def question_of(address: bytes, body: Body | None, graphs: int) -> Question | None:
    """The question of a request; None for a GET without any parameter of the protocol, which asks what this service is.

    Parameters that the protocol does not know are left alone: clients send some of their own. graphs: most names of graphs.
    """
    if body is None and address.startswith(b"query=") and b"&" not in address:
        return Question(decoded(address[6:]), (), ())
    found = parameters(address) if address else []
    queries = [value.encode() for name, value in found if name == "query"]
    if body is not None and body.media == FORM:
        more = parameters(body.content)
        queries += [value.encode() for name, value in more if name == "query"]
        found += more
    elif body is not None:
        queries.append(body.content)
    values = by_name(found)
    default, named = values.get("default-graph-uri", ()), values.get("named-graph-uri", ())
    if "update" in values:
        raise Failure("update-refused", "the parameter `update` asks for an update")
    if len(default) + len(named) > graphs:
        raise Failure("malformed-request", f"more than {graphs} graphs are named", "graphs", graphs)
    if len(queries) > 1:
        raise Failure("malformed-request", f"`query` is given {len(queries)} times")
    if not queries:
        if body is None and not default and not named:
            return None
        raise Failure("malformed-request", "`query` is missing")
    return Question(queries[0], tuple(default), tuple(named))


def by_name(found: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Values by the name of their parameter."""
    values: dict[str, list[str]] = {}
    for name, value in found:
        values.setdefault(name, []).append(value)
    return values


def media_type(header: str | None, encoding: str | None) -> str:
    """The media type of a body. Only the two of the protocol, in UTF-8 and not compressed, are understood."""
    match = MEDIA_TYPE.match(header or "")
    if match is None:
        raise Failure("media-type", "the request does not say the form of its body" if not header else f"{header!r} is not a media type")
    media = match[1].lower()
    if media == UPDATE:
        raise Failure("media-type", "updates are refused; this service is read-only")
    if media not in (FORM, QUERY):
        raise Failure("media-type", f"a body of {media} is not understood")
    charset = CHARSET.search(match[2] or "")
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Failure("media-type", f"the character set {charset[1]} is not understood")
    if encoding is not None and encoding.strip().lower() not in ("", "identity"):
        raise Failure("media-type", f"a body compressed by {encoding} is not understood")
    return media
