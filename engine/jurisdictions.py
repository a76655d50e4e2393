"""Places, the codes by which cases name them, and whose norms reach them."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.axioms import closure
from engine.errors import CaseError, Location
from engine.graph import Graph
from engine.terms import LABEL, norm


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A place. reached_by: IRIs of the jurisdictions whose norms reach it, itself included."""

    code: str
    iri: str
    label: str
    reached_by: frozenset[str]


def read_jurisdictions(graph: Graph) -> Mapping[str, Jurisdiction]:
    """Code, or alternative code, → jurisdiction."""
    parts = {s: frozenset(graph.resources(s, norm("partOf"))) for s in graph.instances(norm("Jurisdiction"))}
    reach = closure(parts)
    found: dict[str, Jurisdiction] = {}
    for iri in sorted(parts):
        code = graph.text(iri, norm("code"))
        place = Jurisdiction(code, iri, graph.text(iri, LABEL), reach.get(iri, frozenset((iri,))))
        for name in (code, *graph.texts(iri, norm("alternativeCode"))):
            found[name] = place
    return found


def find_jurisdiction(places: Mapping[str, Jurisdiction], code: str, at: Location) -> Jurisdiction:
    """The jurisdiction of a code; letters in either case."""
    by_upper = {name.upper(): place for name, place in places.items()}
    if str(code).upper() not in by_upper:
        near = difflib.get_close_matches(str(code).upper(), by_upper, n=3, cutoff=0.5)
        raise CaseError(
            at,
            f"unknown jurisdiction {code!r}",
            f"did you mean {' or '.join(near)}?" if near else "use an ISO 3166 code",
            "" if near else "jurisdiction",
        )
    return by_upper[str(code).upper()]
