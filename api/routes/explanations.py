"""Explanations: each is the result of a named query over the law and the recorded assessment."""

import dataclasses
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from api.answers import of_case, of_law
from api.bodies import json_body
from api.case_model import LINK
from api.cases import case_of, json_of, sub_document
from api.law import Law, LawDep
from api.media import choose
from api.models import explanations as models
from api.problems import Fault, Problem, documented
from api.remembered import lasting
from api.routes.assess import KeptId, find_kept
from api.work import WorkDep
from engine.case_files import Overriding
from engine.case_json import nearest
from engine.cases import Case
from engine.errors import CaseError
from engine.explanations import EXPLANATIONS, Ask, Kind
from engine.forms import FORMS, render

router = APIRouter(prefix="/v1", tags=["explanations"])
MEDIA = {"application/json": "json"} | {form.media_type: name for name, form in FORMS.items() if name != "json"}
"""Media type → form; JSON is what a client gets that asks for nothing else."""
ASKED = {f.name for f in dataclasses.fields(Ask)}
CONTENT: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in MEDIA if not media.endswith("json")}
ANSWER: dict[int | str, dict[str, Any]] = {200: {"model": models.Explanation, "description": "The explanation.", "content": CONTENT}}
Name = Annotated[str, Path(description="A kind of explanation, as /v1/explanations lists them.", max_length=40)]


class AskParameters(BaseModel):
    """What is to be explained."""

    model_config = ConfigDict(extra="forbid")
    norm: str = Field(default="", description="Id of a norm.")
    modality: str = Field(default="", description="With `act`: an answer.")
    act: str = Field(default="", description="Key of an act.")
    jurisdiction: str = Field(default="", description="Which of the case's forums; the first if absent.")
    against: str = Field(default="", description="What to contrast with: the code of a place, or a date.")
    clock: str = Field(default="law", pattern="^(law|known)$", description="Which date a timeline moves.")
    wanted: str = Field(default="", description="The answer to reach.")


class AskBody(AskParameters):
    """A case, and what is to be explained of it. Which fields a kind needs, /v1/explanations says."""

    case: dict[str, Any] = Field(json_schema_extra={LINK: "Case"})


@router.get(
    "/explanations",
    operation_id="listExplanations",
    summary="The kinds of explanation",
    responses={200: {"model": list[models.ExplanationKind]}, **documented()},
)
def list_explanations(request: Request) -> Response:
    """Every kind with the question it answers, what it needs, and the named query whose rows it is made of."""
    forms = list(MEDIA)
    kinds = [{"name": k.name, "question": k.question, "needs": list(k.needs), "query": k.name, "forms": forms} for k in EXPLANATIONS.values()]
    return of_law(request, kinds)


@router.post(
    "/explanations/{kind}",
    operation_id="explain",
    summary="Explain a case",
    responses={**ANSWER, **documented("malformed", "timeout", "too-large", "media-type", "not-found", "invalid", "limit")},
    openapi_extra=json_body("AskBody", "A case, and what is to be explained of it."),
)
async def explain(request: Request, law: LawDep, work: WorkDep, kind: Name) -> Response:
    """One explanation, in the form that `Accept` asks for: JSON, text, Markdown, Turtle, JSON-LD, Mermaid or SVG."""
    found, media = kind_of(kind), choose(request.headers.get("accept"), tuple(MEDIA))
    body = await json_of(request)
    case = case_of(law, request.app.state.case_model, sub_document(body), root="#/case")
    lasting(request)
    return of_case(request, await work.run(explained, law, case, found, ask_of(law, body), MEDIA[media]), media)


@router.get(
    "/assessments/{assessment_id}/explanations/{kind}",
    operation_id="explainKept",
    summary="Explain an assessment that was kept",
    responses={**ANSWER, **documented("not-found", "invalid", "limit", "store")},
)
async def explain_kept(request: Request, law: LawDep, work: WorkDep, assessment_id: KeptId, kind: Name, asked: Annotated[AskParameters, Query()]) -> Response:
    """The same for a case that was kept, under the law as it is served now."""
    found, media = kind_of(kind), choose(request.headers.get("accept"), tuple(MEDIA))
    kept = await find_kept(request, assessment_id)
    document = json.loads(kept.document)
    case = await kept_case(request, law, document["case"])
    return of_case(request, await work.run(explained, law, case, found, ask_of(law, asked.model_dump()), MEDIA[media]), media)


async def kept_case(request: Request, law: Law, document: dict[str, Any]) -> Case:
    """The case of a kept assessment."""
    if "form" in document and "text" in document:
        case: Case = await request.app.state.read_rdf(law, document["text"], document["form"], Overriding())
        return case
    return case_of(law, request.app.state.case_model, document)


def kind_of(name: str) -> Kind:
    """A kind by its name; another is not found."""
    if name not in EXPLANATIONS:
        fix = nearest(name, list(EXPLANATIONS)).replace("`dutygraph facts` lists every name", f"there are: {', '.join(EXPLANATIONS)}")
        raise Problem("not-found", f"there is no explanation {name!r}", fix)
    return EXPLANATIONS[name]


def ask_of(law: Law, body: dict[str, Any]) -> Ask:
    """What is asked, every name in it known."""
    try:
        asked = AskBody.model_validate({"case": {}, **body})
    except ValidationError as error:
        first = error.errors()[0]
        raise fault(f"{first['loc'][0]}: {first['msg']}", f"beside the case there may be: {', '.join(sorted(ASKED))}", str(first["loc"][0])) from error
    known = {"norm": law.kb.by_id, "modality": {n.modality for n in law.kb.norms.values()}, "act": law.kb.schema.actions}
    for name, names in known.items():
        value = getattr(asked, name)
        if value and value not in names:
            raise fault(f"{name} {value!r} is not known", nearest(value, list(names)), name)
    return Ask(**{name: getattr(asked, name) for name in ASKED if hasattr(asked, name)})


def fault(detail: str, fix: str, name: str) -> Problem:
    """A fault of the question."""
    return Problem("invalid", detail, fix, (Fault(detail, fix, f"#/{name}"),))


def explained(law: Law, case: Case, kind: Kind, ask: Ask, form: str) -> str:
    """The explanation in a form."""
    try:
        return render(law.desk.explain(case, kind, ask), form)
    except CaseError as error:
        _, problem, fix = error.args
        raise Problem("invalid", problem, fix, (Fault(problem, fix),)) from error
