"""An assessment for a professional to read in a minute: what you must, may and must not do, on what authority, what is open."""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.assessment import DISCLAIMER, Assessment, ForumAssessment, NormStatus
from engine.clashes import order_kind
from engine.knowledge import Knowledge
from engine.norms import Requirement
from engine.terms import LABEL, local_name
from engine.terms import norm as term

WIDTH = 100
SHOWN = 3
"""Most acts or norms that are named in a note."""
QUESTIONS = 6
"""Most open questions that are shown in full."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is written. heading, item and note turn a line into its form."""

    heading: Callable[[str], str]
    item: Callable[[str, Sequence[str]], str]


def _wrap(text: str, indent: str, first: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


TEXT = Style(
    lambda line: f"\n{line.upper()}",
    lambda line, notes: "\n".join([_wrap(line, "    ", "  • "), *(_wrap(note, "      ", "      ") for note in notes)]),
)
MARKDOWN = Style(lambda line: f"\n## {line}\n", lambda line, notes: "\n".join([f"- {line}", *(f"  - {note}" for note in notes)]))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the modalities that it gathers, and the kind of order it is about."""

    heading: str
    modalities: tuple[str, ...]
    kind: str = "legal"


SECTIONS = (
    Section("You must", ("obligation",)),
    Section("You must not", ("prohibition",)),
    Section("You may", ("permission",)),
    Section("Privilege does not stand in the way of", ("privilege_exception",)),
    Section("The law denies a duty to", ("no_duty",)),
    Section("You are shielded from liability for", ("immunity",)),
)
SOFT = (
    Section("Your professional code requires", ("obligation",), "professional"),
    Section("Your professional code forbids", ("prohibition",), "professional"),
    Section("Your professional code allows", ("permission",), "professional"),
    Section("Your professional code aspires to", ("recommendation",), "professional"),
    Section("Good practice", ("recommendation", "permission", "obligation"), "advisory"),
)


def write_report(kb: Knowledge, assessment: Assessment, style: Style = TEXT) -> str:
    """The report on every forum, the conflicts, what is open, the dates and the disclaimer."""
    lines = [title(kb, assessment)]
    for forum in assessment.forums:
        if len(assessment.forums) > 1:
            lines.append(style.heading(f"— Under the law of {place(kb, forum)} —"))
        lines += forum_lines(kb, forum, style)
    if assessment.clashes:
        lines.append(style.heading("Conflicts and limits"))
        lines += [style.item(f"{c.text} ({phrase(kb, c.action)})", [clash_note(c.kind)]) for c in assessment.clashes]
    lines.append(f"\n{_wrap(DISCLAIMER, '', '')}")
    return "\n".join(lines).strip() + "\n"


def clash_note(kind: str) -> str:
    """What a clash means for the reader."""
    return (
        "Neither prevails over the other: take advice."
        if kind == "conflict"
        else "The code is narrower than the law; the price of the act is professional discipline."
    )


def title(kb: Knowledge, a: Assessment) -> str:
    """The line that says which case, which law and which dates."""
    places = " and ".join(place(kb, f) for f in a.forums)
    return f"Case {a.name}: the law of {places} for events of {a.law_as_of.isoformat()}, as known on {a.known_as_of.isoformat()}"


def place(kb: Knowledge, forum: ForumAssessment) -> str:
    """The name of a forum."""
    return kb.jurisdictions[forum.jurisdiction].label


def forum_lines(kb: Knowledge, forum: ForumAssessment, style: Style) -> Iterable[str]:
    """The sections of one forum: what the law says, what is open, then the softer orders."""
    for section in SECTIONS:
        yield from section_lines(kb, forum, section, style)
    if not any(n.status == "effective" and n.modality == "obligation" and not soft(kb, n) for n in forum.norms):
        yield style.heading("Duties of law")
        yield style.item(no_duty_line(kb, forum), [])
    yield from open_lines(kb, forum, style)
    for section in SOFT:
        yield from section_lines(kb, forum, section, style)


def section_lines(kb: Knowledge, forum: ForumAssessment, section: Section, style: Style) -> Iterable[str]:
    """The effective norms of a section, those of the highest order first."""
    items = [n for n in forum.norms if n.status == "effective" and n.modality in section.modalities and order_kind(kb, n.norm.order) == section.kind]
    if items:
        yield style.heading(section.heading)
        yield from (style.item(act_text(kb, n), norm_notes(kb, n)) for n in sorted(items, key=lambda n: rank(kb, n)))


def no_duty_line(kb: Knowledge, forum: ForumAssessment) -> str:
    """Unknown is not no, and no authority is not no duty."""
    waiting = [n for n in forum.norms if n.status == "undetermined" and n.modality == "obligation" and not soft(kb, n)]
    if waiting:
        return f"None is certain on these facts; {len(waiting)} may arise, depending on what is not known (below)."
    denied = [n for n in forum.norms if n.status == "effective" and n.modality == "no_duty"]
    return (
        "None: an authority denies it (above)."
        if denied
        else "No norm in force requires an act on these facts. That is no authority on point, not a ruling that there is no duty."
    )


def soft(kb: Knowledge, n: NormStatus) -> bool:
    """Whether a norm is a code's or guidance."""
    return order_kind(kb, n.norm.order) != "legal"


def rank(kb: Knowledge, n: NormStatus) -> tuple[int, str]:
    """Order of report: by order of law, then by id."""
    return int(kb.graph.text(n.norm.order, term("rank")) or 9), n.norm.id


def phrase(kb: Knowledge, action: str) -> str:
    """An action as a verb phrase."""
    return kb.schema.actions[action].phrase if action in kb.schema.actions else action


def act_text(kb: Knowledge, n: NormStatus) -> str:
    """The acts of a norm as one phrase: its requirement tree, or the widest acts on which it is effective."""
    if n.norm.requires is not None:
        return capital(tree_text(kb, n.norm.requires, n))
    effective = list(dict.fromkeys(act.split(" → ")[0] for act, status in n.acts.items() if status == "effective"))
    widest = [a for a in effective if not any(b != a and narrower(kb, a, b) for b in effective)]
    return capital("; ".join(phrase(kb, a) for a in widest)) + exceptions_text(kb, n, effective, widest)


def narrower(kb: Knowledge, act: str, than: str) -> bool:
    """Whether every act of one kind is an act of another."""
    one, other = kb.schema.actions.get(act), kb.schema.actions.get(than)
    return one is not None and other is not None and other.cls in kb.schema.axioms.wider(one.cls)


def exceptions_text(kb: Knowledge, n: NormStatus, effective: Sequence[str], widest: Sequence[str]) -> str:
    """The narrower acts that the norm does not reach, and those that it may not reach."""
    below = [a for a in kb.schema.actions if a not in effective and any(narrower(kb, a, w) for w in widest)]
    statuses = {act.split(" → ")[0]: status for act, status in n.acts.items()}
    open_acts = [a for a in below if statuses.get(a) == "undetermined"]
    gone = [a for a in below if a not in open_acts]
    text = f" — but it does not reach: {'; '.join(phrase(kb, a) for a in gone)}" if gone else ""
    return text + (f" — and may not reach: {'; '.join(phrase(kb, a) for a in open_acts)}" if open_acts else "")


JOIN = {"allOf": " and ", "anyOf": " or ", "sequence": ", or where that is not possible "}


def tree_text(kb: Knowledge, tree: Requirement, n: NormStatus | None = None) -> str:
    """A requirement tree as a phrase."""
    if tree.kind == "act":
        action = kb.schema.action_of.get(tree.act)
        words = action.phrase if action else local_name(tree.act)
        return words + (f" (if {kb.schema.sentence(tree.condition)})" if tree.condition and not tree.condition.startswith("_:") else "")
    parts = [tree_text(kb, p) for p in tree.parts]
    nested = [f"({p})" if t.kind != "act" and len(t.parts) > 1 else p for p, t in zip(parts, tree.parts, strict=True)]
    return ("either " if tree.kind == "anyOf" and len(parts) > 1 and n else "") + JOIN[tree.kind].join(nested)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def norm_notes(kb: Knowledge, n: NormStatus) -> list[str]:
    """Authority, how it is discharged, what follows, and who prevailed."""
    cited = n.norm.source.cited or n.norm.label
    sure = {"high": "", "medium": " [read in a secondary source]", "low": " [unverified]"}[n.norm.source.confidence or "high"]
    unchecked = "" if n.norm.checked else " [transcribed from notes, not yet checked]"
    notes = [f"{cited} — {n.norm.label}{sure}{unchecked}"]
    toward = sorted({act.split(" → ")[1] for act, status in n.acts.items() if " → " in act and status == "effective"})
    notes += [f"Toward: {', '.join(toward)}"] if toward else []
    if n.modality == "obligation" and n.norm.discharge:
        notes.append(n.norm.discharge)
    for defeat in n.defeats:
        winner = kb.norms[defeat.by]
        verb = "gives way" if defeat.surely else "may give way"
        acts = "; ".join(phrase(kb, a) for a in defeat.acts[:SHOWN]) + (" …" if len(defeat.acts) > SHOWN else "")
        ground = kb.graph.text(defeat.ground, LABEL) if defeat.ground else "ground not stated"
        notes.append(f"It {verb} to {winner.source.cited or winner.label} ({ground}) as to: {acts}")
    return notes


def open_lines(kb: Knowledge, forum: ForumAssessment, style: Style) -> Iterable[str]:
    """What is not known and would change the answer, doubts of date, contradictions, and what was done."""
    waiting = [n for n in forum.norms if n.status == "undetermined" and not soft(kb, n)]
    asked = [q for q in forum.questions if any(q.fact in n.missing for n in waiting)]
    if asked:
        yield style.heading("Not known, and it would change the answer")
        for q in asked[:QUESTIONS]:
            bears = sorted((n for n in waiting if q.fact in n.missing), key=lambda n: rank(kb, n))
            yield style.item(q.question, [f"{q.fact}: bears on {bears_text(bears)}"])
        if len(asked) > QUESTIONS:
            rest = ", ".join(q.fact for q in asked[QUESTIONS:])
            yield style.item(f"and {len(asked) - QUESTIONS} more facts", [rest])
    undated = [n for n in waiting if n.in_force == "unknown"]
    if undated:
        yield style.heading("Not known whether it was in force on that date")
        yield from (style.item(f"{modal(n)}: {n.norm.source.cited or n.norm.label}", [", ".join(str(i) for i in n.norm.intervals)]) for n in undated)
    if forum.contradictions:
        yield style.heading("Contradictions in the case")
        for c in forum.contradictions:
            yield style.item(f"{c.thing}: {c.text}", [f"for: {', '.join(c.grounds_for)}", f"against: {', '.join(c.grounds_against)}"])
    if forum.compliance:
        yield style.heading("What was done")
        for done in forum.compliance:
            notes = [f"outstanding: {', '.join(done.outstanding)}"] if done.outstanding else []
            yield style.item(
                f"{kb.by_id[done.norm].label}: {done.state}", notes + ([done.consequence] if done.state == "violated" and done.consequence else [])
            )


MODAL = {
    "obligation": "a possible duty",
    "prohibition": "a possible prohibition",
    "permission": "a possible permission",
    "no_duty": "a possible denial of duty",
    "immunity": "a possible immunity",
    "privilege_exception": "a possible exception to privilege",
    "recommendation": "possible advice",
}


def modal(n: NormStatus) -> str:
    """How an open norm would matter."""
    return MODAL[n.modality]


def bears_text(norms: Sequence[NormStatus]) -> str:
    """The open norms that a fact bears on, the first few by citation."""
    shown = [f"{modal(n)} ({n.norm.source.cited or n.norm.label})" for n in norms[:SHOWN]]
    return "; ".join(shown) + (f"; and {len(norms) - SHOWN} more" if len(norms) > SHOWN else "")
