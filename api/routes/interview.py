"""An interview without memory: the case so far in, the next question and what is settled out."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import of_case
from api.bodies import json_body
from api.case_model import LINK
from api.cases import case_of, json_of, sub_document
from api.law import Law, LawDep
from api.models import interviews as models
from api.problems import documented
from api.remembered import lasting
from api.routes.explanations import ask_of, fault
from api.views import fact_view
from api.work import WorkDep
from engine.assessment import DISCLAIMER
from engine.cases import Case
from engine.explanations import Ask
from engine.search.next_question import Candidate, Inquiry, next_question
from engine.search.targets import Target

router = APIRouter(prefix="/v1", tags=["explanations"])
ASKED = ("norm", "modality", "act", "jurisdiction")


class InterviewBody(BaseModel):
    """The case so far, and the answer that matters; all answers if none is named."""

    model_config = ConfigDict(extra="forbid")
    case: dict[str, Any] = Field(json_schema_extra={LINK: "Case"})
    norm: str = Field(default="", description="Id of a norm.")
    modality: str = Field(default="", description="With `act`: an answer.")
    act: str = Field(default="", description="Key of an act.")
    jurisdiction: str = Field(default="", description="Which of the case's forums; the first if absent.")


@router.post(
    "/interview",
    operation_id="interview",
    summary="The next question to ask",
    responses={200: {"model": models.Interview}, **documented("malformed", "timeout", "too-large", "media-type", "invalid", "limit")},
    openapi_extra=json_body("InterviewBody", "The case so far."),
)
async def interview(request: Request, law: LawDep, work: WorkDep) -> Response:
    """Put the answer into the case's facts and send it again, until `done`. A fact that is stated as `null` is not asked for again."""
    body = await json_of(request)
    case = case_of(law, request.app.state.case_model, sub_document(body), root="#/case")
    strange = next((name for name in body if name != "case" and name not in ASKED), None)
    if strange is not None:
        raise fault(f"unknown key {strange!r}", f"beside the case there may be: {', '.join(ASKED)}", strange)
    lasting(request)
    return of_case(request, await work.run(asked, law, case, ask_of(law, body)))


def asked(law: Law, case: Case, ask: Ask) -> dict[str, Any]:
    """Where the interview stands."""
    code = ask.jurisdiction or case.jurisdictions[0]
    if code not in case.jurisdictions:
        raise fault(f"the case is not asked about {code}", f"one of: {', '.join(case.jurisdictions)}", "jurisdiction")
    if bool(ask.modality) != bool(ask.act):
        raise fault("an answer has a modality and an act", "give both, or neither", "act" if ask.modality else "modality")
    targets = [Target(norm=ask.norm)] if ask.norm else [Target(ask.modality, ask.act)] if ask.act else None
    return inquiry_view(law, code, next_question(law.assessor, case, code, targets))


def inquiry_view(law: Law, code: str, found: Inquiry) -> dict[str, Any]:
    """What is settled, what is open, and what to ask."""
    questions = [question_view(law, c) for c in found.candidates]
    return {
        "jurisdiction": code,
        "done": not questions,
        "next": questions[0] if questions else None,
        "later": questions[1:],
        "settled": [target_view(t) | {"answer": answer} for t, answer in found.settled.items()],
        "open": [target_view(t) for t in found.open],
        "stuck": [target_view(t) for t in found.stuck],
        "limits": [found.limit] if found.limit else [],
        "law_version": law.version,
        "disclaimer": DISCLAIMER,
    }


def target_view(target: Target) -> dict[str, str]:
    """An answer, or the standing of a norm."""
    return {"norm": target.norm} if target.norm else {"modality": target.modality, "act": target.act}


def question_view(law: Law, candidate: Candidate) -> dict[str, Any]:
    """A question with its values, what it is about, how many answers it is expected to settle, and which wait for it."""
    fact = fact_view(law, law.kb.schema.facts[candidate.spot.fact])
    about = candidate.spot.thing or "whatever act is considered"
    return {"fact": fact, "thing": about, "expected": round(candidate.settles, 3), "waiting": [target_view(t) for t in candidate.waiting]}
