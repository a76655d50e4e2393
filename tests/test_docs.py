"""Documentation that cannot rot: what is computed is as computed, what is shown runs, what exists is described."""

import doctest
import re
from pathlib import Path

import codebook
import court
import disagreements
import pytest
import write_docs

from engine import findings, nodes
from engine.assess import Assessor
from engine.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_counts_are_computed(assessor: Assessor) -> None:
    """The numbers in the README are those of the ontology; `make docs` writes them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert write_docs.readme(assessor.kb, text) == text


def test_court_cases_are_as_answered(assessor: Assessor) -> None:
    """docs/court-cases.md is what the engine answers now; `make docs` writes it."""
    assert court.table(assessor) == (ROOT / "docs" / "court-cases.md").read_text(encoding="utf-8")


def test_the_codebook_is_computed(assessor: Assessor) -> None:
    """The tables of docs/codebook.md are those of the ontology, and every column of the panel is described there."""
    text = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert codebook.page(assessor.kb, text) == text
    assert set(codebook.PARTS) == set(re.findall(r"<!-- computed: (\w+) -->", text))
    assert all(f"`{column}`" in text for column in codebook.columns())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link is to a file that exists."""
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


SNIPPETS = {
    f"{page.name}:{n}": code for page in PAGES for n, code in enumerate(re.findall(r"```python\n((?!>>>).*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_is_shown_in_python_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block of Python in the documentation runs as it stands, from the top of the checkout."""
    monkeypatch.chdir(ROOT)
    exec(SNIPPETS[name], {})  # noqa: S102  the project's own documentation


def test_steps_run() -> None:
    """The Python in how-it-works.md gives what it says."""
    failures, tried = doctest.testfile(str(ROOT / "docs" / "how-it-works.md"), module_relative=False)
    assert tried
    assert not failures


def test_every_command_is_described() -> None:
    """Each command of the program is named in the README or the changelog."""
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"dutygraph {command.name or command.callback.__name__}" in text or f"`{command.name or command.callback.__name__}`" in text


def test_every_construct_is_compiled_and_explained() -> None:
    """Each node class has an explanation."""
    constructs = {c for c in vars(nodes).values() if isinstance(c, type) and hasattr(c, "evaluate")}
    assert constructs == set(findings.FINDERS) == set(findings.CONSTRUCTS)
    assert nodes.Program not in constructs


def test_disagreements_page_is_current(assessor: Assessor) -> None:
    """docs/disagreements.md is what the panel says now; `make docs` writes it."""
    assert disagreements.page(assessor) == (ROOT / "docs" / "disagreements.md").read_text(encoding="utf-8")
