"""Which form a client wants: the header Accept, read as RFC 9110 §12.5.1 says, weights, ranges and parameters included."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

ELEMENT = re.compile(r"""((?:"(?:\\.|[^"\\])*"|[^,"])*)(?:,|$)""")
PARAMETER = re.compile(r"""\s*;\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*("(?:\\.|[^"\\])*"|[!#$%&'*+.^_`|~\w-]+)|\s*;""")
RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)(?:/([!#$%&'*+.^_`|~\w-]+))?")
WEIGHT = re.compile(r"0?(\.\d{0,3})|0|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class Form:
    """A form that can be sent: its name here, its media type, and the parameters that it may be asked for with."""

    name: str
    media: str
    parameters: frozenset[tuple[str, str]] = frozenset((("charset", "utf-8"),))

    @property
    def sent(self) -> str:
        """As the header Content-Type says it."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


@dataclass(frozen=True, slots=True)
class Range:
    """A media range with its parameters and weight."""

    kind: str
    sub: str
    parameters: frozenset[tuple[str, str]]
    weight: float

    @property
    def exactness(self) -> tuple[bool, bool, int]:
        """How much it names; the most exact range that covers a form decides about it."""
        return self.kind != "*", self.sub != "*", len(self.parameters)

    def covers(self, form: Form) -> bool:
        """Whether a form is within the range."""
        kind, _, sub = form.media.partition("/")
        return self.kind in ("*", kind) and self.sub in ("*", sub) and self.parameters <= form.parameters


def ranges(accept: str) -> Iterable[Range]:
    """The ranges of a header. An element that cannot be read names nothing."""
    for element in ELEMENT.finditer(accept):
        found = RANGE.match(element[1])
        if found is None:
            continue
        weight, parameters = 1.0, set()
        for name, value in PARAMETER.findall(element[1], found.end()):
            if name.lower() == "q":
                weight = float(value) if WEIGHT.fullmatch(value) else 0.0
                break
            if name:
                parameters.add((name.lower(), value.strip('"').lower()))
        kind, sub = found[1].lower(), (found[2] or "*").lower()
        if found[2] or kind == "*":
            yield Range(kind, sub, frozenset(parameters), weight)


def choose(accept: str | None, forms: Sequence[Form]) -> Form | None:
    """The form to send: the one that is wanted most, the first of several; None if none is. No header is no wish."""
    if accept is None:
        return forms[0]
    wanted = tuple(ranges(accept))
    if not wanted and not accept.strip():
        return forms[0]
    best = max(forms, key=lambda form: weight_of(form, wanted))
    return best if weight_of(best, wanted) > 0 else None


def weight_of(form: Form, wanted: Iterable[Range]) -> float:
    """How much a form is wanted."""
    covering = [r for r in wanted if r.covers(form)]
    return max(covering, key=lambda r: r.exactness).weight if covering else 0.0


EXPANDED = frozenset((("profile", "http://www.w3.org/ns/json-ld#expanded"), ("charset", "utf-8")))
RESULTS = (
    Form("json", "application/sparql-results+json"),
    Form("json", "application/json"),
    Form("xml", "application/sparql-results+xml"),
    Form("xml", "application/xml"),
    Form("xml", "text/xml"),
    Form("csv", "text/csv", frozenset((("charset", "utf-8"), ("header", "present")))),
    Form("tsv", "text/tab-separated-values"),
)
"""Forms of tables and truth values, the one sent to who has no wish first."""
GRAPHS = (
    Form("turtle", "text/turtle"),
    Form("ntriples", "application/n-triples"),
    Form("rdfxml", "application/rdf+xml"),
    Form("rdfxml", "application/xml"),
    Form("jsonld", "application/ld+json", EXPANDED),
    Form("jsonld", "application/json", EXPANDED),
    Form("ntriples", "text/plain"),
)
"""Forms of triples."""


@lru_cache(maxsize=1024)
def both(accept: str | None) -> tuple[Form | None, Form | None]:
    """The forms for either kind of result: a table or truth value, and triples. Few headers differ, so that most are remembered."""
    return choose(accept, RESULTS), choose(accept, GRAPHS)
