"""Assessing a case, and reading back an assessment that was kept."""

import datetime
import json
import re
import secrets
import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from api.access import Caller, may_read
from api.answers import of_case
from api.bodies import CASE_BODY
from api.case_model import NormName
from api.cases import Instead, read_case
from api.described import Router
from api.law import Law, LawDep
from api.models import assessments as models
from api.problems import Problem, documented
from api.remembered import lasting
from api.stores import Kept
from api.work import WORKING, WorkDep, unfinished
from engine.as_json import assessment_json
from engine.assessment import Assessment
from engine.cases import Case
from engine.decide import Decision
from engine.explanations import EXPLANATIONS, Ask
from engine.forms.as_json import document_json
from engine.record.quads import BASE

router = Router(prefix="/v1", tags=["assessments"])
Why = Annotated[list[NormName], Query(min_length=1, description="Add the grounds of this norm, by id; repeatable.", max_length=50)]
Explain = Annotated[bool, Query(description="Add the grounds of every norm that could be triggered.")]
Keep = Annotated[bool, Query(description="Keep the assessment, to be read back until its time is over.")]
KEPT_ID = re.compile(r"[A-Za-z0-9_-]{20,64}")
KeptId = Annotated[str, Path(description="`kept.id` of the assessment.", json_schema_extra={"pattern": f"^{KEPT_ID.pattern}$"})]
SHOWN = ("effective", "defeated", "undetermined", "not_triggered")


@router.post(
    "/assess",
    operation_id="assess",
    summary="What the law asks in a case",
    responses={
        200: {"model": models.Assessment, "description": "The assessment."},
        201: {"model": models.Assessment, "description": "The assessment, which was kept under the address in `Location`."},
        **documented("malformed", "timeout", "too-large", "memory-limit", "media-type", "invalid", "limit", "store", "crashed", "time-limit"),
    },
    openapi_extra=CASE_BODY,
)
async def assess(request: Request, law: LawDep, work: WorkDep, instead: Instead, why: Why = [], explain: Explain = False, store: Keep = False) -> Response:  # noqa: B006  never changed
    """Statuses of norms, answers per modality and act, conflicts, limits, contradictions and open questions."""
    for name in why:
        law.check("norm", name, "parameter why")
    case, document = await read_case(request, law, instead)
    law.check_reach(why, case.jurisdictions, "parameter why")
    answer = await work.run(answer_of, law, case, tuple(why), explain)
    if not (store or request.app.state.settings.keep):
        lasting(request)
        return of_case(request, answer)
    kept = await keep_it(request, case, document, answer)
    content = as_kept(answer, kept.id, kept.expires)
    return of_case(request, content, status=201, more={"Location": f"/v1/assessments/{kept.id}", "Expires-At": time_of(kept.expires)})


def answer_of(law: Law, case: Case, why: tuple[str, ...], everything: bool) -> bytes:
    """The assessment in JSON, with the grounds that were asked for."""
    decisions = law.assessor.decide_all(case)
    assessment = law.assessor.assess_decided(decisions)
    found = assessment_json(assessment) | {"links": links("")}
    explanations = explained(law, decisions, assessment, why, everything) if why or everything else []
    return to_json(found | ({"explanations": explanations} if explanations else {}))


def explained(law: Law, decisions: Mapping[str, Decision], assessment: Assessment, why: tuple[str, ...], everything: bool) -> list[dict[str, object]]:
    """Why norms stand where they stand: those asked for, or all that could be triggered, forum by forum."""
    end = time.monotonic() + WORKING
    found = []
    for forum in assessment.forums:
        for status in forum.norms:
            if status.norm.id in why or (everything and status.status in SHOWN):
                if time.monotonic() > end:
                    raise unfinished("ask for some norms with `why`")
                ask = Ask(norm=status.norm.id, jurisdiction=forum.jurisdiction)
                decided = decisions[forum.jurisdiction]
                document = law.desk.explain(decided.scene.case, EXPLANATIONS["why"], ask, decided)
                found.append(document_json(document) | {"norm": status.norm.id, "forum": forum.jurisdiction})
    return found


def links(kept: str) -> dict[str, str]:
    """Where to go from an assessment."""
    return {"explanations": "/v1/explanations"} | ({"self": f"/v1/assessments/{kept}", "graph": BASE + kept} if kept else {})


def as_kept(answer: bytes, name: str, expires: int) -> dict[str, Any]:
    """An assessment with the id under which it is kept, and until when."""
    found: dict[str, Any] = json.loads(answer)
    return found | {"kept": {"id": name, "expires": time_of(expires)}, "links": links(name)}


async def keep_it(request: Request, case: Case, document: dict[str, Any], answer: bytes) -> Kept:
    """Keep an assessment under an id that nobody can guess."""
    settings = request.app.state.settings
    caller: Caller = request.scope["caller"]
    expires = int(time.time()) + settings.retention_days * 86_400
    name = secrets.token_urlsafe(24)
    whole = to_json({"case": document, "assessment": as_kept(answer, name, expires)}).decode()
    triples = await request.app.state.work.run(recorded, request.app.state.law, case, name)
    kept = Kept(name, caller.name, expires, whole, triples)
    await request.app.state.keeper.put(kept)
    return kept


def recorded(law: Law, case: Case, name: str) -> str:
    """The assessment as N-Triples, in terms of the id under which it is kept."""
    quads = law.desk.record(case, Ask(), "settled").quads
    return quads.triples().decode().replace(f"<{quads.graph}", f"<{BASE}{name}")


def time_of(seconds: int) -> str:
    """A time as text."""
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).isoformat()


async def find_kept(request: Request, name: str) -> Kept:
    """A kept assessment that the caller may see."""
    kept: Kept | None = await request.app.state.keeper.get(name) if KEPT_ID.fullmatch(name) else None
    caller: Caller = request.scope["caller"]
    if kept is None or not may_read(caller, kept.owner):
        raise Problem("not-found", "no assessment is kept under that id", "it may never have been kept, or its time is over")
    return kept


@router.get(
    "/assessments/{assessment_id}",
    operation_id="readAssessment",
    summary="An assessment that was kept",
    responses={200: {"model": models.KeptAssessment}, **documented("not-found", "invalid", "store")},
)
async def read_assessment(request: Request, assessment_id: KeptId) -> Response:
    """The case and its assessment as they were when it was kept. Only the key that kept it, and an admin, can read it."""
    kept = await find_kept(request, assessment_id)
    return of_case(request, {"id": kept.id, "expires": time_of(kept.expires), **json.loads(kept.document)})


@router.delete(
    "/assessments/{assessment_id}",
    operation_id="forgetAssessment",
    summary="Forget an assessment",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "It is forgotten."}, **documented("not-found", "invalid", "store")},
)
async def forget_assessment(request: Request, assessment_id: KeptId) -> Response:
    """Forget an assessment before its time is over."""
    kept = await find_kept(request, assessment_id)
    await request.app.state.keeper.delete(kept.id)
    return Response(None, 204, {"Cache-Control": "no-store"})
