"""The order of files and of triples never changes an answer."""

import datetime
import json
from pathlib import Path

from engine.as_json import assessment_json
from engine.assess import Assessor
from engine.case_files import load_case
from engine.graph import ontology_files
from engine.knowledge import knowledge_of

ROOT = Path(__file__).resolve().parents[2]


def answers(names: list[Path], reverse_blocks: bool = False) -> str:
    """The whole assessment of the example, with the files read in an order."""
    texts = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in names}
    if reverse_blocks:
        texts = {name: reversed_blocks(text) if "/law/" in name else text for name, text in texts.items()}
    assessor = Assessor(knowledge_of(texts))
    found = assessment_json(assessor.assess(load_case(assessor.kb, str(ROOT / "examples" / "tarasoff.json"), datetime.date(2026, 11, 24))))
    found["norms"] = sorted(found["norms"], key=lambda n: str(n["id"]))  # type: ignore[attr-defined,index]  # a list of objects
    return json.dumps({k: v for k, v in found.items() if k not in ("id", "law_version", "links")}, sort_keys=True)


def reversed_blocks(text: str) -> str:
    """The same norms from the last to the first."""
    head, *blocks = text.split("\n# ---- ")
    return "\n# ---- ".join([head, *reversed(blocks)])


def test_order_of_files_and_of_norms() -> None:
    """Files backwards, and the norms of each file backwards: the same assessment."""
    files = list(ontology_files(ROOT / "ontology"))
    first = answers(files)
    assert answers(files[::-1]) == first
    assert answers(files, reverse_blocks=True) == first
