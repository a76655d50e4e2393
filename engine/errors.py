"""What can go wrong, in the words of the ontology and of the case, each with its cure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is written: a file and a line, counted from 1 (0: not known)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class DutygraphError(Exception):
    """Base of every error that a user can cause and cure."""


class OntologyError(DutygraphError):
    """The ontology says something that cannot be honoured.

    at: where it is written. subject: the norm, class or property concerned. problem: the fact. fix: the cure.
    """

    def __init__(self, at: Location, subject: str, problem: str, fix: str) -> None:
        super().__init__(at, subject, problem, fix)  # kept in args, so it survives a process pool

    def __str__(self) -> str:
        at, subject, problem, fix = self.args
        return f"{at}: {subject}: {problem}\n  fix: {fix}"


class CaseError(DutygraphError):
    """A case that cannot be read. at: file and line or field; problem: the fact; fix: the cure.

    see: what helps further (`fact`, `norm`, `jurisdiction` …), to be looked up in the reader's own interface, which has a word for each.
    """

    def __init__(self, at: Location, problem: str, fix: str, see: str = "") -> None:
        super().__init__(at, problem, fix)
        self.see = see

    def __str__(self) -> str:
        return self.told({})

    def cure(self, where: Mapping[str, str]) -> str:
        """The cure, and where an interface has what helps further. where: `see` → how that interface says it."""
        return ", ".join(part for part in (self.args[2], where.get(self.see, "")) if part) or "use a name that the ontology has"

    def told(self, where: Mapping[str, str]) -> str:
        """Place, problem and cure, as an interface says them."""
        at, problem, _ = self.args
        return f"{at}: {problem}\n  fix: {self.cure(where)}"
