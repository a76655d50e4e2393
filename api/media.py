"""Which form a client wants of an answer: the header Accept, read as /sparql reads it (api/sparql/negotiate.py); 406 where there is none."""

from collections.abc import Sequence
from functools import lru_cache

from api.problems import Problem
from api.sparql import negotiate


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """The form to send: the one most wanted, the first of several. 406 where all are excluded; no header is no wish."""
    found = negotiate.choose(accept, forms_of(tuple(offered)))
    if found is None:
        raise Problem("not-acceptable", f"none of the forms asked for exists: {accept}", f"accept one of: {', '.join(offered)}")
    return found.name


@lru_cache(maxsize=64)
def forms_of(offered: tuple[str, ...]) -> tuple[negotiate.Form, ...]:
    """Media types, as they are sent, as forms that can be chosen."""
    return tuple(negotiate.Form(media, media.partition(";")[0]) for media in offered)
