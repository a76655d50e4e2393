"""A case cut down to what bears on some answers, and ready to be varied."""

from collections.abc import Sequence

from engine.cases import Case
from engine.decide import Decision
from engine.forum import Forum
from engine.knowledge import Knowledge
from engine.schema import Schema
from engine.search.completions import Completions
from engine.search.relevance import concerns, looks_at_acts, within
from engine.search.spots import UNSAID, Spot, reply_at, spots_of
from engine.search.targets import Target
from engine.search.trials import Bench


def open_spots(schema: Schema, case: Case, forum: Forum) -> tuple[Spot, ...]:
    """The spots of a case; a fact that stands for the outcome of norms only where the case itself states it."""
    outcomes = {schema.fact_of[d.cls][0].key for d in forum.derived if d.cls in schema.fact_of}
    return tuple(s for s in spots_of(schema, case) if s.fact not in outcomes or reply_at(schema, case, s) != UNSAID)


def lay(kb: Knowledge, case: Case, forum: Forum, free: Decision, stands: Decision, targets: Sequence[Target], *, judged: bool) -> tuple[Completions, ...]:
    """Completions of each target over one bench. free: a decision in which all that is going to vary is unknown."""
    schema = kb.schema
    part = within(forum, free, targets, judged)
    bench = Bench(kb, part, case, apart=not part.derived and not looks_at_acts(schema, part))
    spots = open_spots(schema, case, forum)
    return tuple(Completions(bench, one, one.spots(spots), stands) for one in concerns(schema, part, targets))
