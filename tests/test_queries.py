"""The named queries: each runs, says what it asks and what it gives, and answers a question of which the answer is known."""

import csv
import io
import json
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests_today import TODAY

from engine.cli import main
from engine.graph import dataset_files
from engine.knowledge import Knowledge
from engine.queries import bind, find_query, law_store, read_queries, run_query
from engine.terms import NORM

ROOT = Path(__file__).resolve().parent.parent
QUERIES = read_queries(ROOT / "queries")
MAY_BE_EMPTY = {"unchecked", "unfelt-decisions"}
"""What lists work to be done."""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """All that queries see."""
    return law_store(dataset_files(ROOT / "ontology"))


def ask(kb: Knowledge, store: ox.Store, name: str, **given: str) -> list[dict[str, str]]:
    """Rows of a query as dictionaries."""
    query = find_query(QUERIES, name)
    rows = run_query(store, query, bind(kb, query, given, TODAY))
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_query_runs_and_keeps_its_word(kb: Knowledge, store: ox.Store, name: str) -> None:
    """With its defaults it gives rows, in the columns that it announces; those on recorded assessments have tests of their own."""
    query = QUERIES[name]
    assert query.title
    assert query.description
    rows = run_query(store, query, bind(kb, query, {}, TODAY))
    assert rows.columns == query.columns
    assert rows.rows or name in MAY_BE_EMPTY or any(p.kind == "assessment" for p in query.parameters)
    assert len(set(rows.rows)) == len(rows.rows), "a row twice"


def test_there_are_enough_of_them() -> None:
    """At least twenty-five competency questions."""
    assert len(list((ROOT / "queries" / "competency").glob("*.rq"))) >= 25


def test_norms_that_bind_on_a_date(kb: Knowledge, store: ox.Store) -> None:
    """In 1990 the first version of the section bound a California psychologist, today the present one does."""
    old = {r["norm"] for r in ask(kb, store, "norms-binding", jurisdiction="US-CA", profession="psychologist", date="1990-06-01")}
    new = {r["norm"] for r in ask(kb, store, "norms-binding", jurisdiction="US-CA", profession="psychologist", date="2024-05-01")}
    assert "us-ca-civ-43-92-1986" in old - new
    assert "us-ca-civ-43-92" in new - old


def test_where_family_communication_is_enough(kb: Knowledge, store: ox.Store) -> None:
    """California, by Ewing; not Texas."""
    places = {r["code"] for r in ask(kb, store, "family-communication")}
    assert "US-CA" in places
    assert "US-TX" not in places


def test_every_address_of_the_ontology_is_listed(kb: Knowledge, store: ox.Store) -> None:
    """The query of addresses gives each one that any file names as the address of a source."""
    listed = {r["url"] for r in ask(kb, store, "urls")}
    assert listed == {str(q.object.value) for q in store.quads_for_pattern(None, ox.NamedNode(NORM + "url"), None)}


def test_how_the_duty_is_discharged(kb: Knowledge, store: ox.Store) -> None:
    """The connective of the acts is said, not only their list."""
    found = {r["norm"]: r["how"] for r in ask(kb, store, "discharge")}
    assert found["us-ca-civ-43-92"] == "nested"
    assert {"all of", "any of", "one act", "nested"} <= set(found.values())


def test_what_is_not_known_to_be_in_force_is_marked(kb: Knowledge, store: ox.Store) -> None:
    """A norm that began in a year that is known is unknown within it, and neither there before nor doubtful after."""
    on = {day: {r["norm"]: r["in_force"] for r in ask(kb, store, "norms-binding", date=day)} for day in ("1962-12-31", "1963-06-01", "1964-01-01")}
    assert [found.get("us-ca-gov-856") for found in on.values()] == [None, "unknown", "yes"]


def test_elements_of_a_trigger(kb: Knowledge, store: ox.Store) -> None:
    """The elements of the California section."""
    found = {(r["fact"], r["value"]) for r in ask(kb, store, "elements", norm="us-ca-civ-43-92")}
    assert ("threat.seriousness", "serious") in found
    assert ("threat.target", "reasonably_identifiable_victim") in found


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command: (exit status, output, errors)."""
    monkeypatch.setattr(sys, "argv", ["dutygraph", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_forms_of_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """CSV and JSON carry the same rows; a table has its title."""
    rows = list(csv.DictReader(io.StringIO(run(monkeypatch, capsys, "query", "deadlines", "-f", "csv")[1])))
    assert rows == json.loads(run(monkeypatch, capsys, "query", "deadlines", "-f", "json")[1])
    assert any(r["norm"] == "us-ca-wic-8105-c" and r["within"] == "PT24H" for r in rows)
    assert "Duties with a deadline" in run(monkeypatch, capsys, "query", "deadlines")[1]
    assert "norms-binding" in run(monkeypatch, capsys, "queries")[1]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("norms-bindng",), "unknown query 'norms-bindng'"),
        (("norms-binding", "-p", "place=US-CA"), "it has no parameter 'place'"),
        (("norms-binding", "-p", "jurisdiction=US-XC"), "unknown jurisdiction 'US-XC'"),
        (("norms-binding", "-p", "date=soon"), "is not a date"),
        (("elements", "-p", "norm=us-ca-civ-43-93"), "unknown norm"),
        (("permissions-to-tell", "-p", "action=tell"), "unknown action"),
    ],
)
def test_what_cannot_be_asked_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], problem: str) -> None:
    """One message, exit status 2."""
    status, out, err = run(monkeypatch, capsys, "query", *arguments)
    assert (status, out) == (2, "")
    assert problem in err


def test_lint_finds_nothing_in_the_ontology_and_something_in_a_bad_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Exit status 0 and 1; each finding has a place, a code that is documented, and a cure."""
    status, out, _ = run(monkeypatch, capsys, "lint")
    assert (status, " error " in out) == (0, False)
    for name in ("norms.ttl", "domain.ttl", "jurisdictions.ttl"):
        (tmp_path / name).write_text((ROOT / "ontology" / name).read_text(encoding="utf-8"), encoding="utf-8")
    bad = ROOT / "tests" / "ontology" / "bad" / "class_not_defined.ttl"
    (tmp_path / bad.name).write_text(bad.read_text(encoding="utf-8"), encoding="utf-8")
    status, out, _ = run(monkeypatch, capsys, "lint", "--ontology", str(tmp_path))
    assert status == 1
    assert "class_not_defined.ttl:8: error L001 a: uses the class WarnVictm" in out
    assert "error L014 WarnVictm: it is named and nowhere described" in out
    documented = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    assert all(word in documented for line in out.splitlines() for word in line.split() if word.startswith("L0"))
