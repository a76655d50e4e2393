"""Timeline: the dates on which the answer changes, as the law is rewritten or as decisions become known."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.assessment import Outcomes
from engine.cases import Case
from engine.dates import PartialDate
from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.contrast import ANSWERS, answer
from engine.explanations.words import citation, modal, phrase
from engine.knowledge import Knowledge
from engine.norms import Norm
from engine.record.quads import integer, iri, text, typed
from engine.search.targets import Target
from engine.terms import local_name

DAY = datetime.timedelta(days=1)


def turning_days(norms: Iterable[Norm]) -> tuple[datetime.date, ...]:
    """The days on which some norm may begin or cease to count. A date known to the year turns twice: into doubt, and out of it."""
    found: set[datetime.date] = set()
    for norm in norms:
        declared = [norm.overruled] if norm.overruled else []
        dates: list[PartialDate] = [d for i in norm.intervals for d in (i.start, i.end, i.attested) if d] + declared
        for date in dates:
            found |= {date.earliest, date.latest}
    return tuple(sorted(found))


def moved(case: Case, day: datetime.date, clock: str) -> Case:
    """The case with one of its dates moved. A law of tomorrow is asked about with the knowledge of tomorrow."""
    return replace(case, known_as_of=day) if clock == "known" else replace(case, law_as_of=day, known_as_of=max(case.known_as_of, day))


def record(setting: Setting) -> Sequence[str]:
    """Write a period for every stretch of days with the same answer."""
    case, kb, ask = replace(setting.case, jurisdictions=(setting.code,)), setting.kb, setting.ask
    today = setting.assessment.known_as_of
    days = [d for d in turning_days(kb.within_reach(kb.jurisdictions[setting.code])) if d <= max(today, case.law_as_of)]
    days = [days[0] - DAY, *days] if days else [case.law_as_of]
    wanted, limits = Target(ask.modality, ask.act) if ask.act else None, dict[str, None]()

    def on(day: datetime.date) -> Outcomes:
        outcomes, problems = setting.assessor.answers(moved(case, day, ask.clock), setting.code, wanted)
        limits.update(dict.fromkeys(problems))
        return outcomes

    for number, (start, end, outcomes, changed) in enumerate(periods(((day, on(day)) for day in days), ask)):
        node = setting.quads.make("period", "Period", [("index", integer(number))])
        setting.quads.add(node, [("from", typed(start.isoformat(), "date"))] if number else [])
        setting.quads.add(node, [("to", typed(end.isoformat(), "date"))] if end else [])
        for modality, act in changed:
            outcome = outcomes.get(modality, {}).get(act)
            properties = [("inPeriod", node), ("modality", text(modality)), ("actName", text(act)), ("answer", text(answer(outcomes, modality, act)))]
            properties += [("groundedOn", iri(kb.by_id[n].iri)) for n in outcome.norms] if outcome and outcome.answer != "no" else []
            setting.quads.make("turn", "Turn", properties)
    return tuple(limits) if ask.act else ("without an act, answers are not settled over completions: some `depends` may be certain",)


Change = tuple[datetime.date, datetime.date | None, Outcomes, list[tuple[str, str]]]


def periods(answers: Iterable[tuple[datetime.date, Outcomes]], ask: Ask) -> Iterator[Change]:
    """(from, to, answers, what changed), for each stretch in which nothing asked about changes; half-open."""
    pending: tuple[datetime.date, Outcomes, list[tuple[str, str]]] | None = None
    before: Outcomes = {}
    for day, outcomes in answers:
        keys = [(ask.modality, ask.act)] if ask.act else sorted({(m, a) for o in (before, outcomes) for m in o for a in o[m]})
        changed = [k for k in keys if look(before, *k) != look(outcomes, *k)]
        if pending is None or changed:
            if pending:
                yield pending[0], day, pending[1], pending[2]
            pending = (day, outcomes, changed or keys)
        before = outcomes
    if pending:
        yield pending[0], None, pending[1], pending[2]


def look(outcomes: Outcomes, modality: str, act: str) -> tuple[str, tuple[str, ...]]:
    """What counts as the same answer: the answer and, where it is not no, its grounds."""
    found = outcomes.get(modality, {}).get(act)
    return (found.answer, found.norms) if found else ("no authority", ())


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """Period by period, what changed."""
    by_period: dict[str, list[Row]] = {}
    for row in rows:
        by_period.setdefault(row["from"], []).append(row)
    found = []
    for start, mine in by_period.items():
        end = mine[0]["to"]
        turns: dict[tuple[str, str], list[Row]] = {}
        for row in mine:
            turns.setdefault((row["modality"], row["act"]), []).append(row)
        below = tuple(turn_item(kb, ask, key, of) for key, of in turns.items())
        alone = below[0] if ask.act and len(below) == 1 else None
        head = (f"from {start}" if start else "always" if not end else "") + (f" until {end}" if end else " on" if start else "")
        found.append(Item(f"{head.strip()}: {alone.text}", alone.mark, alone.note) if alone else Item(head, "", "", below))
    return tuple(found)


def turn_item(kb: Knowledge, ask: Ask, key: tuple[str, str], rows: Sequence[Row]) -> Item:
    """One answer in a period."""
    grounds = [kb.norms[r["ground"]] for r in rows if r["ground"]]
    word = rows[0]["answer"]
    said = word if ask.act else f"the professional {modal(key[0])} {phrase(kb, key[1])}: {word}"
    cited = "; ".join(citation(n) for n in grounds)
    return Item(said + (f" — {cited}" if cited else ""), ANSWERS[word], ", ".join(local_name(n.iri) for n in grounds))


def title(kb: Knowledge, ask: Ask) -> str:
    """The answer followed over time."""
    clock = "as decisions become known" if ask.clock == "known" else "by the date of the events"
    what = f"whether the professional {modal(ask.modality)} {phrase(kb, ask.act)}" if ask.act else "what the law says"
    return f"Timeline, {clock}: {what}"


TIMELINE = Kind("timeline", "on which dates an answer changes", (), record, items, title, (), "case")
