"""What a case can state: enough for an app to build its form."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import Response

from api.answers import named, of_law
from api.described import Router
from api.law import LawDep
from api.models import vocabulary as models
from api.problems import documented, no_such
from api.views import action_view, fact_view

router = Router(prefix="/v1", tags=["vocabulary"])


@router.get("/facts", operation_id="listFacts", summary="What a case can state", responses={200: {"model": models.Vocabulary}, **documented("invalid")})
def list_facts(request: Request, law: LawDep, q: Annotated[str, Query(description="Only facts whose key contains this.", max_length=100)] = "") -> Response:
    """Every fact with its question, its values, and which of them imply or exclude each other; every act; the names of nested lists."""
    schema = law.kb.schema
    facts = [fact_view(law, fact) for key, fact in schema.facts.items() if q in key]
    lists = {named(role): key for role, key in schema.lists.items()}
    return of_law(request, {"facts": facts, "actions": [action_view(a) for a in schema.actions.values()], "lists": lists})


@router.get("/facts/{key}", operation_id="readFact", summary="One fact", responses={200: {"model": models.Fact}, **documented("not-found", "invalid")})
def read_fact(request: Request, law: LawDep, key: Annotated[str, Path(description="Key of a fact.", max_length=200)]) -> Response:
    """One fact with its question and values."""
    facts = law.kb.schema.facts
    if key not in facts:
        raise no_such("fact", key, facts)
    return of_law(request, fact_view(law, facts[key]))
