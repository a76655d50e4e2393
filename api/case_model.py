"""Models of a case, generated from the ontology: a new fact appears in OpenAPI and is checked without any Python."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from api.problems import WHERE, Fault, Problem
from engine.case_json import Draft, Where, parse_date, read_value, unknown
from engine.errors import CaseError, Location
from engine.schema import Fact, Schema

REF = "#/components/schemas/"
LINK = "x-schema"
"""Stands for a reference to a schema that pydantic does not know; api/openapi.py writes it out."""
STRICT = ConfigDict(extra="forbid", populate_by_name=False)
Json = dict[str, Any]
M = TypeVar("M", bound=BaseModel)


def refer(schema: str) -> WithJsonSchema:
    """That values are described by a schema that the ontology makes."""
    return WithJsonSchema({LINK: schema})


CodeName = Annotated[str, refer("JurisdictionCode")]
NormName = Annotated[str, refer("NormId")]
ModalityName = Annotated[str, refer("Modality")]
ActName = Annotated[str, refer("ActKey")]
OrderName = Annotated[str, refer("OrderKey")]
ConfidenceName = Annotated[str, refer("Confidence")]
FactName = Annotated[str, refer("FactKey")]
DayText = Annotated[str, refer("Date")]


def read_day(value: object) -> datetime.date | None:
    """YYYY-MM-DD as a date."""
    try:
        return None if value is None else parse_date(value, "the day", Location(""))
    except CaseError as error:
        raise ValueError(error.args[1]) from error


Day = Annotated[datetime.date, BeforeValidator(read_day)]


YES_NO: Json = {"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["true", "false", "yes", "no"]}]}


def fact_schema(fact: Fact) -> Json:
    """What a case may say of a fact, as JSON Schema."""
    words: Json = YES_NO if fact.yes_no else {"type": "string", "enum": list(fact.values)}
    several: Json = {"type": "array", "items": words, "minItems": 1, "uniqueItems": True, **({"maxItems": 1} if fact.exclusive or fact.yes_no else {})}
    denied: Json = {
        "type": "object",
        "properties": {"is": {"anyOf": [words, several]}, "not": {"anyOf": [words, {"type": "array", "items": words, "minItems": 1, "uniqueItems": True}]}},
        "additionalProperties": False,
        "minProperties": 1,
        "title": "Denied",
    }
    presumed = next((v for v, cls in fact.values.items() if cls == fact.presumed), None)
    notes = [fact.definition, f"Presumed {presumed!r} where the case is silent." if presumed else "", "Open-textured." if fact.open_textured else ""]
    return {"title": fact.question, "description": " ".join(n for n in notes if n), "anyOf": [words, several, denied, {"type": "null"}]}


def component_name(fact: Fact) -> str:
    """The name of a fact's schema in OpenAPI."""
    return f"Fact.{fact.key}"


def components(schema: Schema) -> Mapping[str, Json]:
    """The schemas of all facts."""
    return {component_name(fact): fact_schema(fact) for fact in schema.facts.values()}


def checker(schema: Schema, fact: Fact) -> Callable[[object], object]:
    """A validator that says what the engine says."""

    def check(value: object) -> object:
        try:
            read_value(Draft(schema, Where("body"), []), fact, value)
        except CaseError as error:
            raise PydanticCustomError("fact", "{problem}", {"problem": error.args[1], "fix": error.cure(WHERE)}) from error
        return value

    return check


def facts_model(schema: Schema, name: str, path: tuple[str, ...]) -> type[BaseModel]:
    """The facts that may be said of a thing at the end of a path, or of anything below it."""
    fields: dict[str, Any] = {}
    for number, fact in enumerate(f for f in schema.facts.values() if f.path[: len(path)] == path):
        kind = Annotated[Any, PlainValidator(checker(schema, fact)), WithJsonSchema({LINK: component_name(fact)})]
        fields[f"fact_{number}"] = (kind, Field(default=None, alias=fact.key))
    return create_model(name, __config__=ConfigDict(extra="forbid", title=name), **fields)


def item_model(schema: Schema, key: str, path: tuple[str, ...]) -> type[BaseModel]:
    """One item of a nested list, with the lists that may stand inside it."""
    name = "".join(part.capitalize() for part in key.removesuffix("s").split("_"))
    fields: dict[str, Any] = {
        "id": (str | None, Field(default=None, max_length=200, description="A name for it, to be used in answers; not a person's name.")),
        "facts": (facts_model(schema, f"{name}Facts", path) | None, None),
        **lists_of(schema, path),
    }
    if path == (schema.act_role,):
        fields["action"] = (action_kind(schema) | None, None)
    return create_model(name, __config__=ConfigDict(extra="forbid", title=name), **fields)


