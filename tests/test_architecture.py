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
    "scene",
    "selects",
    "closure",
)
DECISION = ("jurisdictions", "norms", "knowledge", "forum", "decide", "findings", "judged", "assessment", "clashes", "contradictions", "compliance")
SAYING = ("polarity", "refine", "assess", "explain", "as_json", "report")
COMMAND = ("case_json", "case_rdf", "case_files", "paths", "cache", "queries", "lint", "panel", "cli")
LAYERS = (*KNOWLEDGE, *DECISION, *SAYING, *COMMAND)
"""Every module, each importing only from those before it: knowledge → compiler → program → facts → decide → explain → command."""


def imported(path: Path) -> set[str]:
    """Modules of the engine that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return {name.split(".")[1] for name in names if name.startswith("engine.")}


def test_every_module_has_its_place() -> None:
    """A new module is put where it belongs."""
    assert {p.stem for p in ENGINE.glob("*.py")} - {"__init__"} == set(LAYERS)


@pytest.mark.parametrize("module", LAYERS)
def test_no_arrow_points_back(module: str) -> None:
    """A module imports only from earlier layers."""
    later = set(LAYERS[LAYERS.index(module) :])
    assert not imported(ENGINE / f"{module}.py") & later


@pytest.mark.parametrize("module", ["world", "nodes", "decide", "scene", "facts", "findings"])
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
    for path in sorted(ENGINE.glob("*.py")):
        text = hints.sub("", code(path))
        words = set(re.findall(r"[\w.-]+", text))
        assert not words & {n for n in names if len(n) > len("testify")}, path.name
