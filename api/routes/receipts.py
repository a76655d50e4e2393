"""Receipts: what was asked, under which law, and what came out; and whether it still does."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from api.answers import of_case
from api.bodies import CASE_BODY, json_body
from api.cases import JSON_FORMS, CaseDep, form_of, text_of
from api.described import Router
from api.law import Law, LawDep
from api.models import receipts as models
from api.problems import Fault, Problem, documented
from api.work import WorkDep
from engine.cases import Case
from engine.errors import CaseError
from engine.explanations.desk import engine_version
from engine.receipt import make_receipt, read_receipt, repeat

router = Router(prefix="/v1", tags=["receipts"])


@router.post(
    "/receipts",
    operation_id="makeReceipt",
    summary="Assess a case and give a receipt",
    responses={
        200: {"model": models.Receipt},
        **documented("malformed", "timeout", "too-large", "memory-limit", "media-type", "invalid", "limit", "crashed", "time-limit"),
    },
    openapi_extra=CASE_BODY,
)
async def make(request: Request, law: LawDep, work: WorkDep, given: CaseDep) -> Response:
    """Hash of the law, engine, dates, facts and result, for anybody to repeat. Nothing is kept here."""
    return of_case(request, await work.run(made, law, given[0]))


def made(law: Law, case: Case) -> dict[str, Any]:
    """The receipt of a case."""
    return make_receipt(case, law.assessor.assess(case), law.hashes, engine_version())


@router.post(
    "/receipts/verification",
    operation_id="verifyReceipt",
    summary="Repeat the assessment of a receipt",
    responses={200: {"model": models.Verification}, **documented("malformed", "timeout", "too-large", "media-type", "invalid", "limit")},
    openapi_extra=json_body("Receipt", "A receipt as it was issued."),
)
async def verify(request: Request, law: LawDep, work: WorkDep) -> Response:
    """Whether every answer and status is as before, under the law that is served now, and what differs."""
    form_of(request, JSON_FORMS)
    return of_case(request, await work.run(verified, law, text_of(await request.body())))


def verified(law: Law, text: str) -> dict[str, Any]:
    """What a repetition shows. A document that is no receipt, or was altered, is refused."""
    try:
        found = repeat(law.assessor, read_receipt(text, "body"), law.hashes, engine_version())
    except CaseError as error:
        _, problem, fix = error.args
        kind = "malformed" if "JSON" in problem else "invalid"
        raise Problem(kind, problem, fix, (Fault(problem, fix),)) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:  # its own hash fits, and yet it is not built as a receipt is
        fix = "use the receipt as it was issued"
        raise Problem("invalid", "the receipt cannot be read", fix, (Fault("not built as a receipt is", fix),)) from error
    return {"same": found.same, "lines": list(found.lines), "law_version": law.version}