def lists_of(schema: Schema, path: tuple[str, ...]) -> dict[str, Any]:
    """The nested lists below a path."""
    below = {p[-1]: p for p in schema.paths if p and p[:-1] == path and p[-1] in schema.lists}
    return {schema.lists[role]: (optional_list(item_model(schema, schema.lists[role], p)), None) for role, p in below.items()}


def optional_list(kind: Any) -> Any:
    """The type of a list that may be left out."""
    return list[kind] | None


def action_kind(schema: Schema) -> Any:
    """The keys of acts, as a type."""
    names = list(schema.actions)

    def check(value: object) -> object:
        if not isinstance(value, str) or value not in names:
            error = unknown(Location("action"), "action", str(value), names)
            raise PydanticCustomError("action", "{problem}", {"problem": error.args[1], "fix": error.cure(WHERE)})
        return value

    return Annotated[Any, PlainValidator(check), WithJsonSchema({LINK: "ActKey"})]


def case_model(schema: Schema) -> type[BaseModel]:
    """The model of a case. Jurisdictions are checked by the engine, which knows their other names."""
    code: Json = {LINK: "JurisdictionCode"}
    place = Annotated[Any, PlainValidator(lambda v: v), WithJsonSchema({"anyOf": [code, {"type": "array", "items": code, "minItems": 1}]})]
    done = create_model(
        "ActionTaken",
        __config__=STRICT,
        action=(str, Field(min_length=1, description="Key of an act, or id of one of the case's acts.")),
        at=(datetime.datetime | None, Field(default=None, description="When.")),
        toward=(str | None, Field(default=None, description="Id of the victim toward whom.")),
    )
    fields: dict[str, Any] = {
        "case": (str | None, Field(default=None, max_length=200, description="A name for the case; nothing by which a person could be known.")),
        "jurisdiction": (place, Field(description="Whose law is asked, by code; several for a case across borders.")),
        "law_as_of": (datetime.date | None, Field(default=None, description="Date of the events; today if absent.")),
        "known_as_of": (datetime.date | None, Field(default=None, description="Date of the question; today if absent.")),
        "facts": (facts_model(schema, "Facts", ()), Field(default_factory=dict, description="Fact → value. What is left out is unknown, not false.")),
        "actions_taken": (optional_list(action_kind(schema) | done), Field(default=None, description="What was done, complete as listed.")),
        "note": (str | None, Field(default=None, description="Free text, not read.")),
        **lists_of(schema, ()),
    }
    return create_model("Case", __config__=ConfigDict(extra="forbid", title="Case"), **fields)


def checked(model: type[M], document: Mapping[str, object], at: str = "#") -> M:
    """What a document says, as a model allows it; every fault at once. at: where the document stands in the body."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = [fault_of(model, e, at) for e in error.errors(include_url=False, include_input=False)]
        first = {f.pointer: f for f in reversed(faults)}  # a union complains once for each of its members
        chosen = tuple(reversed(first.values()))
        raise Problem("invalid", "; ".join(f.detail for f in chosen[:3]), chosen[0].fix, chosen) from error


def fault_of(model: type[BaseModel], error: Mapping[str, Any], at: str) -> Fault:
    """One complaint as a place and a cure."""
    place = [str(p) for p in error["loc"] if not (isinstance(p, str) and p.startswith(("function-plain[", "list[", "ActionTaken")))]
    pointer = at + "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in place)
    if error["type"] == "extra_forbidden":
        strange = unknown(Location(pointer), "fact" if place[-2:-1] == ["facts"] else "key", place[-1], names_at(model, place[:-1]))
        return Fault(strange.args[1], strange.cure(WHERE), pointer)
    context = error.get("ctx", {})
    if "fix" in context:
        return Fault(context["problem"], context["fix"], pointer)
    return Fault(f"{place[-1] if place else 'the body'}: {error['msg']}", f"see the schema {model.__name__} in /openapi.json", pointer)


def names_at(model: type[BaseModel], place: Sequence[str]) -> list[str]:
    """The names that a model, or a model inside it, takes."""
    for part in place:
        if part.isdigit():
            continue
        found = next((f.annotation for n, f in model.model_fields.items() if (f.alias or n) == part), None)
        inner = [a for a in walk_types(found) if isinstance(a, type) and issubclass(a, BaseModel)]
        if not inner:
            return []
        model = inner[0]
    return [f.alias or n for n, f in model.model_fields.items()]


def walk_types(kind: Any) -> list[Any]:
    """A type and the types inside it."""
    return [kind, *(t for a in getattr(kind, "__args__", ()) for t in walk_types(a))]
