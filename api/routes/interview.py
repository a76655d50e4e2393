"""An interview without memory: the case so far and an answer in; the case with the answer, the next question and what is settled out."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import of_case
from api.bodies import json_body
from api.case_model import LINK, ActName, CodeName, FactName, ModalityName, NormName
from api.cases import question_of
from api.described import Router
from api.law import Law, LawDep
from api.models import interviews as models
from api.problems import documented
from api.remembered import lasting
from api.views import fact_view
from api.work import WorkDep
from engine.assessment import DISCLAIMER
from engine.case_json import unknown
from engine.case_write import case_json
from engine.cases import Case
from engine.errors import CaseError, Location
from engine.schema import Fact
from engine.search.interview import Ask, Step, answered, options, reason, reply_of, step, targets_about
from engine.search.spots import Spot
from engine.search.targets import Target

router = Router(prefix="/v1", tags=["explanations"])


class SpotBody(BaseModel):
    """A fact about a thing of the case."""

    model_config = ConfigDict(extra="forbid")
    fact: FactName
    thing: str | None = Field(default=None, description="Id of the thing, as the question gave it; may be left out where there is but one.", max_length=200)


class AnswerBody(SpotBody):
    """The answer to a question."""

    values: list[str] = Field(description="The options chosen, by `value`; none of them: the answer is not known.", max_length=100)


WITH_MODALITY: dict[str, Any] = {
    "if": {"properties": {"act": {"type": "string"}}, "required": ["act"]},
    "then": {"properties": {"modality": {"type": "string"}}, "required": ["modality"]},
}
"""An act alone is half an answer."""


class InterviewBody(BaseModel):
    """The case so far, the answer to the last question, and the answers that matter; all of them if none is named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=WITH_MODALITY)
    case: dict[str, Any] = Field(json_schema_extra={LINK: "Case"})
    answer: AnswerBody | None = Field(default=None, description="The answer to the last question.")
    skip: list[SpotBody] = Field(default=[], description="What the asker cannot answer, and is not to be asked for.", max_length=1000)
    norm: NormName | None = Field(default=None, description="Only the standing of this norm matters.")
    modality: ModalityName | None = Field(default=None, description="Only answers of this modality matter.")
    act: ActName | None = Field(default=None, description="With `modality`: only this answer matters.")
    jurisdiction: CodeName | None = Field(default=None, description="Which of the case's jurisdictions; all if absent.")


@router.post(
    "/interview",
    operation_id="interview",
    summary="The next question to ask",
    responses={200: {"model": models.Interview}, **documented("malformed", "timeout", "too-large", "media-type", "limit")},
    openapi_extra=json_body("InterviewBody", "The case so far."),
)
async def interview(request: Request, law: LawDep, work: WorkDep) -> Response:
    """The same questions as `dutygraph interview`. Send `case` and `skip` of the last answer again, with the `answer` to its question, until `done`.

    An answer may also be put into the case's facts; one that is not known is `null` there, or is skipped.
    """
    case, asked = await question_of(request, law, InterviewBody)
    check(law, case, asked)
    lasting(request)
    return of_case(request, await work.run(interviewed, law, case, asked))


def check(law: Law, case: Case, asked: InterviewBody) -> None:
    """Refuse a name that is not known, and half an answer."""
    for name, kind in (("norm", "norm"), ("modality", "modality"), ("act", "action")):
        law.check(kind, getattr(asked, name), f"#/{name}")
    if asked.act is not None and asked.modality is None:
        raise CaseError(Location("#/modality"), "an answer has a modality and an act", "give both, or the modality alone")
    if asked.jurisdiction is not None and asked.jurisdiction not in case.jurisdictions:
        raise CaseError(Location("#/jurisdiction"), f"the case is not asked about {asked.jurisdiction}", f"one of: {', '.join(case.jurisdictions)}")


