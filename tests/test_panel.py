"""The panel as a researcher reads it: the position of a place in a year for a profession, derived from the clearest case."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.assess import Assessor
from engine.cli import app
from engine.panel import COLUMNS, PanelRow, panel, read_pattern

ROOT = Path(__file__).resolve().parents[1]
PATTERN = read_pattern(ROOT / "queries" / "panel" / "pattern.json")


def position(assessor: Assessor, code: str, year: int, profession: str = "psychologist") -> PanelRow:
    """The row of a place, year and profession."""
    (row,) = (r for r in panel(assessor, PATTERN, [code], [year]) if r.profession == profession)
    return row


@pytest.mark.parametrize(
    ("code", "year", "expected", "norm"),
    [
        ("US-CA", 2024, "duty", "us-ca-civ-43-92"),
        ("US-CA", 1980, "duty", "us-ca-tarasoff"),
        ("US-TX", 2024, "no_duty", "us-tx-thapar"),
    ],
)
def test_position(assessor: Assessor, code: str, year: int, expected: str, norm: str) -> None:
    """The position, and a norm that it rests on."""
    row = position(assessor, code, year)
    assert row.position == expected
    assert norm in f"{row.duty}; {row.permission}; {row.denial}"


def test_a_norm_is_not_read_back_before_its_start(assessor: Assessor) -> None:
    """In the year before the decision in Tarasoff of 1976 was made, nothing of California says duty."""
    assert "us-ca-tarasoff" not in position(assessor, "US-CA", 1973).duty


def test_every_row_once(assessor: Assessor) -> None:
    """One row for each year and profession."""
    rows = list(panel(assessor, PATTERN, ["US-MN"], range(2000, 2003)))
    assert len({(r.year, r.profession) for r in rows}) == len(rows) == 3 * len(PATTERN.professions)


@pytest.mark.parametrize("name", ["panel.csv", "panel.parquet"])
def test_file(tmp_path: Path, name: str) -> None:
    """Both formats hold the same rows and columns."""
    out = tmp_path / name
    result = CliRunner().invoke(app, ["export", "panel", str(out), "-j", "US-CA", "--from", "2024", "--to", "2024"])
    assert result.exit_code == 0, result.output
    if out.suffix == ".csv":
        with out.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = pytest.importorskip("pyarrow.parquet").read_table(out).to_pylist()
    assert [r["profession"] for r in rows] == list(PATTERN.professions)
    assert set(rows[0]) == set(COLUMNS)


def test_years_the_wrong_way_round(tmp_path: Path) -> None:
    """One clear message, and no file."""
    out = tmp_path / "panel.csv"
    result = CliRunner().invoke(app, ["export", "panel", str(out), "--from", "2024", "--to", "2020"])
    assert result.exit_code == 2
    assert not out.exists()
