"""A desk at which explanations are asked for, and the case of Tarasoff."""

from pathlib import Path

import pytest
from tests_today import TODAY

from engine.assess import Assessor
from engine.case_files import load_case
from engine.cases import Case
from engine.explanations import Desk
from engine.graph import dataset_files
from engine.knowledge import Knowledge

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def desk(kb: Knowledge) -> Desk:
    """The law laid open."""
    return Desk(Assessor(kb), dataset_files(ROOT / "ontology"))


@pytest.fixture(scope="session")
def tarasoff(kb: Knowledge) -> Case:
    """The facts of Tarasoff under today's law of California."""
    return load_case(kb, str(ROOT / "examples" / "tarasoff.json"), TODAY)
