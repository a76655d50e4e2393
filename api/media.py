"""Which form a client wants: the header Accept read as RFC 9110 §12.5.1 says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from api.problems import Problem

ITEM = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*(?:;(.*))?$")
WEIGHT = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    """A media range with its weight. exact: 2 for a type, 1 for `type/*`, 0 for `*/*`."""

    kind: str
    sub: str
    weight: float

    @property
    def exact(self) -> int:
        """How much of a type it names."""
        return (self.kind != "*") + (self.sub != "*")

    def covers(self, media: str) -> bool:
        """Whether a media type is in the range."""
        kind, _, sub = media.partition(";")[0].partition("/")
        return self.kind in ("*", kind) and self.sub in ("*", sub)


def ranges(accept: str) -> list[Range]:
    """The ranges of a header; what cannot be read counts as not there."""
    found = []
    for item in accept.split(","):
        match = ITEM.match(item)
        if match is None:
            continue
        weights = [WEIGHT.fullmatch(p) for p in (match[3] or "").split(";")]
        weight = next((float(w[1]) for w in weights if w), 1.0)
        found.append(Range(match[1].lower(), match[2].lower(), weight))
    return found


def weight_of(media: str, wanted: Sequence[Range]) -> float:
    """How much a client wants a media type: the weight of the most exact range that covers it."""
    covering = [r for r in wanted if r.covers(media)]
    return max(covering, key=lambda r: r.exact).weight if covering else 0.0


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """The form to send: the one most wanted, the first of several. 406 where all are excluded; no header is no wish."""
    wanted = ranges(accept) if accept else []
    if not wanted:
        return offered[0]
    best = max(offered, key=lambda media: weight_of(media, wanted))
    if weight_of(best, wanted) <= 0:
        forms = ", ".join(offered)
        raise Problem("not-acceptable", f"none of the forms asked for exists: {accept}", f"accept one of: {forms}")
    return best
