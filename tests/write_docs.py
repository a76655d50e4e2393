"""Writes the parts of the documentation that are computed: `make docs`."""

import re
from collections import Counter
from pathlib import Path

import court
import disagreements

from engine.assess import Assessor
from engine.knowledge import Knowledge, load

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
    confidence = ", ".join(f"{by_confidence[c]} {c}" for c in ("high", "medium", "low"))
    return (
        f"{len(norms)} norms of {places} jurisdictions, codes of ethics and guidance among them: {by_modality}.\n"
        f"{checked} of them have been checked by hand, norm by norm; the rest are transcribed from research notes and say so in every answer.\n"
        f"Confidence: {confidence}. {dated} have a known start, {ended} an end; {len(kb.overrides)} overrides.\n"
        f"{len(kb.schema.facts)} facts with {len(kb.schema.fact_of)} values, {len(kb.schema.actions)} acts.\n"
    )


def readme(kb: Knowledge, text: str) -> str:
    """The README with its counts."""
    return COUNTS.sub(lambda found: found[1] + counts(kb) + found[2], text)


def main() -> None:
    """Write README.md, docs/court-cases.md and docs/disagreements.md."""
    assessor = Assessor(load(ROOT / "ontology"))
    page = ROOT / "README.md"
    page.write_text(readme(assessor.kb, page.read_text(encoding="utf-8")), encoding="utf-8")
    (ROOT / "docs" / "court-cases.md").write_text(court.table(assessor), encoding="utf-8")
    (ROOT / "docs" / "disagreements.md").write_text(disagreements.page(assessor), encoding="utf-8")


if __name__ == "__main__":
    main()
