"""The smallest changes of facts that gain or lose an answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from engine.assess import Assessor
from engine.cases import Case
from engine.schema import Schema
from engine.search.completions import Completions
from engine.search.flips import Choice, Limits, Menu, menu, search
from engine.search.law import doubts, whatever_it_says
from engine.search.settle import settle
from engine.search.spots import UNKNOWN, Reply, Spot, repertoire, reply_at, with_replies
from engine.search.targets import Target, tally
from engine.search.trials import Trial

SMALLEST = Limits(3, 20_000)


@dataclass(frozen=True, slots=True)
class Change:
    """Something else said at one spot. alike: replies that come to the same for this answer, `after` first."""

    spot: Spot
    before: Reply
    after: Reply
    alike: tuple[Reply, ...]


@dataclass(frozen=True)
class Flip:
    """Changes that together give the answer, whatever the facts still unknown are. case: the case so changed."""

    changes: tuple[Change, ...]
    case: Case

    def variants(self) -> Iterator[Mapping[Spot, Reply]]:
        """Every set of replies that the flip stands for."""
        for replies in product(*(change.alike for change in self.changes)):
            yield dict(zip((change.spot for change in self.changes), replies, strict=True))


@dataclass(frozen=True)
class WhatIf:
    """The smallest changes after which a target is answered as wanted.

    before: the answer as the case stands ('depends' where completions differ). flips: all changes of the smallest size, in the
    vocabulary of `repertoire`. size: how many facts each changes; 0 where there is none. possible: False where no change of
    facts at all gives the answer. limit: what was not tried; '' where the result is exact.
    """

    target: Target
    before: str
    wanted: str
    flips: tuple[Flip, ...]
    size: int
    possible: bool
    tried: int
    limit: str


def what_if(assessor: Assessor, case: Case, code: str, target: Target, wanted: str = "", limits: Limits = SMALLEST) -> WhatIf:
    """All smallest changes that give an answer: no where it is yes, else yes; or as wanted."""
    c = whatever_it_says(assessor, case, code, target)
    prospect = settle(c)
    before = prospect.answer or "depends"
    wanted = wanted or ("no" if before == "yes" else "yes")
    if before == wanted:
        return WhatIf(target, before, wanted, (), 0, possible=True, tried=0, limit=doubts(assessor))
    if not attainable(c, wanted):
        return WhatIf(target, before, wanted, (), 0, possible=False, tried=1, limit=doubts(assessor))
    schema = assessor.kb.schema
    menus = {s: menu(c, s, repertoire(schema, c.bench.case, s), wanted) for s in c.spots}
    found = search(c, menus, wanted, limits, smallest=True)
    flips = tuple(flip(schema, case, menus, choice) for choice in found.found)
    size = min((len(f.changes) for f in flips), default=0)
    limit = "; ".join(text for text in (found.limit, doubts(assessor)) if text)
    return WhatIf(target, before, wanted, flips, size, possible=True, tried=found.tried, limit=limit)


def attainable(c: Completions, wanted: str) -> bool:
    """Whether the answer is possible at all: it is not ruled out even when everything that bears on it is taken as not known."""
    below = [s for s in c.spots if not s.thing and len(c.bench.kb.schema.facts[s.fact].path) > 1]
    if below:
        return True
    freed = tally(c.bench.run([Trial(dict.fromkeys(c.spots, UNKNOWN))]), c.concern.target)
    return not (freed.no if wanted == "yes" else freed.yes)


def flip(schema: Schema, case: Case, menus: Mapping[Spot, Menu], choice: Choice) -> Flip:
    """A choice as changes of a case."""
    changes = tuple(Change(s, reply_at(schema, case, s), reply, menus[s].alike[reply]) for s, reply in choice)
    return Flip(changes, with_replies(schema, case, dict(choice)))
