"""What schemathesis is told beside the document: forms that it cannot write by itself, names that exist, and a vocabulary that is not too long.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS). With DUTYGRAPH_CONTRACT=whole nothing of the vocabulary is left out; with `links`
assessments are kept, so that there is something to follow the links to.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
NDJSON = "application/x-ndjson"
PLACE = "AU"
"""A place with few norms, so that thousands of requests take a minute."""
NORMS = ["au-app-6", "au-npp-2"]
REAL = {
    ("/v1/jurisdictions/{code}", "code"): ["US-CA", "GB-ENG"],
    ("/v1/norms/{norm_id}", "norm_id"): ["us-ca-civ-43-92"],
    ("/v1/decisions/{decision_id}", "decision_id"): ["tarasoff-v-regents"],
    ("/v1/facts/{key}", "key"): ["threat.harm", "professional.role"],
    ("/problems/{kind}", "kind"): ["invalid", "too-deep"],
    ("/ontology/{name}", "name"): ["norms", "law/us-ca-civ-43-92"],
}
"""(address, parameter) → values that exist, besides which strange ones are tried all the same."""
FACTS = 1
"""Facts of each shape that are kept in each part of a case."""
REF = "#/components/schemas/"
RDF = ("text/turtle", "application/n-triples", "application/ld+json")
Json = dict[str, Any]


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: Json) -> None:
    """The document as it is tested: no narrower in what it says of answers, and shorter in the names that it lists."""
    schemas = raw_schema["components"]["schemas"]
    schemas["NormId"] = {"type": "string", "enum": NORMS}  # the document can but say what an id looks like; which there are, the law says
    for (path, name), values in REAL.items():
        parameter = next(p for p in raw_schema["paths"][path]["get"]["parameters"] if p["name"] == name)
        parameter["examples"] = {value: {"value": value} for value in values}
    batch = raw_schema["paths"]["/v1/batch"]["post"]["requestBody"]["content"][NDJSON]
    batch["schema"] = {"type": "array", "items": {"$ref": REF + "Case"}, "maxItems": 3}  # OpenAPI 3.1 has no word for lines
    batch["examples"] = {"two": {"value": [json.loads((EXAMPLES / "tarasoff.json").read_text(encoding="utf-8"))] * 2}}
    narrow(raw_schema)
    if os.environ.get("DUTYGRAPH_CONTRACT") != "whole":
        shorten(schemas)
        schemas["SmallCase"] = small_case(schemas)
        for body in ("AskBody", "InterviewBody", "Compare"):
            schemas[body]["properties"]["case"] = {"$ref": REF + "SmallCase"}
        raw_schema["paths"]["/v1/receipts"]["post"]["requestBody"]["content"]["application/json"]["schema"] = {"$ref": REF + "SmallCase"}
        batch["schema"]["items"] = {"$ref": REF + "SmallCase"}
        assess = raw_schema["paths"]["/v1/assess"]["post"]
        slow = ("explain",) if os.environ.get("DUTYGRAPH_CONTRACT") == "links" else ("explain", "store")
        assess["parameters"] = [p for p in assess["parameters"] if p["name"] not in slow]  # each is a good deal of work


def narrow(document: Json) -> None:
    """What depends on another part of the request, which a schema cannot say, is given as it is always right."""
    schemas = document["components"]["schemas"]
    schemas["JurisdictionCode"]["enum"] = [PLACE]  # a norm that is asked about has to be law there, a place one of the case's
    schemas["ActionTaken"]["properties"]["action"] = {"$ref": REF + "ActKey"}  # or the id of an act of the case
    schemas["ActionTaken"]["properties"]["toward"] = {"type": "null"}  # or the id of a victim of the case
    schemas["FactKey"]["enum"] = ["professional.role"]  # the thing and the values that fit depend on the fact
    for body in ("SpotBody", "AnswerBody"):
        schemas[body]["properties"]["thing"] = {"type": "null"}
    schemas["AnswerBody"]["properties"]["values"] = {"type": "array", "items": {"type": "string", "enum": ["psychologist"]}, "maxItems": 1}
    for path in ("/v1/assess", "/v1/receipts", "/v1/batch"):
        operation = document["paths"][path]["post"]
        operation["parameters"] = [p for p in operation["parameters"] if p["name"] != "jurisdiction"]  # with it the case needs none
    for path in ("/v1/assess", "/v1/receipts"):
        for media in RDF:  # examples of what has a strategy of its own below
            document["paths"][path]["post"]["requestBody"]["content"][media].pop("examples", None)


def small_case(schemas: Json) -> Json:
    """A case without lists. /v1/assess is sent whole ones; the other addresses read a case by the same code."""
    case = schemas["Case"]
    names = ("jurisdiction", "law_as_of", "known_as_of")
    facts = {**schemas["Facts"], "properties": dict(list(schemas["Facts"]["properties"].items())[:2])}
    return {**case, "properties": {**{n: case["properties"][n] for n in names}, "facts": facts}}


def shorten(schemas: Json) -> None:
    """A few facts of each shape in each part of a case, and a few of the names that are listed."""
    for name, schema in schemas.items():
        if name.endswith("Facts"):
            schema["properties"] = dict(chosen(schemas, schema["properties"]))
        elif len(schema.get("enum", ())) > len(NORMS):
            schema["enum"] = sorted({*schema["enum"][:2], *({"warn_victim", "obligation", "why"} & {*schema["enum"]})})


def chosen(schemas: Json, properties: Json) -> Iterator[tuple[str, Json]]:
    """The first facts of each shape: yes or no, one of several, several of several."""
    seen: dict[str, int] = {}
    for key, reference in properties.items():
        words, several, *_ = schemas[reference["$ref"].rsplit("/", 1)[1]]["anyOf"]
        shape = f"{'enum' in words} {several.get('maxItems')}"
        seen[shape] = seen.get(shape, 0) + 1
        if seen[shape] <= FACTS:
            yield key, reference


@schemathesis.serializer(NDJSON)
def write_lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A list as lines; anything else as the one line that it is."""
    return b"\n".join(json.dumps(line, ensure_ascii=False).encode() for line in (value if isinstance(value, list) else [value])) + b"\n"


@schemathesis.serializer("application/n-triples")
def write_triples(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Text as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


def example(name: str) -> bytes:
    """An example, asked about under the law of the place."""
    return (EXAMPLES / name).read_bytes().replace(b"US-CA", PLACE.encode())


TRIPLES = f"""<urn:x:c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/dutygraph/domain#Case> .
<urn:x:c> <https://w3id.org/dutygraph/norms#forum> "{PLACE}" .
""".encode()
for media, documents in zip(RDF, ([example("tarasoff.ttl"), TRIPLES], [TRIPLES], [example("tarasoff.jsonld")]), strict=True):
    schemathesis.openapi.media_type(media, st.sampled_from(documents))


@schemathesis.check
def every_line_is_answered(context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """A batch answers each line that it was sent, in order, by an assessment or a problem."""
    if case.path != "/v1/batch" or response.status_code != 200:
        return
    answers = [json.loads(line) for line in response.content.splitlines()]
    sent = case.body if isinstance(case.body, list) else [case.body]
    assert [a["line"] for a in answers] == list(range(1, len(sent) + 1))
    assert all(set(a) == {"line", "assessment"} or set(a) == {"line", "problem"} for a in answers)
