"""The words of explanations: acts, requirements and citations as a lawyer would put them."""

from collections.abc import Iterable

from engine.knowledge import Knowledge
from engine.norms import Norm
from engine.report import phrase, tree_text
from engine.terms import norm as term

__all__ = ["MODALS", "acts_text", "citation", "modal", "phrase", "requirement"]

MODALS = {
    "obligation": "must",
    "prohibition": "must not",
    "permission": "may",
    "no_duty": "need not",
    "immunity": "has immunity to",
    "privilege_exception": "is free of privilege to",
    "recommendation": "should",
}


def modal(modality: str) -> str:
    """The verb of a modality."""
    return MODALS[modality]


def citation(norm: Norm) -> str:
    """How a norm is cited."""
    return norm.source.cited or norm.id


def requirement(kb: Knowledge, norm: Norm) -> str:
    """What a norm says, in one clause."""
    if norm.requires is not None:
        return f"the professional {modal(norm.modality)} {tree_text(kb, norm.requires)}"
    return norm.definition or norm.label


def acts_text(kb: Knowledge, acts: Iterable[tuple[str, str]]) -> str:
    """Acts as verb phrases, each with the persons it is done toward."""
    toward: dict[str, list[str]] = {}
    for act, thing in acts:
        toward.setdefault(act, []).extend([thing] if thing else [])
    return "; ".join(phrase(kb, act) + (f" ({', '.join(dict.fromkeys(things))})" if things else "") for act, things in toward.items())


def order_label(kb: Knowledge, key: str) -> str:
    """The label of an order by its key."""
    found = {kb.graph.text(s, term("key")): s for s, _ in kb.graph.pairs(term("rank"))}
    return kb.graph.text(found[key], "http://www.w3.org/2000/01/rdf-schema#label") if key in found else key
