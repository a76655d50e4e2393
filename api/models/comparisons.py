"""A case across places and dates."""

from api.models.base import Answer, Model


class Cell(Model):
    """One place on one date."""

    jurisdiction: str
    law_as_of: str
    outcomes: dict[str, dict[str, Answer]]
    norms: dict[str, list[str]]


class Comparison(Model):
    """A matrix of places and dates. differ: modality → actions whose answer is not everywhere the same."""

    law_version: str
    disclaimer: str
    cells: list[Cell]
    differ: dict[str, list[str]]
