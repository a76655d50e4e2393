"""Compliance: what was done, what is open, by when, and what a breach triggers."""

from collections.abc import Sequence

from engine.explanations.base import Ask, Item, Kind, Row, Setting
from engine.explanations.words import citation, phrase, requirement
from engine.forum import depends_on
from engine.knowledge import Knowledge
from engine.record.quads import iri

STATES = {"satisfied": "yes", "respected": "yes", "violated": "no", "open": "unknown", "unknown": "unknown"}


def record(setting: Setting) -> Sequence[str]:
    """Write which norms answer to the breach of which, so that consequences can be followed."""
    kb = setting.kb
    derived = {d.cls: d for d in kb.derived if d.outcome == "violated"}
    for item in (c for c in setting.decision.rulings.values() if derived):
        for cls in depends_on(setting.decision.forum.program, item.compiled, derived):
            for broken in derived[cls].norms & set(setting.decision.rulings):
                setting.quads.add(setting.determination(broken), [("breachTriggers", iri(item.compiled.norm.iri))])
    return () if setting.case.taken is not None else ("the case does not say what was done (actions_taken); duties are shown as not known whether met",)


def items(kb: Knowledge, ask: Ask, rows: Sequence[Row]) -> tuple[Item, ...]:
    """Norm by norm: breaches first, then what is open, then what was met."""
    by_norm: dict[str, list[Row]] = {}
    for row in rows:
        by_norm.setdefault(row["norm"], []).append(row)
    made = [state_item(kb, norm, mine) for norm, mine in by_norm.items()]
    order = {"no": 0, "unknown": 1, "yes": 2}
    return tuple(sorted(made, key=lambda i: order[i.mark])) or (Item("No duty or prohibition is effective for certain on these facts", "unknown"),)


def state_item(kb: Knowledge, norm_iri: str, rows: Sequence[Row]) -> Item:
    """One norm: its state, what was done and is outstanding, its deadline, and what follows from a breach."""
    norm, row = kb.norms[norm_iri], rows[0]
    state = row["state"] or "unknown"
    below = [Item(requirement(kb, norm))]
    below += [Item(f"done: {phrase(kb, a)}", "yes") for a in dict.fromkeys(r["did"] for r in rows if r["did"])]
    below += [Item(f"outstanding: {phrase(kb, a)}", "unknown") for a in dict.fromkeys(r["outstanding"] for r in rows if r["outstanding"])]
    below += [Item(f"deadline: {row['deadline']} from the event")] if row["deadline"] else []
    breached = "a breach means" if state != "violated" else "the breach means"
    below += [Item(f"{breached}: {row['consequence']}", "", "consequence")] if row["consequence"] and state not in ("satisfied", "respected") else []
    triggers = dict.fromkeys(r["triggers"] for r in rows if r["triggers"])
    below += [Item(f"{breached} that this applies: {citation(kb.norms[t])} — {kb.norms[t].label}", "", kb.norms[t].id) for t in triggers]
    words = "not known whether met" if state == "unknown" else state
    return Item(f"{citation(norm)} — {norm.label}: {words}", STATES[state], norm.id, tuple(below))


def title(kb: Knowledge, ask: Ask) -> str:
    """The question."""
    return "Compliance: what was done, what is open, and what a breach triggers"


COMPLIANCE = Kind("compliance", "what the acts done mean", (), record, items, title, ("jurisdiction",), "case")
