"""Every check of `dutygraph lint` finds what it is for: each file in unsound/ loads, and stands beside what lint says of it."""

import re
from pathlib import Path

import pytest

from engine.graph import ontology_files
from engine.knowledge import Knowledge
from engine.lint import LintFinding, lint, read_lint_queries
from engine.terms import NORM

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = ("norms.ttl", "domain.ttl", "jurisdictions.ttl", "shapes.ttl", "citations.ttl", "assessments.ttl", "alignments.ttl")


def findings(folder: Path, path: Path) -> list[LintFinding]:
    """What lint says of a file beside the shared vocabulary."""
    root = folder / "ontology"
    root.mkdir()
    for name in SHARED:
        (root / name).write_text((ROOT / "ontology" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (root / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return lint(root, ROOT / "queries")


@pytest.mark.parametrize("path", sorted((HERE / "unsound").glob("*.ttl")), ids=lambda p: p.stem)
def test_unsound_file_is_found_out(tmp_path: Path, path: Path) -> None:
    """Place, severity, code, subject, problem and cure, to the letter."""
    said = "".join(f"{f.at}: {f.severity} {f.code} {f.subject}: {f.problem}\n  fix: {f.fix}\n" for f in findings(tmp_path, path))
    assert said == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_code_is_documented_and_has_an_example() -> None:
    """Each code has a row in docs/lint.md, with its severity, and an example here or in bad/."""
    rows = dict(re.findall(r"^\| (L\d{3}) \| (error|warning) \|", (ROOT / "docs" / "lint.md").read_text(encoding="utf-8"), re.MULTILINE))
    found = {q.code: q.severity for q in read_lint_queries(ROOT / "queries")}
    assert found.items() <= rows.items()
    shown = {code for p in (HERE / "unsound").glob("*.txt") for code in re.findall(r" (L\d{3}) ", p.read_text(encoding="utf-8"))} | {"L001"}
    assert shown == set(rows)


def test_the_whole_ontology_has_no_error() -> None:
    """Nothing of severity error in the law, the codes, the guidance and the decided cases, and every citation in a known form."""
    assert [f for f in lint(ROOT / "ontology", ROOT / "queries") if f.severity == "error" or f.code == "L016"] == []


def test_forms_of_citation_match_their_examples(kb: Knowledge) -> None:
    """Each form matches the example beside it."""
    forms = kb.graph.instances(NORM + "CitationForm")
    assert len(forms) > 10
    for form in forms:
        assert re.search(kb.graph.text(form, NORM + "pattern"), kb.graph.text(form, NORM + "example")), form


def test_the_proofs_are_not_idle(kb: Knowledge) -> None:
    """Lint looks at every norm: there are hundreds, in dozens of files."""
    assert len(kb.norms) > 500
    assert len(ontology_files(ROOT / "ontology")) > 50
