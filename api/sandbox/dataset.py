"""Where the dataset is, for the process that loads it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the dataset is. files: of N-Quads. default: IRI of the graph that a query is about unless it says otherwise.

    overlaps: pairs of graphs, in order of IRI, that share a triple. alone: file of N-Triples with that graph once more, which is faster to
    read than to take out of the others; '' where there is none.
    """

    files: Sequence[str]
    default: str
    overlaps: Sequence[Sequence[str]] = ()
    alone: str = ""
