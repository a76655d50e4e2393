"""Asking about real law: facts and a date in, statuses and answers out."""

import datetime
import json
from collections.abc import Callable
from typing import Any

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_files import case_of_text

Ask = Callable[..., Assessment]


def asking(assessor: Assessor) -> Ask:
    """A function that assesses facts under the law of a place."""

    def call(place: str | list[str], facts: dict[str, Any], on: str = "2024-05-01", known: str = "2026-11-24", **more: Any) -> Assessment:
        document = {"jurisdiction": place, "law_as_of": on, "known_as_of": known, "facts": facts} | more
        return assessor.assess(case_of_text(assessor.kb, json.dumps(document), "case.json", datetime.date(2026, 11, 24)))

    return call
