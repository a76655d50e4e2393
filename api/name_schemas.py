"""The names that requests use, as schemas of OpenAPI: listed where they are few, so that an app can offer them."""

from collections.abc import Collection, Mapping
from typing import Any

from api.law import Law
from engine.explanations import EXPLANATIONS

Json = dict[str, Any]


def listed(title: str, description: str, names: Collection[str]) -> Json:
    """A name out of a few."""
    return {"type": "string", "title": title, "description": description, "enum": sorted(names)}


def name_schemas(law: Law) -> Mapping[str, Json]:
    """Name of a schema → schema. api/case_model.py refers to them by LINK."""
    return {
        "JurisdictionCode": listed("Jurisdiction code", "A place, a code of ethics or a body of guidance, as /v1/jurisdictions lists them.", law.codes),
        "Modality": listed("Modality", "What a norm does: whether it requires, allows, forbids …", law.names["modality"]),
        "OrderKey": listed("Order", "The order that a norm belongs to.", law.names["order"]),
        "ActKey": listed("Act", "A kind of act, as /v1/facts lists them under `actions`.", law.names["action"]),
        "Confidence": listed("Confidence", "How sure the reading of the source is.", law.names["confidence"]),
        "ExplanationName": listed("Kind of explanation", "As /v1/explanations lists them with what each needs.", EXPLANATIONS),
        "FactKey": listed("Fact", "Key of a fact, as /v1/facts lists them.", law.kb.schema.facts),
        "NormId": {
            "type": "string",
            "title": "Id of a norm",
            "description": "As /v1/norms lists them.",
            "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            "maxLength": 200,
            "examples": [next(iter(sorted(law.kb.by_id)))],
        },
        "Date": {"type": "string", "title": "Date", "format": "date", "description": "YYYY-MM-DD."},
    }
