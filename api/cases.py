"""A case from the body of a request: JSON, or RDF read by a process that may die of it."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.case_model import CodeName, DayText, M, checked
from api.law import Law, LawDep, today
from api.problems import Fault, Problem, from_engine
from engine.case_files import Overriding, canonical, redated
from engine.case_json import Where, case_of_json, parse_date, parse_json
from engine.cases import Case
from engine.errors import CaseError, Location

JSON_FORMS = ("application/json",)
RDF_FORMS = {"text/turtle": "case.ttl", "application/ld+json": "case.jsonld", "application/n-triples": "case.nt"}
FORMS = (*JSON_FORMS, *RDF_FORMS)
NOTHING_INSTEAD = Overriding()


@dataclass(frozen=True)
class Pointers(Where):
    """Places in a JSON document, as JSON Pointers. at: where the document stands in the body."""

    document: object = None
    root: str = "#"

    def at(self, token: str) -> Location:
        """The first place at which a name or a value stands."""
        found = next(iter(find(self.document, token)), None)
        return Location(self.root if found is None else self.root + found)


def find(document: object, token: str) -> Iterable[str]:
    """Pointers to a name or a value, in the order of the document."""
    items: Iterable[tuple[object, object]] = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for name, value in items:
        here = "/" + str(name).replace("~", "~0").replace("/", "~1")
        if token in (name, value):
            yield here
        for below in find(value, token):
            yield here + below


def form_of(request: Request, forms: Sequence[str] = FORMS) -> str:
    """The media type of the body; another than these is refused."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in forms:
        raise Problem(
            "media-type", f"the body is {given or 'of no stated type'}", f"send one of: {', '.join(forms)}", headers={"Accept-Post": ", ".join(forms)}
        )
    return given


def text_of(body: bytes) -> str:
    """The body as text."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("malformed", f"the body is not UTF-8 (byte {error.start})", "send it as UTF-8") from error


def document_of(text: str) -> dict[str, Any]:
    """The body as a JSON object. Nesting without end and repeated keys are refused."""
    try:
        return dict(parse_json(text, "body"))
    except CaseError as error:
        raise from_engine(error, "malformed") from error


async def json_of(request: Request) -> dict[str, Any]:
    """The body of a request as a JSON object."""
    form_of(request, JSON_FORMS)
    return document_of(text_of(await request.body()))


def case_of(law: Law, model: Any, document: Mapping[str, Any], instead: Overriding = NOTHING_INSTEAD, root: str = "#") -> Case:
    """A case from a JSON document, checked by the model of the ontology and read by the engine."""
    given = {**document, **({"jurisdiction": list(instead.jurisdictions)} if instead.jurisdictions else {})}
    checked(model, given, root)
    where = Pointers("body", "", document, root)
    case = case_of_json(given, law.kb.schema, where, today())
    return redated(dataclasses.replace(case, jurisdictions=canonical(law.kb, case.jurisdictions, where.at("jurisdiction"))), instead)


def sub_document(document: Mapping[str, Any], key: str = "case") -> dict[str, Any]:
    """A case that stands inside a body."""
    found = document.get(key)
    if not isinstance(found, dict):
        fix = f'send {{"{key}": {{"jurisdiction": …, "facts": {{…}}}}, …}}'
        raise Problem("invalid", f"the body has no object {key!r}", fix, (Fault("no case is given", fix, f"#/{key}"),))
    return found


async def question_of(request: Request, law: Law, model: type[M]) -> tuple[Case, M]:
    """A case in a body, and what the body asks of it, each field as the model says."""
    body = await json_of(request)
    given = sub_document(body)
    return case_of(law, request.app.state.case_model, given, root="#/case"), checked(model, body)


Code = Annotated[
    list[CodeName], Query(min_length=1, alias="jurisdiction", description="Ask under the law of this place instead of the case's; repeatable.", max_length=71)
]
Day = Annotated[DayText | None, Query(description="In place of the case's date of the events.")]
KnownDay = Annotated[DayText | None, Query(description="In place of the case's date of the question.")]


async def instead_of(jurisdiction: Code = [], as_of: Day = None, known_as_of: KnownDay = None) -> Overriding:  # noqa: B006  never changed
    """What the parameters say in place of the case."""
    return Overriding(tuple(jurisdiction), day_of(as_of, "as_of"), day_of(known_as_of, "known_as_of"))


def day_of(text: str | None, name: str) -> datetime.date | None:
    """A date of a parameter."""
    return None if text is None else parse_date(text, name, Location(f"parameter {name}"))


Instead = Annotated[Overriding, Depends(instead_of)]


async def read_case(request: Request, law: LawDep, instead: Instead) -> tuple[Case, dict[str, Any]]:
    """The case of a request, and its document, which is what is stored of it."""
    form = form_of(request)
    if form in JSON_FORMS:
        document = document_of(text_of(await request.body()))
        return case_of(law, request.app.state.case_model, document, instead), document
    text = text_of(await request.body())
    case = await request.app.state.read_rdf(law, text, form, instead)
    return case, {"form": form, "text": text}


CaseDep = Annotated[tuple[Case, dict[str, Any]], Depends(read_case)]
