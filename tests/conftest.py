"""What the tests share: the ontology of the checkout, loaded once."""

from pathlib import Path

import pytest
from asking import Ask, asking

from engine.assess import Assessor
from engine.knowledge import Knowledge, load

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def kb() -> Knowledge:
    """The whole ontology."""
    return load(ROOT / "ontology")


@pytest.fixture(scope="session")
def assessor(kb: Knowledge) -> Assessor:
    """An assessor over the whole ontology."""
    return Assessor(kb)


@pytest.fixture(scope="session")
def ask(assessor: Assessor) -> Ask:
    """Assess facts under the law of a place."""
    return asking(assessor)
