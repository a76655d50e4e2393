"""Receipts, and what their repetition shows."""

from typing import Any

from api.models.base import Model


class ReceiptLaw(Model):
    """The law of a receipt: its hash, and that of each file."""

    hash: str
    files: dict[str, str]


class Receipt(Model):
    """What was asked, under which law, with which engine, and what came out. hash: of all the rest."""

    format: str
    engine: str
    law: ReceiptLaw
    law_as_of: str
    known_as_of: str
    jurisdictions: list[str]
    case: dict[str, Any]
    result: dict[str, Any]
    hash: str


class Verification(Model):
    """What a repetition shows. lines: what differs, in words."""

    same: bool
    lines: list[str]
    law_version: str
