"""Writes the parts of the documentation that are computed: `make docs`."""

import re
from collections import Counter
from pathlib import Path

import codebook
import court
import disagreements

from engine.assess import Assessor
from engine.graph import dataset_files
from engine.knowledge import Knowledge, load
from engine.queries import law_store, read_queries, run_query
from engine.terms import norm

ROOT = Path(__file__).resolve().parent.parent
COUNTS = re.compile(r"(<!-- counts[^\n]*-->\n).*?(<!-- /counts -->)", re.DOTALL)


def counts(kb: Knowledge) -> str:
    """What the ontology holds, in numbers."""
    norms = kb.norms.values()
    places = len({n.jurisdiction for n in norms})
    by_modality = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in Counter(n.modality for n in norms).most_common())
    by_confidence = Counter(n.source.confidence for n in norms)
    dated = sum(any(i.start for i in n.intervals) for n in norms)
    ended = sum(any(i.end for i in n.intervals) or n.overruled is not None for n in norms)
    checked = sum(n.checked for n in norms)
    compared = "Every one has been compared with its source or note, norm by norm; no lawyer has reviewed them."
    if checked < len(norms):
        compared = f"{checked} of them have been checked by hand, norm by norm; the rest are transcribed from research notes and say so in every answer."
    spans = sum(len(n.intervals) > 1 for n in norms)
    decided = list(court.read_decisions(kb, ROOT / "ontology", court.TODAY))
    questions = sum(len(d.questions) for d in decided)
    confidence = ", ".join(f"{by_confidence[c]} {c}" for c in ("high", "medium", "low"))
    return (
        f"{len(norms)} norms of {places} jurisdictions, codes of ethics and guidance among them: {by_modality}.\n"
        f"{compared}\n"
        f"Confidence: {confidence}. {dated} have a known start; {ended} are earlier versions or decisions that have ended, {spans} have several spans.\n"
        f"{doubts(kb)} norms carry a doubt that could not be settled (`dutygraph query doubts`). {len(kb.overrides)} overrides.\n"
        f"{len(kb.graph.instances(norm('Decision')))} court decisions; {len(decided)} cases with their facts and {questions} questions that were asked.\n"
        f"{len(kb.schema.facts)} facts with {len(kb.schema.fact_of)} values, {len(kb.schema.actions)} acts.\n"
    )


def doubts(kb: Knowledge) -> int:
    """How many norms the query of doubts lists."""
    query = read_queries(ROOT / "queries")["doubts"]
    rows = run_query(law_store(dataset_files(ROOT / "ontology")), query, {})
    return len({row[rows.columns.index("norm")] for row in rows.rows})


def readme(kb: Knowledge, text: str) -> str:
    """The README with its counts."""
    return COUNTS.sub(lambda found: found[1] + counts(kb) + found[2], text)


def main() -> None:
    """Write what is computed in README.md and docs/."""
    assessor = Assessor(load(ROOT / "ontology"))
    page = ROOT / "README.md"
    page.write_text(readme(assessor.kb, page.read_text(encoding="utf-8")), encoding="utf-8")
    book = ROOT / "docs" / "codebook.md"
    book.write_text(codebook.page(assessor.kb, book.read_text(encoding="utf-8")), encoding="utf-8")
    (ROOT / "docs" / "court-cases.md").write_text(court.table(assessor), encoding="utf-8")
    (ROOT / "docs" / "disagreements.md").write_text(disagreements.page(assessor), encoding="utf-8")


if __name__ == "__main__":
    main()
