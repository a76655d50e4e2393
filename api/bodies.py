"""How the bodies of requests are described in OpenAPI. The schema of a case is generated; see api/case_model.py."""

from typing import Any

REF = "#/components/schemas/"
TEXT: dict[str, Any] = {"type": "string"}
CASE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One case.",
        "content": {
            "application/json": {"schema": {"$ref": REF + "Case"}},
            "application/ld+json": {"schema": {"type": "object", "description": "A case in JSON-LD. The context must stand inside; nothing is fetched."}},
            "text/turtle": {"schema": {**TEXT, "description": "A case in Turtle."}},
            "application/n-triples": {"schema": {**TEXT, "description": "A case in N-Triples."}},
        },
    }
}
BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Cases in JSON, one on each line.",
        "content": {"application/x-ndjson": {"schema": {**TEXT, "description": "Each line is a Case."}}},
    }
}


def json_body(name: str, description: str) -> dict[str, Any]:
    """A body that is a JSON object of a schema."""
    return {"requestBody": {"required": True, "description": description, "content": {"application/json": {"schema": {"$ref": REF + name}}}}}
