"""Explanations: each is the result of a named query over the law and the recorded assessment."""

import json
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import of_case, of_law
from api.bodies import json_body
from api.case_model import LINK, ActName, CodeName, ModalityName, NormName
from api.cases import case_of, question_of
from api.described import Router
from api.law import Law, LawDep
from api.media import choose
from api.models import explanations as models
from api.problems import documented, no_such
from api.remembered import lasting
from api.routes.assess import KeptId, find_kept
from api.work import WorkDep
from engine.case_files import Overriding
from engine.cases import Case
from engine.explanations import EXPLANATIONS, Ask, Kind
from engine.forms import FORMS, render

router = Router(prefix="/v1", tags=["explanations"])
MEDIA = {"application/json": "json"} | {form.media_type: name for name, form in FORMS.items() if name != "json"}
"""Media type → form; JSON is what a client gets that asks for nothing else."""
CONTENT: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in MEDIA if not media.endswith("json")}
ANSWER: dict[int | str, dict[str, Any]] = {200: {"model": models.Explanation, "description": "The explanation.", "content": CONTENT}}
Name = Annotated[str, Path(description="A kind of explanation, as /v1/explanations lists them.", json_schema_extra={LINK: "ExplanationName"})]


class AskParameters(BaseModel):
    """What is to be explained."""

    model_config = ConfigDict(extra="forbid")
    norm: NormName | None = Field(default=None, description="Id of a norm.")
    modality: ModalityName | None = Field(default=None, description="With `act`: an answer.")
    act: ActName | None = Field(default=None, description="With `modality`: an answer.")
    jurisdiction: CodeName | None = Field(default=None, description="Which of the case's jurisdictions; the first if absent.")
    against: str | None = Field(default=None, description="What to contrast with: the code of a place, or a date.", max_length=40)
    clock: Literal["law", "known"] = Field(default="law", description="Which date a timeline moves.")
    wanted: Literal["yes", "no"] | None = Field(default=None, description="The answer to reach; the other one if absent.")


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
    case, asked = await question_of(request, law, AskBody)
    lasting(request)
    return of_case(request, await work.run(explained, law, case, found, ask_of(law, asked, "#/"), MEDIA[media]), media)


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
    return of_case(request, await work.run(explained, law, case, found, ask_of(law, asked, "parameter "), MEDIA[media]), media)


async def kept_case(request: Request, law: Law, document: dict[str, Any]) -> Case:
    """The case of a kept assessment."""
    if "form" in document and "text" in document:
        case: Case = await request.app.state.read_rdf(law, document["text"], document["form"], Overriding())
        return case
    return case_of(law, request.app.state.case_model, document)


def kind_of(name: str) -> Kind:
    """A kind by its name; another is not found."""
    if name not in EXPLANATIONS:
        raise no_such("explanation", name, EXPLANATIONS)
    return EXPLANATIONS[name]


def ask_of(law: Law, asked: AskParameters, at: str) -> Ask:
    """What is asked, every name in it known. at: what stands before the name of a field to say where it is: `#/` or `parameter `."""
    for name, kind in (("norm", "norm"), ("modality", "modality"), ("act", "action")):
        law.check(kind, getattr(asked, name), at + name)
    given = asked.model_dump(exclude={"case"}, exclude_none=True)
    return Ask(**given)


def explained(law: Law, case: Case, kind: Kind, ask: Ask, form: str) -> str:
    """The explanation in a form."""
    return render(law.desk.explain(case, kind, ask), form)
