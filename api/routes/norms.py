"""Norms, and the sources and decisions that they rest on."""

from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import of_law
from api.case_model import ActName, CodeName, ConfidenceName, DayText, ModalityName, NormName, OrderName
from api.cases import day_of
from api.described import Router
from api.law import Law, LawDep
from api.models import norms as models
from api.problems import documented, no_such
from api.views import decisions, norm_view, source_view, whole_norm_view
from engine.norms import Norm
from engine.truth import YES

router = Router(prefix="/v1", tags=["law"])
LARGEST_PAGE = 1000
LINK_HEADER = {"Link": {"description": 'The next page, by `rel="next"`; absent on the last one.', "schema": {"type": "string"}}}


class NormFilter(BaseModel):
    """Which norms, and which page of them."""

    model_config = ConfigDict(extra="forbid")
    jurisdiction: CodeName | None = Field(None, description="Code of a place: norms of its own.")
    reaching: CodeName | None = Field(None, description="Code of a place: norms that reach it, those of wider places among them.")
    modality: ModalityName | None = Field(None, description="Only norms of this modality.")
    order: OrderName | None = Field(None, description="Only norms of this order: law of a state, professional code …")
    act: ActName | None = Field(None, description="Key of an act that the norm requires.")
    in_force_on: DayText | None = Field(None, description="Norms that are surely in force for events of that day.")
    confidence: ConfidenceName | None = Field(None, description="How sure the reading of the source is.")
    checked: bool | None = Field(None, description="Whether it has been checked by hand.")
    q: str = Field("", max_length=200, description="Text in the label, the definition or the citation.")
    limit: int = Field(100, description="Norms on a page.", ge=1, le=LARGEST_PAGE)
    offset: int = Field(0, description="Norms to pass over.", ge=0, le=1_000_000)


def chosen(law: Law, wanted: NormFilter) -> list[Norm]:
    """The norms that a filter lets through, in the order of their ids."""
    own = law.place(wanted.jurisdiction, "parameter jurisdiction").iri if wanted.jurisdiction is not None else None
    reach = law.place(wanted.reaching, "parameter reaching").reached_by if wanted.reaching is not None else None
    day = day_of(wanted.in_force_on, "in_force_on")
    for name, kind in (("modality", "modality"), ("order", "order"), ("act", "action"), ("confidence", "confidence")):
        law.check(kind, getattr(wanted, name), f"parameter {name}")
    tests = (
        lambda n: own is None or n.jurisdiction == own,
        lambda n: reach is None or n.jurisdiction in reach,
        lambda n: wanted.modality is None or n.modality == wanted.modality,
        lambda n: wanted.order is None or n.order_key == wanted.order,
        lambda n: wanted.act is None or requires(law, n, wanted.act),
        lambda n: day is None or n.in_force(day, day) == YES,
        lambda n: wanted.confidence is None or n.source.confidence == wanted.confidence,
        lambda n: wanted.checked is None or n.checked is wanted.checked,
        lambda n: wanted.q.lower() in f"{n.id} {n.label} {n.definition} {n.source.cited}".lower(),
    )
    return [n for n in sorted(law.kb.norms.values(), key=lambda n: n.id) if all(test(n) for test in tests)]


def requires(law: Law, n: Norm, act: str) -> bool:
    """Whether a norm requires an act by name."""
    cls = law.kb.schema.actions[act].cls
    return n.requires is not None and any(leaf.act == cls for leaf in n.requires.leaves())


@router.get(
    "/norms",
    operation_id="listNorms",
    summary="Norms, filtered and in pages",
    responses={200: {"model": models.NormPage, "headers": LINK_HEADER}, **documented()},
)
def list_norms(request: Request, law: LawDep, wanted: Annotated[NormFilter, Query()]) -> Response:
    """Norms in short. `Link` leads to the next page."""
    found = chosen(law, wanted)
    page = found[wanted.offset : wanted.offset + wanted.limit]
    content = {"total": len(found), "limit": wanted.limit, "offset": wanted.offset, "norms": [norm_view(law, n) for n in page]}
    response = of_law(request, content)
    if wanted.offset + wanted.limit < len(found):
        following = request.url.include_query_params(offset=wanted.offset + wanted.limit)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return response


@router.get(
    "/norms/{norm_id}",
    operation_id="readNorm",
    summary="A norm with its source",
    responses={200: {"model": models.WholeNorm}, **documented("not-found", "invalid")},
)
def read_norm(request: Request, law: LawDep, norm_id: Annotated[str, Path(description="Id of a norm.", max_length=200)]) -> Response:
    """All that is said of a norm: acts, dates, what it overrides, the facts of its trigger, where it is found, what could not be expressed."""
    return of_law(request, whole_norm_view(law, law.norm(norm_id)))


@router.get(
    "/sources",
    operation_id="listSources",
    summary="Where the norms are found",
    responses={200: {"model": list[models.CitedSource]}, **documented()},
)
def list_sources(
    request: Request,
    law: LawDep,
    jurisdiction: Annotated[CodeName | None, Query(description="Code of a place: only its own.")] = None,
) -> Response:
    """The source of every norm, with how sure it is and the day on which it was read."""
    own = law.place(jurisdiction, "parameter jurisdiction").iri if jurisdiction is not None else None
    norms = [n for n in sorted(law.kb.norms.values(), key=lambda n: n.id) if own is None or n.jurisdiction == own]
    return of_law(request, [source_view(n.source) | {"norm": n.id, "jurisdiction": norm_view(law, n)["jurisdiction"]} for n in norms])


@router.get(
    "/decisions",
    operation_id="listDecisions",
    summary="Court decisions",
    responses={200: {"model": list[models.Decision]}, **documented()},
)
def list_decisions(
    request: Request,
    law: LawDep,
    norm: Annotated[NormName | None, Query(description="Id of a norm: only decisions that shape it.")] = None,
) -> Response:
    """What courts held, and what it did to which norms."""
    law.check("norm", norm, "parameter norm")
    return of_law(request, [d for d in decisions(law) if norm is None or norm in d["norms"]])


@router.get(
    "/decisions/{decision_id}",
    operation_id="readDecision",
    summary="One court decision",
    responses={200: {"model": models.Decision}, **documented("not-found", "invalid")},
)
def read_decision(request: Request, law: LawDep, decision_id: Annotated[str, Path(description="Id of a decision.", max_length=200)]) -> Response:
    """One decision."""
    found = next((d for d in decisions(law) if d["id"] == decision_id), None)
    if found is None:
        raise no_such("decision", decision_id, [d["id"] for d in decisions(law)])
    return of_law(request, found)
