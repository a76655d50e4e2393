"""The shape of the engine: arrows point one way, and the law is data."""

import ast
import re
from pathlib import Path

import pytest

from engine.knowledge import Knowledge
from engine.terms import local_name

ENGINE = Path(__file__).resolve().parent.parent / "engine"
KNOWLEDGE = (
    "terms",
    "errors",
    "truth",
    "order",
    "graph",
    "turtle",
    "dates",
    "world",
    "axioms",
    "nodes",
    "compiler",
    "facts",
    "schema",
    "cases",
    "template",
    "scene",
    "selects",
    "closure",
)
DECISION = ("jurisdictions", "norms", "knowledge", "forum", "decide", "findings", "judged", "assessment", "clashes", "contradictions", "compliance")
SETTLING = ("polarity", "waits", *(f"search.{name}" for name in ("spots", "targets", "trials", "relevance", "completions", "settle", "lay", "sift")))
SAYING = ("votes", "standing", "assess", "explain", "as_json", "report")
SEARCHING = tuple(f"search.{name}" for name in ("essential", "flips", "law", "what_if", "missing", "next_question", "interview"))
READING = ("case_json", "case_write", "case_rdf", "decisions", "case_files", "paths", "cache", "queries", "dataset")
EXPLAINING = (
    *(f"record.{name}" for name in ("quads", "case", "findings", "assessment")),
    *(f"explanations.{name}" for name in ("base", "trees", "words", "obstacles", "why", "why_not", "contrast", "timeline", "balance", "compliance")),
    *(f"explanations.{name}" for name in ("changes", "missing", "what_if", "question")),
    *(f"explanations.{name}" for name in ("catalogue", "desk")),
    "explanations",
    *(f"forms.{name}" for name in ("plain", "as_json", "rdf", "mermaid", "svg", "catalogue")),
    "forms",
    "store",
    "receipt",
)
COMMAND = ("command", "tableau", "reach", "lint", "panel", "options", "explain_command", "interview_command", "receipt_command", "cli")
LAYERS = (*KNOWLEDGE, *DECISION, *SETTLING, *SAYING, *SEARCHING, *READING, *EXPLAINING, *COMMAND)
"""Every module (a package is its `__init__`), each importing only from those before it: knowledge → compiler → program → decide → explain → command."""


def module_name(path: Path) -> str:
    """The name of a module below the engine's package."""
    parts = path.relative_to(ENGINE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def module_path(name: str) -> Path:
    """The file of a module or package."""
    path = ENGINE.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imported(path: Path) -> set[str]:
    """Modules of the engine that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return {name.removeprefix("engine.") for name in names if name.startswith("engine.")}


def test_every_module_has_its_place() -> None:
    """A new module is put where it belongs."""
    files = [p for p in ENGINE.rglob("*.py") if p.name != "__init__.py" or imported(p)]
    assert {module_name(p) for p in files} == set(LAYERS)


@pytest.mark.parametrize("module", LAYERS)
def test_no_arrow_points_back(module: str) -> None:
    """A module imports only from earlier layers."""
    later = set(LAYERS[LAYERS.index(module) :])
    assert not imported(module_path(module)) & later


def test_the_engine_does_not_know_the_service() -> None:
    """No module of the engine imports the HTTP service."""
    for path in ENGINE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert not any(name.split(".")[0] == "api" for name in names), path.name


@pytest.mark.parametrize("module", ["world", "nodes", "decide", "template", "scene", "facts", "findings"])
def test_the_evaluator_knows_no_rdf_library(module: str) -> None:
    """What runs for each case does not touch an RDF library."""
    assert "pyoxigraph" not in (ENGINE / f"{module}.py").read_text(encoding="utf-8")


def code(path: Path) -> str:
    """The text of a module without its docstrings and comments, which may give examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return ast.unparse(tree)


def test_the_law_is_data(kb: Knowledge) -> None:
    """No jurisdiction, norm, fact or class of the domain is named in the code; only help texts and repair hints give examples."""
    names = set(kb.schema.facts) | set(kb.by_id) | {local_name(c) for c in kb.schema.fact_of} | set(kb.schema.actions)
    hints = re.compile(r"warn_victim|US-CA|US-TX")
    for path in sorted(ENGINE.rglob("*.py")):
        text = hints.sub("", code(path))
        words = set(re.findall(r"[\w.-]+", text))
        assert not words & {n for n in names if len(n) > len("testify")}, path.name


def test_every_exception_to_a_rule_has_its_reason() -> None:
    """Whoever silences a check of style or types says why, on the spot."""
    silenced = re.compile(r"# (?:noqa: [A-Z0-9]+(?:, [A-Z0-9]+)*|type: ignore\[[a-z, -]+\])(.*)$", re.MULTILINE)
    root = ENGINE.parent
    files = [path for folder in ("engine", "api", "tests", "benchmarks") for path in (root / folder).rglob("*.py")]
    found = [(path, m) for path in files for m in silenced.finditer(path.read_text(encoding="utf-8"))]
    assert len(found) > 50
    assert [f"{path.relative_to(root)}: {m[0]}" for path, m in found if len(m[1].strip(" #")) < len("as above")] == []