def interviewed(law: Law, case: Case, asked: InterviewBody) -> dict[str, Any]:
    """Hear the answer, and take the next step."""
    skip = [spot_of(law, case, spot, f"#/skip/{number}") for number, spot in enumerate(asked.skip)]
    if asked.answer is not None:
        spot = spot_of(law, case, asked.answer, "#/answer")
        words = asked.answer.values
        check_words(law.kb.schema.facts[spot.fact], words, options_of(law, spot.fact))
        case = answered(law.assessor, case, spot, words)
        skip += [] if words else [spot]
    here = dataclasses.replace(case, jurisdictions=(asked.jurisdiction,) if asked.jurisdiction else case.jurisdictions)
    found = step(law.assessor, here, targets_of(law, here, asked), skip)
    return {"case": case_json(law.kb.schema, case), "skip": [spot_view(s) for s in dict.fromkeys(skip)], **step_view(law, found)}


def targets_of(law: Law, case: Case, asked: InterviewBody) -> Sequence[Target] | None:
    """The answers that matter; None for all."""
    if asked.norm is not None:
        return (Target(norm=asked.norm),)
    return None if asked.modality is None else targets_about(law.assessor, case, asked.modality, asked.act or "")


def spot_of(law: Law, case: Case, given: SpotBody, at: str) -> Spot:
    """A place in the case: the fact is known, and the thing is one that the fact is about."""
    schema = law.kb.schema
    if given.fact not in schema.facts:
        raise unknown(Location(f"{at}/fact"), "fact", given.fact, schema.facts)
    path = schema.facts[given.fact].path
    things = (*(("",) if path[:1] == (schema.act_role,) else ()), *case.reached(path))
    thing = things[0] if given.thing is None and len(things) == 1 else given.thing
    if thing is None or thing not in things:
        raise CaseError(Location(f"{at}/thing"), f"{given.fact} is about one thing of the case", f"name it: {', '.join(map(repr, things))}")
    return Spot(thing, given.fact)


def options_of(law: Law, fact: str) -> list[str]:
    """The words that answer a question."""
    return [o.word for o in options(law.kb.schema, law.kb.schema.facts[fact])]


def check_words(fact: Fact, words: Sequence[str], known: Sequence[str]) -> None:
    """Refuse words that are no options, and options that exclude each other."""
    for number, word in enumerate(words):
        if word not in known:
            raise unknown(Location(f"#/answer/values/{number}"), f"value of {fact.key}", word, known)
    try:
        reply_of(fact, words)
    except CaseError as error:
        raise CaseError(Location("#/answer/values"), error.args[1], error.args[2]) from error


def step_view(law: Law, found: Step) -> dict[str, Any]:
    """What is settled, what is open, and what to ask."""
    return {
        "jurisdictions": list(found.case.jurisdictions),
        "done": found.ask is None,
        "next": question_view(law, found.ask) if found.ask else None,
        "settled": [target_view(code, t) | {"answer": answer} for code, answers in found.settled.items() for t, answer in answers.items()],
        "open": [target_view(code, t) for code, t in found.open],
        "stuck": [target_view(code, t) for code, t in found.stuck],
        "limits": [found.limit] if found.limit else [],
        "law_version": law.version,
        "disclaimer": DISCLAIMER,
    }


def spot_view(spot: Spot) -> dict[str, str]:
    """A fact about a thing."""
    return {"fact": spot.fact, "thing": spot.thing}


def target_view(code: str, target: Target) -> dict[str, str]:
    """An answer, or the standing of a norm, under the law of a place."""
    return {"jurisdiction": code} | ({"norm": target.norm} if target.norm else {"modality": target.modality, "act": target.act})


def question_view(law: Law, ask: Ask) -> dict[str, Any]:
    """A question with its options and its reason."""
    return {
        "fact": fact_view(law, law.kb.schema.facts[ask.spot.fact]),
        "thing": ask.spot.thing,
        "about": ask.about,
        "question": ask.question,
        "options": [{"value": o.word, "text": o.text} for o in ask.options],
        "several": ask.several,
        "reason": reason(law.kb, ask),
        "expected": round(ask.settles, 3),
        "waiting": [target_view(code, t) for code, t in ask.waiting],
        "norms": list(ask.norms),
    }
