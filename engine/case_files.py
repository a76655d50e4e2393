"""A case from a file, whatever its form; the one place that opens case files."""

import dataclasses
import datetime
import sys
from pathlib import Path

import pyoxigraph as ox

from engine.case_json import LIMIT, Where, case_of_json, parse_json
from engine.case_rdf import FORMATS, case_of_graph, parse_case_graph
from engine.cases import Case
from engine.errors import CaseError, Location
from engine.jurisdictions import find_jurisdiction
from engine.knowledge import Knowledge


def read_text(path: str) -> str:
    """The text of a case file, or of standard input for `-`; never more than a case can be."""
    try:
        data = sys.stdin.buffer.read(4 * LIMIT + 1) if path == "-" else _read(Path(path))
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(Location(path), f"not UTF-8 text (byte {error.start})", "save the file as UTF-8") from error
    except OSError as error:
        raise CaseError(Location(path), f"cannot be read: {error.strerror}", "check the path") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4 * LIMIT + 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Overriding:
    """What the command line says in place of the case: forums and dates."""

    jurisdictions: tuple[str, ...] = ()
    law_as_of: datetime.date | None = None
    known_as_of: datetime.date | None = None


def load_case(kb: Knowledge, path: str, today: datetime.date, instead: Overriding = Overriding()) -> Case:
    """A case from a path or `-`. The form is that of the file name; for `-`, JSON if it starts with a brace."""
    return case_of_text(kb, read_text(path), "standard input" if path == "-" else path, today, instead)


def case_of_text(kb: Knowledge, text: str, name: str, today: datetime.date, instead: Overriding = Overriding()) -> Case:
    """A case from text. The name tells the form, and stands in messages."""
    form = form_of(text, name)
    if form is None:
        where = Where(name, text)
        document = dict(parse_json(text, name))
        if instead.jurisdictions:
            document["jurisdiction"] = list(instead.jurisdictions)
        case = case_of_json(document, kb.schema, where, today)
        at = where.at("jurisdiction")
    else:
        graph = parse_case_graph(text, name, form)
        codes = {p.iri: p.code for p in kb.jurisdictions.values()}
        case = case_of_graph(graph, kb.schema, codes, name, today, instead.jurisdictions)
        at = Location(name)
    return redated(dataclasses.replace(case, jurisdictions=canonical(kb, case.jurisdictions, at)), instead)


def form_of(text: str, name: str) -> ox.RdfFormat | None:
    """The RDF form of a case, or None for JSON."""
    suffix = Path(name).suffix.lower()
    if suffix in FORMATS:
        return FORMATS[suffix]
    start = text.lstrip()[:1]
    if suffix == ".json" or start in ("{", "[", ""):
        return ox.RdfFormat.JSON_LD if '"@context"' in text and suffix != ".json" else None
    return None if suffix else ox.RdfFormat.TURTLE


def canonical(kb: Knowledge, codes: tuple[str, ...], at: Location) -> tuple[str, ...]:
    """Jurisdictions by their canonical codes; an unknown one is refused with the nearest."""
    return tuple(dict.fromkeys(find_jurisdiction(kb.jurisdictions, code, at).code for code in codes))


def redated(case: Case, instead: Overriding) -> Case:
    """The case under other dates. A law of tomorrow is asked about with the knowledge of tomorrow."""
    law = instead.law_as_of or case.law_as_of
    known = instead.known_as_of or (max(case.known_as_of, law) if instead.law_as_of else case.known_as_of)
    return dataclasses.replace(case, law_as_of=law, known_as_of=known)
