"""The OpenAPI document: what FastAPI gathers, the schemas that come from the ontology, and examples that are real cases."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from api.access import OPEN
from api.case_model import LINK, REF, components
from api.described import MODELS
from api.law import Law
from api.models.problems import Problem
from api.name_schemas import name_schemas
from api.openapi_links import links_of
from api.problems import MEDIA
from api.routes.explanations import AskBody
from api.routes.interview import InterviewBody
from api.routes.places import Compare
from engine.paths import data

TAGS = [
    {"name": "assessments", "description": "Cases in, what the law asks out."},
    {"name": "explanations", "description": "Why, why not, what if, what is missing, what to ask next."},
    {"name": "receipts", "description": "Assessments that anybody can repeat."},
    {"name": "law", "description": "Norms, jurisdictions, sources and decisions."},
    {"name": "vocabulary", "description": "What a case can state."},
    {"name": "queries", "description": "Questions to the ontology that have a name."},
    {"name": "ontology", "description": "The ontology as RDF."},
    {"name": "service", "description": "The service itself."},
]
DESCRIPTION = (
    "Must, may or must not a professional break confidentiality when a patient threatens violence? The law of many jurisdictions as an ontology, "
    "and an engine that answers for one case, down to the provision and the fact. Research and decision support, not legal advice."
)
HEADERS = {
    "Law-Version": {"description": "Hash of the ontology that was served.", "schema": {"type": "string"}},
    "X-Request-Id": {"description": "The id of the request: the client's own, or one that was given.", "schema": {"type": "string"}},
}
TEXT_HEADER = {"schema": {"type": "string"}}
MORE_HEADERS: Mapping[str, Mapping[str, str]] = {
    "201": {"Location": "Where it is kept.", "Expires-At": "Until when."},
    "401": {"WWW-Authenticate": "How a key is sent."},
    "405": {"Allow": "The methods that are allowed."},
    "415": {"Accept-Post": "The forms that are understood."},
    "429": {"Retry-After": "Seconds to wait.", "RateLimit": "What is left.", "RateLimit-Policy": "How many requests in how many seconds."},
    "503": {"Retry-After": "Seconds to wait; absent where waiting does not help."},
}
"""Status → headers that its answers have besides."""
EXAMPLES = {"application/json": "tarasoff.json", "application/ld+json": "tarasoff.jsonld", "text/turtle": "tarasoff.ttl"}


def example(media: str) -> Any:
    """The facts of a real case, in a form."""
    text = (data("examples") / EXAMPLES[media]).read_text(encoding="utf-8")
    return text if media == "text/turtle" else json.loads(text)


@cache
def asked() -> Mapping[str, Any]:
    """Model of a request → an example, from examples/requests.json, where a case may be named by its file."""
    found: dict[str, Any] = json.loads((data("examples") / "requests.json").read_text(encoding="utf-8"))
    for one in found.values():
        if isinstance(one["value"]["case"], str):
            one["value"]["case"] = json.loads((data("examples") / one["value"]["case"]).read_text(encoding="utf-8"))
    return found


def schemas_of(model: type[BaseModel], mode: JsonSchemaMode = "validation") -> Mapping[str, Any]:
    """The schema of a model and of the models inside it: as we take it, or as we give it."""
    found = model.model_json_schema(ref_template=REF + "{model}", by_alias=True, mode=mode)
    inner = found.pop("$defs", {})
    return {name: linked(schema) for name, schema in {**inner, model.__name__: found}.items()}


def linked(schema: Any) -> Any:
    """A schema with its links written as references."""
    if isinstance(schema, list):
        return [linked(s) for s in schema]
    if isinstance(schema, dict):
        return {"$ref": REF + schema[LINK]} if LINK in schema else {k: linked(v) for k, v in schema.items()}
    return schema


def build(app: FastAPI, law: Law) -> dict[str, Any]:
    """The whole document."""
    found = get_openapi(
        title="dutygraph",
        version=app.version,
        openapi_version="3.1.0",
        summary="The law of dangerous patients, as an API",
        description=DESCRIPTION,
        routes=app.routes,
        tags=sorted(TAGS, key=lambda tag: tag["name"]),
        contact={"name": "dutygraph", "url": "https://w3id.org/dutygraph/"},
        license_info={"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        servers=[{"url": "/", "description": "This server"}],
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for model in MODELS.values():
        schemas.update(schemas_of(model, "serialization"))
    schemas.update(schemas_of(app.state.case_model))
    schemas.update(schemas_of(Problem))
    schemas.update(schemas_of(Compare))
    schemas.update(schemas_of(AskBody))
    schemas.update(schemas_of(InterviewBody))
    schemas.update(components(law.kb.schema))
    schemas.update(name_schemas(law))
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    found["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A key, where the operator asks for one."},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    keys: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]
    found["security"] = keys if app.state.settings.has_keys else [{}, *keys]
    for address, path in found["paths"].items():
        for operation in path.values():
            finish(operation)
            if address in OPEN:
                operation["security"] = [{}]
    return dict(linked(found))


def of_parameter(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a parameter, which may be left out, but in an address can be neither null nor an empty list."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    found = {k: v for k, v in schema.items() if k not in ("anyOf", "title")} | kinds[0] if len(kinds) == 1 else schema
    return {k: v for k, v in found.items() if (k, v) != ("default", [])}


def finish(operation: dict[str, Any]) -> None:
    """The headers of every answer, the examples of every case, and no answer twice."""
    for status, response in operation["responses"].items():
        more = {name: {"description": words, **TEXT_HEADER} for name, words in MORE_HEADERS.get(status, {}).items()}
        response.setdefault("headers", {}).update(HEADERS | more)
        if links := links_of(operation["operationId"], status):
            response["links"] = links
        if status == "422" and MEDIA in response.get("content", {}):
            response["content"] = {MEDIA: response["content"][MEDIA]}
        if response.get("content", {}).get("application/json", {}).get("schema") == {} and len(response["content"]) > 1:
            del response["content"]["application/json"]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = of_parameter(parameter["schema"])
    content = operation.get("requestBody", {}).get("content", {})
    if content.get("application/json", {}).get("schema") == {"$ref": REF + "Case"}:
        for media in EXAMPLES:
            content[media]["examples"] = {"tarasoff": {"summary": "The facts of Tarasoff v. Regents", "value": example(media)}}
    elif (name := content.get("application/json", {}).get("schema", {}).get("$ref", "").removeprefix(REF)) in asked():
        content["application/json"]["examples"] = {"tarasoff": asked()[name]}
    elif "application/x-ndjson" in content:
        line = json.dumps(example("application/json"))
        content["application/x-ndjson"]["examples"] = {"two": {"summary": "A case that can be read, and one that cannot", "value": f"{line}\n{{}}\n"}}
