"""Court decisions: the engine's answer is the court's, or waits for a decisive fact that the opinion left open.

Where it differs, docs/court-cases.md lists the question with the reason; a difference that is not listed fails here.
"""

import court
import pytest

from engine.assess import Assessor
from engine.knowledge import load

QUESTIONS = tuple(court.questions(load(court.ONTOLOGY)))
DIFFERENCES = court.explained()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_the_court_s_answer(assessor: Assessor, question: court.Question) -> None:
    """The answer to the question that the court was asked."""
    if not court.encoded(assessor.kb, question):
        pytest.skip(f"the law of {question.case.jurisdiction} is not encoded yet")
    found = court.ask(assessor, question)
    if question.asked.scope != "duty":
        assert found.word in {"yes", "no", "depends", "contradictory"}, "scopes other than duty are reported, not scored"
    elif question.id in DIFFERENCES:
        assert court.verdict(question, found) == "different", "a listed difference is gone: take it off the list"
    else:
        assert court.verdict(question, found) in {"exact", "depends"}
