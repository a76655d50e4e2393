"""Balance of options: what each act would mean, by order of norms, for and against, with principles, consequences and sources."""

from collections.abc import Iterable, Sequence

from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.contrast import ANSWERS
from engine.explanations.words import citation, modal, phrase
from engine.knowledge import Knowledge

SIDES = {"for": "For", "against": "Against", "shield": "Shield from liability", "advice": "How to go about it"}
SIDE_OF = {
    "obligation": "for",
    "permission": "for",
    "privilege_exception": "for",
    "prohibition": "against",
    "no_duty": "against",
    "immunity": "shield",
    "recommendation": "advice",
}
"""Modality → which side of the balance its norms stand on. A denial of duty speaks against an act being due, not against the act."""
PRINCIPLES = {"for": "serves", "against": "would impair", "shield": "serves", "advice": "serves"}


def record(setting: Setting) -> Sequence[str]:
    """The answers that are recorded already say all that is asked."""
    return tuple(problem for forum in setting.assessment.forums if forum.jurisdiction == setting.code for problem in forum.problems if "stop" in problem)


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """One item for each act, those that law speaks on first; below it the answers and the two sides."""
    by_act: dict[str, list[Row]] = {}
    for row in rows:
        if not ask.act or row["act"] == ask.act:
            by_act.setdefault(row["act"], []).append(row)
    return tuple(option(kb, act, mine) for act, mine in sorted(by_act.items(), key=lambda pair: rank(kb, *pair)))


def rank(kb: Knowledge, act: str, rows: Sequence[Row]) -> tuple[int, str]:
    """Acts that are required or forbidden first, then those that are allowed, then the rest."""
    best = min((IMPORTANCE.get((r["modality"], r["answer"]), len(IMPORTANCE)) for r in rows), default=9)
    return best, phrase(kb, act)


IMPORTANCE = {("obligation", "yes"): 0, ("prohibition", "yes"): 1, ("permission", "yes"): 2, ("obligation", "depends"): 3, ("prohibition", "depends"): 4}


def option(kb: Knowledge, act: str, rows: Sequence[Row]) -> Item:
    """One act: its answers, then the norms for and against with what they rest on."""
    answers = dict.fromkeys((r["modality"], r["answer"]) for r in rows)
    status = [Item(f"{modal(m)}: {a}", ANSWERS[a], order_note(rows, m)) for m, a in answers]
    sides = [side(kb, name, [r for r in rows if SIDE_OF[r["modality"]] == name and r["norm"]]) for name in SIDES]
    return Item(sentence(kb, act), "", "", (*status, *(s for s in sides if s.below)))


def sentence(kb: Knowledge, act: str) -> str:
    """The option, as a heading."""
    words = phrase(kb, act)
    return words[:1].upper() + words[1:]


def order_note(rows: Iterable[Row], modality: str) -> str:
    """Each order's own answer, where there are several."""
    found = dict.fromkeys((r["order"], r["orderAnswer"]) for r in rows if r["modality"] == modality and r["order"])
    return ", ".join(f"{order.replace('_', ' ')}: {answer}" for order, answer in found)


def side(kb: Knowledge, name: str, rows: Sequence[Row]) -> Item:
    """The norms on one side, each with principles and consequence."""
    by_norm: dict[str, list[Row]] = {}
    for row in rows:
        by_norm.setdefault(row["norm"], []).append(row)
    return Item(SIDES[name], "", "", tuple(argument(kb, name, norm, mine) for norm, mine in by_norm.items()))


def argument(kb: Knowledge, name: str, norm_iri: str, rows: Sequence[Row]) -> Item:
    """One norm as an argument."""
    norm = kb.norms[norm_iri]
    principles = ", ".join(dict.fromkeys(r["principle"] for r in rows if r["principle"]))
    below = [Item(f"{PRINCIPLES[name]} {principles}")] if principles else []
    below += [Item(f"consequence: {rows[0]['consequence']}")] if rows[0]["consequence"] else []
    sure = "" if rows[0]["answer"] == "yes" else "possibly: "
    return Item(f"{sure}{citation(norm)} — {norm.label}", ANSWERS[rows[0]["answer"]], f"{norm.id}; confidence {norm.source.confidence}", tuple(below))


def title(kb: Knowledge, ask: Ask) -> str:
    """One act, or all of them."""
    return f"Balance of whether to {phrase(kb, ask.act)}" if ask.act else "Balance of options: what speaks for and against each act"


BALANCE = Kind("balance", "what speaks for and against each option", (), record, items, title, ("jurisdiction",), "settled")
