"""Jurisdictions with their history, and comparison between places and dates."""

import dataclasses
import time
from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import of_case, of_law
from api.bodies import json_body
from api.case_model import LINK, ActName, CodeName, Day, ModalityName
from api.cases import question_of
from api.described import Router
from api.law import Law, LawDep, today
from api.models import places as models
from api.models.comparisons import Comparison
from api.problems import documented
from api.remembered import lasting
from api.views import changes, place_view
from api.work import WORKING, WorkDep, unfinished
from engine.assessment import DISCLAIMER
from engine.case_files import Overriding, redated
from engine.cases import Case
from engine.errors import CaseError, Location
from engine.jurisdictions import Jurisdiction
from engine.panel import PanelRow, panel, read_pattern
from engine.paths import data

router = Router(prefix="/v1", tags=["law"])
comparisons = Router(prefix="/v1", tags=["assessments"])
CELLS = 400
"""Places × dates in one comparison."""


@router.get(
    "/jurisdictions",
    operation_id="listJurisdictions",
    summary="Whose law is here",
    responses={200: {"model": list[models.Place]}, **documented()},
)
def list_jurisdictions(request: Request, law: LawDep) -> Response:
    """Every place, code of ethics and body of guidance, with how many norms it has and how many reach it."""
    places = {p.code: p for p in law.kb.jurisdictions.values()}
    return of_law(request, [place_view(law, places[code]) for code in sorted(places)])


@router.get(
    "/jurisdictions/{code}",
    operation_id="readJurisdiction",
    summary="A jurisdiction with its timeline",
    responses={200: {"model": models.WholePlace}, **documented("not-found", "invalid")},
)
async def read_jurisdiction(request: Request, law: LawDep, work: WorkDep, code: Annotated[str, Path(description="Its code.", max_length=40)]) -> Response:
    """The dates on which its law changed, and the position of each profession over the years on the clearest case."""
    return of_law(request, await work.run(whole_place, law, law.place(code)))


def whole_place(law: Law, place: Jurisdiction) -> dict[str, Any]:
    """A jurisdiction with its history."""
    pattern = read_pattern(data("queries") / "panel" / "pattern.json")
    rows = list(panel(law.assessor, pattern, [place.code], range(pattern.start, today().year + 1)))
    undated = [n.id for n in law.kb.within_reach(place) if not any(i.start or i.attested for i in n.intervals)]
    return place_view(law, place) | {"timeline": changes(law, place), "undated": sorted(undated), "positions": spans(rows), "pattern": pattern.description}


def spans(rows: list[PanelRow]) -> list[dict[str, Any]]:
    """Rows by year as spans of years in which nothing changes, by profession."""
    found: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda r: (r.profession, r.year)):
        lists = {name: [p for p in getattr(row, name).split("; ") if p] for name in ("duty", "permission", "denial", "immunity")}
        now = {"profession": row.profession, "position": row.position, **lists, "checked": row.checked}
        if found and {k: v for k, v in found[-1].items() if k not in ("first_year", "last_year")} == now:
            found[-1]["last_year"] = row.year
        else:
            found.append({**now, "first_year": row.year, "last_year": row.year})
    return found


class Compare(BaseModel):
    """One case under the law of several places, on several dates."""

    model_config = ConfigDict(extra="forbid")
    case: dict[str, Any] = Field(json_schema_extra={LINK: "Case"})
    jurisdictions: list[CodeName] = Field(default=[], max_length=CELLS, description="The case's own if absent.")
    dates: list[Day] = Field(default=[], max_length=CELLS, description="Dates of the events; the case's own if absent.")
    known_as_of: Day | None = Field(default=None, description="Date of the question; if absent, the case's, or each date of the events where that is later.")
    modalities: list[ModalityName] = Field(default=[], description="Only these; all if absent.")
    actions: list[ActName] = Field(default=[], description="Only these; all if absent.")


@comparisons.post(
    "/compare",
    operation_id="compare",
    summary="A case across places and dates",
    responses={200: {"model": Comparison}, **documented("malformed", "timeout", "too-large", "media-type", "invalid", "limit")},
    openapi_extra=json_body("Compare", "A case, places and dates."),
)
async def compare(request: Request, law: LawDep, work: WorkDep) -> Response:
    """A matrix: for each place and date, the answer for each modality and act; and the acts on which they differ."""
    case, wanted = await question_of(request, law, Compare)
    matrix = settled_matrix(law, wanted, case)
    lasting(request)
    return of_case(request, await work.run(compared, law, case, matrix))


def settled_matrix(law: Law, wanted: Compare, case: Case) -> Compare:
    """What is wanted, with every name known and the places and dates of the case where none are given."""
    for name, kind in (("modalities", "modality"), ("actions", "action")):
        for number, word in enumerate(getattr(wanted, name)):
            law.check(kind, word, f"#/{name}/{number}")
    codes = [law.place(code, f"#/jurisdictions/{number}").code for number, code in enumerate(wanted.jurisdictions)]
    places, dates = list(dict.fromkeys(codes)) or list(case.jurisdictions), list(dict.fromkeys(wanted.dates)) or [case.law_as_of]
    if len(places) * len(dates) > CELLS:
        raise CaseError(Location("#"), f"{len(places)} places × {len(dates)} dates are more than {CELLS} cells", "ask for fewer at once")
    return wanted.model_copy(update={"jurisdictions": places, "dates": dates})


def compared(law: Law, case: Case, wanted: Compare) -> dict[str, Any]:
    """All cells, or a refusal if they are not finished in time; never some of them."""
    end = time.monotonic() + WORKING
    cells = []
    for code in wanted.jurisdictions:
        for day in wanted.dates:
            if time.monotonic() > end:
                raise unfinished("ask for fewer places or dates at once")
            cells.append(cell(law, redated(case, Overriding((), day, wanted.known_as_of)), code, wanted))
    return {"law_version": law.version, "disclaimer": DISCLAIMER, "cells": cells, "differ": differing(cells)}


def cell(law: Law, case: Case, code: str, wanted: Compare) -> dict[str, Any]:
    """One place on one date."""
    found = law.assessor.assess(dataclasses.replace(case, jurisdictions=(code,)))
    answers = {
        m: {a: o for a, o in acts.items() if not wanted.actions or a in wanted.actions}
        for m, acts in found.outcomes.items()
        if not wanted.modalities or m in wanted.modalities
    }
    return {
        "jurisdiction": code,
        "law_as_of": case.law_as_of.isoformat(),
        "outcomes": {m: {a: o.answer for a, o in acts.items()} for m, acts in answers.items()},
        "norms": {m: sorted({n for o in acts.values() if o.answer != "no" for n in o.norms}) for m, acts in answers.items()},
    }


def differing(cells: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Modality → acts whose answer is not the same in every cell; where no authority speaks of an act is a difference too."""
    found = {}
    for modality in sorted({m for c in cells for m in c["outcomes"]}):
        acts = sorted({a for c in cells for a in c["outcomes"].get(modality, {})})
        found[modality] = [a for a in acts if len({c["outcomes"].get(modality, {}).get(a) for c in cells}) > 1]
    return {m: acts for m, acts in found.items() if acts}
