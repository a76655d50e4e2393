"""Explanations: every one is the result of a named query over the law and the recorded assessment."""

from engine.explanations.base import Ask, Document, Item, Kind
from engine.explanations.catalogue import EXPLANATIONS
from engine.explanations.desk import Desk

__all__ = ["EXPLANATIONS", "Ask", "Desk", "Document", "Item", "Kind"]
