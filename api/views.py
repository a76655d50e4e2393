"""What the law holds, as plain objects for JSON."""

from collections.abc import Iterable
from typing import Any

from api.answers import named
from api.law import Law
from engine.axioms import Axioms
from engine.jurisdictions import Jurisdiction
from engine.norms import Norm, Requirement, Source
from engine.schema import Action, Fact
from engine.terms import DCT, LABEL
from engine.terms import norm as norm_term


def norm_view(law: Law, n: Norm) -> dict[str, Any]:
    """A norm in short."""
    return {
        "id": n.id,
        "iri": n.iri,
        "label": n.label,
        "modality": n.modality,
        "order": n.order_key,
        "jurisdiction": law.kb.graph.text(n.jurisdiction, norm_term("code")),
        "bearers": [named(b) for b in n.bearers],
        "in_force": [{"start": text_or_none(i.start), "until": text_or_none(i.end), "attested": text_or_none(i.attested)} for i in n.intervals],
        "declared": n.declared,
        "overruled": text_or_none(n.overruled),
        "citation": n.source.cited,
        "confidence": n.source.confidence,
        "checked": n.checked,
    }


def text_or_none(value: object) -> str | None:
    """A date as text."""
    return None if value is None else str(value)


def whole_norm_view(law: Law, n: Norm) -> dict[str, Any]:
    """A norm with all that is said of it."""
    return norm_view(law, n) | {
        "definition": n.definition,
        "requires": tree_view(law, n.requires) if n.requires else None,
        "within": n.within,
        "discharge": n.discharge,
        "consequence": n.consequence,
        "serves": list(n.serves),
        "fulfils": [named(f) for f in n.fulfils],
        "overrides": [{"norm": named(o.loser), "ground": named(o.ground), "rule": named(o.by)} for o in law.kb.overrides if o.winner == n.iri],
        "yields_to": [{"norm": named(o.winner), "ground": named(o.ground), "rule": named(o.by)} for o in law.kb.overrides if o.loser == n.iri],
        "trigger_facts": list(trigger_facts(law, n)),
        "source": source_view(n.source),
        "readings": [{"address": r.address, "says": r.says} for r in n.source.readings],
        "not_expressed": list(n.not_expressed),
        "note": n.note,
    }


def tree_view(law: Law, tree: Requirement) -> dict[str, Any]:
    """A requirement tree."""
    if tree.kind != "act":
        return {tree.kind: [tree_view(law, part) for part in tree.parts]}
    action = law.kb.schema.action_of.get(tree.act)
    return {"act": action.key if action else named(tree.act)} | ({"condition": named(tree.condition)} if tree.condition else {})


def trigger_facts(law: Law, n: Norm) -> Iterable[dict[str, str]]:
    """The facts and values that a trigger names, whatever joins them."""
    seen, todo = set[str](), [n.trigger] if n.trigger else []
    while todo:
        term = todo.pop()
        if term in seen:
            continue
        seen.add(term)
        if term in law.kb.schema.fact_of:
            fact, value = law.kb.schema.fact_of[term]
            yield {"fact": fact.key, "value": value, "sentence": law.kb.schema.sentence(term)}
        elif term == n.trigger or term.startswith("_:"):
            todo += [o for os in law.kb.graph.by_subject.get(term, {}).values() for o in os if isinstance(o, str)]


def source_view(s: Source) -> dict[str, Any]:
    """A source."""
    return {
        "kind": s.kind,
        "citation": s.citation,
        "pinpoint": s.pinpoint,
        "title": s.title,
        "urls": list(s.urls),
        "confidence": s.confidence,
        "read_on": s.checked,
    }


def place_view(law: Law, place: Jurisdiction) -> dict[str, Any]:
    """A jurisdiction."""
    codes = {p.iri: p.code for p in law.kb.jurisdictions.values()}
    return {
        "code": place.code,
        "iri": place.iri,
        "label": place.label,
        "part_of": sorted(codes[iri] for iri in place.reached_by if iri != place.iri and iri in codes),
        "norms": sum(n.jurisdiction == place.iri for n in law.kb.norms.values()),
        "reached_by": len(law.kb.within_reach(place)),
    }


def changes(law: Law, place: Jurisdiction) -> list[dict[str, str]]:
    """The dates on which the law that reaches a place changed, in order."""
    found = []
    for n in law.kb.within_reach(place):
        dates = [(str(i.start), "begins") for i in n.intervals if i.start] + [(str(i.end), "ends") for i in n.intervals if i.end]
        dates += [(str(i.attested), "attested") for i in n.intervals if i.attested and not i.start]
        dates += [(str(n.overruled), "overruled")] if n.overruled else []
        found += [{"date": d, "event": e, "norm": n.id, "modality": n.modality, "label": n.label, "citation": n.source.cited} for d, e in dates]
    return sorted(found, key=lambda c: (c["date"], c["norm"], c["event"]))


def fact_view(law: Law, fact: Fact) -> dict[str, Any]:
    """A fact with its values: enough for a form."""
    schema = law.kb.schema
    value_of = {cls: value for value, cls in fact.values.items()}
    return {
        "key": fact.key,
        "iri": fact.iri,
        "about": [named(role) for role in fact.path],
        "type": "boolean" if fact.yes_no else "one" if fact.exclusive else "several",
        "question": fact.question,
        "definition": fact.definition,
        "open_textured": fact.open_textured,
        "presumed": value_of.get(fact.presumed) if fact.presumed else None,
        "values": [
            {
                "value": value,
                "label": schema.labels.get(cls, (named(cls), "", ""))[0],
                "sentence": schema.sentence(cls),
                "denial": schema.sentence(cls, False),
                "wider": [value_of[w] for w in sorted(schema.axioms.wider(cls)) if w in value_of and w != cls],
                "excludes": excluded(schema.axioms, cls, value_of),
            }
            for value, cls in fact.values.items()
        ],
    }


def excluded(axioms: Axioms, cls: str, value_of: dict[str, str]) -> list[str]:
    """Values that cannot hold beside one."""
    return [value for other, value in value_of.items() if other in axioms.barred(cls)]


def action_view(action: Action) -> dict[str, Any]:
    """A kind of act."""
    return {"key": action.key, "iri": action.cls, "label": action.label, "sentence": action.phrase, "toward_each": bool(action.towards)}


def decisions(law: Law) -> list[dict[str, Any]]:
    """Every court decision, by year and name."""
    graph = law.kb.graph
    found = []
    for iri in graph.instances(norm_term("Decision")):
        shaped = [n for n in graph.resources(iri, norm_term("shapes")) if n in law.kb.norms]
        found.append(
            {
                "id": named(iri),
                "iri": iri,
                "name": graph.text(iri, LABEL),
                "citation": graph.text(iri, DCT + "bibliographicCitation"),
                "year": graph.text(iri, norm_term("decidedIn")),
                "effect": graph.text(iri, norm_term("effect")),
                "holding": graph.text(iri, norm_term("holding")),
                "jurisdictions": sorted({graph.text(law.kb.norms[n].jurisdiction, norm_term("code")) for n in shaped}),
                "norms": [named(n) for n in shaped],
            }
        )
    return sorted(found, key=lambda d: (d["year"], d["name"], d["id"]))
