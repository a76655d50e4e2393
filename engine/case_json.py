"""Reading a case in JSON, flat or nested. Whatever is not understood is refused, with the nearest thing that is."""

import datetime
import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.cases import Case, Said, Silent, Taken, Thing, standard_things
from engine.errors import CaseError, Location
from engine.schema import Fact, Schema

LIMIT = 1_000_000
"""Longest case accepted, in characters. A case is a page of facts; ten megabytes are a mistake or an attack."""

KEYS = ("case", "jurisdiction", "law_as_of", "known_as_of", "facts", "actions_taken", "$schema", "note")
FEW = 24
"""Names that are listed rather than looked up."""
WORDS = {"yes": "true", "no": "false", "true": "true", "false": "false"}

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Where:
    """Places in the text of a case, for messages. text: the document, searched for the line of a name."""

    name: str
    text: str = ""

    def at(self, token: str) -> Location:
        """The line on which a name first stands in quotes."""
        before, found, _ = self.text.partition(json.dumps(token, ensure_ascii=False))
        return Location(self.name, before.count("\n") + 1 if found else 0)


@dataclass
class Draft:
    """What has been read so far."""

    schema: Schema
    where: Where
    things: list[Thing]
    said: list[Said] = field(default_factory=list)
    about_acts: list[tuple[tuple[str, ...], str, bool, str]] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def reached(self, path: Sequence[str], start: str) -> list[str]:
        """Names of the things at the end of a path."""
        names = [start]
        for role in path:
            names = [t.name for t in self.things if t.role == role and t.parent in names]
        return names


def parse_json(text: str, name: str) -> Json:
    """JSON text as an object. Syntax errors, repeated keys and endless nesting are refused with their line."""
    check_size(text, name)
    try:
        found = json.loads(text, object_pairs_hook=lambda pairs: _no_repeats(pairs, name, text), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise CaseError(Location(name, error.lineno), f"not JSON: {error.msg}, column {error.colno}", "correct the syntax there") from error
    except ValueError as error:
        raise CaseError(Location(name), "a number has too many digits", "no fact of a case is such a number") from error
    except RecursionError as error:
        raise CaseError(Location(name), "the JSON is nested too deeply", "a case needs fewer than ten levels") from error
    if not isinstance(found, dict):
        raise CaseError(Location(name, 1), f"a case is a JSON object, not {_kind(found)}", 'write { "jurisdiction": …, "facts": { … } }')
    return found


def check_size(text: str, name: str) -> None:
    """Refuse what is empty or far too long to be a case."""
    if not text.strip():
        raise CaseError(Location(name), "the case is empty", 'write at least { "jurisdiction": "…", "facts": {} }')
    if len(text) > LIMIT:
        raise CaseError(Location(name), f"the case has {len(text):,} characters; the limit is {LIMIT:,}", "send one case, not a collection", "many cases")


def _no_repeats(pairs: list[tuple[str, object]], name: str, text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise CaseError(Where(name, text).at(key), f"{key!r} is given twice", "give it once; several values go in a list")
        found[key] = value
    return found


def _no_constant(text: str) -> object:
    raise json.JSONDecodeError(f"{text} is not a value", text, 0)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number", type(None): "null"}
    return names[type(value)]


def case_of_json(document: Json, schema: Schema, where: Where, today: datetime.date) -> Case:
    """A case from parsed JSON. Dates that are not given are `today`."""
    refuse_unknown(document, (*KEYS, *schema.lists.values()), where, "key")
    draft = Draft(schema, where, list(standard_things(schema)))
    draft.names |= {t.name for t in draft.things} | set(schema.actions)
    focus = draft.things[0].name
    read_lists(draft, document, focus, schema.focus)
    facts = {} if document.get("facts") is None else document["facts"]
    if not isinstance(facts, dict):
        raise CaseError(where.at("facts"), f"facts is {_kind(facts)}", 'write "facts": { "key": "value" }')
    fill_gaps(draft, document)
    for key, value in facts.items():
        read_fact(draft, key, value, focus, ())
    law_as_of = read_date(document, "law_as_of", where, today)
    known_as_of = read_date(document, "known_as_of", where, max(today, law_as_of))
    return Case(
        str(document.get("case") or "case"),
        read_jurisdictions(document, where),
        law_as_of,
        known_as_of,
        tuple(draft.things),
        tuple(draft.said),
        tuple(draft.about_acts),
        tuple(draft.silent),
        read_taken(document, schema, where, draft.names),
    )


def refuse_unknown(found: Iterable[str], known: Iterable[str], where: Where, what: str) -> None:
    """The first name that is not known, with the nearest that are."""
    names = list(known)
    for name in found:
        if name not in names:
            raise unknown(where.at(name), what, name, names)


def unknown(at: Location, what: str, name: str, names: Iterable[str]) -> CaseError:
    """The refusal of a name that is not known: with those like it, or all where they are few, or else with what could be looked up."""
    known = list(names)
    near = nearest(name, known) or (f"use one of: {', '.join(sorted(known))}" if len(known) <= FEW else "")
    return CaseError(at, f"unknown {what} {name!r}", near, "" if near else what)


def nearest(name: str, names: Sequence[str]) -> str:
    """A cure for a misspelt name; '' where no name is like it."""
    names = list(dict.fromkeys(names))
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    near = near or [n for n in names if name and (name in n or n.split(".")[-1] in name)][:3]
    return f"did you mean {' or '.join(near)}?" if near else ""


def read_jurisdictions(document: Json, where: Where) -> tuple[str, ...]:
    """The codes of the forums; at least one."""
    given = document.get("jurisdiction")
    codes = given if isinstance(given, list) else [given]
    if not codes or not all(isinstance(c, str) and c for c in codes):
        raise CaseError(where.at("jurisdiction"), "no jurisdiction is given", 'add "jurisdiction": "US-CA", or a list of codes', "place instead")
    return tuple(dict.fromkeys(str(c) for c in codes))


def read_date(document: Json, key: str, where: Where, default: datetime.date) -> datetime.date:
    """A calendar date, or the default."""
    given = document.get(key)
    if given is None:
        return default
    return parse_date(given, key, where.at(key))


def parse_date(given: object, key: str, at: Location) -> datetime.date:
    """YYYY-MM-DD and nothing else."""
    text = given if isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given) else ""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise CaseError(at, f"{key} {given!r} is not a date", "write a day that exists, as 2024-05-01") from error


def read_taken(document: Json, schema: Schema, where: Where, names: Iterable[str]) -> tuple[Taken, ...] | None:
    """The acts that were done; None if the case does not speak of them."""
    given = document.get("actions_taken")
    if given is None:
        return None
    if not isinstance(given, list):
        raise CaseError(where.at("actions_taken"), f"actions_taken is {_kind(given)}", 'write a list: ["warn_victim"]')
    return tuple(_taken(item, schema, where, set(names)) for item in given)


def _taken(item: object, schema: Schema, where: Where, names: set[str]) -> Taken:
    entry = item if isinstance(item, dict) else {"action": item}
    refuse_unknown(entry, ("action", "at", "toward"), where, "key of an action")
    action = entry.get("action")
    if not isinstance(action, str) or action not in names or not (action in schema.actions or action in names):
        raise unknown(where.at(str(action)), "action", str(action), schema.actions)
    toward = str(entry.get("toward") or "")
    if toward and toward not in names:
        raise CaseError(where.at(toward), f"nobody in the case has the id {toward!r}", "use the id of a victim in the case")
    return Taken(action, _time(entry.get("at"), where), toward)


def _time(given: object, where: Where) -> datetime.datetime | None:
    if given is None:
        return None
    try:
        return datetime.datetime.fromisoformat(str(given))
    except ValueError as error:
        raise CaseError(where.at(str(given)), f"{given!r} is not a time", "write it as 2024-05-01T09:30:00+00:00") from error


def read_lists(draft: Draft, document: Json, parent: str, cls: str) -> None:
    """The nested lists (threats, their victims …) of a thing, as far as the ontology names them."""
    for role, key in draft.schema.lists.items():
        if document.get(key) is None:
            continue
        if draft.schema.axioms.roles.domains.get(role, frozenset((cls,))).isdisjoint(draft.schema.axioms.wider(cls)):
            raise CaseError(draft.where.at(key), f"{key!r} does not belong there", f"put it inside {_homes(draft.schema, role)}")
        items = document[key]
        if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
            raise CaseError(draft.where.at(key), f"{key} is not a list of objects", f'write "{key}": [ {{ "facts": {{ … }} }} ]')
        for number, item in enumerate(items, start=1):
            read_item(draft, item, role, key, parent, number)


def _homes(schema: Schema, role: str) -> str:
    domains = schema.axioms.roles.domains.get(role, frozenset())
    keys = [key for r, key in schema.lists.items() if schema.axioms.roles.ranges.get(r, frozenset()) & domains]
    return f"an item of {' or '.join(keys)}" if keys else "the case"


def read_item(draft: Draft, item: Json, role: str, key: str, parent: str, number: int) -> None:
    """One item of a nested list: an id, facts about it, and lists of its own."""
    refuse_unknown(item, ("id", "action", "facts", *draft.schema.lists.values()), draft.where, f"key in {key}")
    count = sum(1 for t in draft.things if t.role == role) + 1
    name = str(item.get("id") or f"{key.removesuffix('s')}-{count}")
    if name in draft.names:
        raise CaseError(draft.where.at(name), f"the id {name!r} is used twice", "give every thing an id of its own")
    draft.names.add(name)
    draft.things.append(Thing(name, role, parent))
    if item.get("action") is not None:
        action = draft.schema.actions.get(str(item["action"]))
        if action is None:
            raise unknown(draft.where.at(str(item["action"])), "action", str(item["action"]), draft.schema.actions)
        draft.said.append(Said(name, action.cls, True))
    path = path_to(draft, name)
    facts = {} if item.get("facts") is None else item["facts"]
    if not isinstance(facts, dict):
        raise CaseError(draft.where.at("facts"), f"facts is {_kind(facts)}", 'write "facts": { "key": "value" }')
    read_lists(draft, item, name, next(iter(draft.schema.axioms.roles.ranges.get(role, frozenset(("",))))))
    for fact, value in facts.items():
        read_fact(draft, fact, value, name, path)


def path_to(draft: Draft, name: str) -> tuple[str, ...]:
    """Roles from the focus to a thing."""
    parents = {t.name: t for t in draft.things}
    path: list[str] = []
    while parents[name].parent:
        path.insert(0, parents[name].role)
        name = parents[name].parent
    return tuple(path)


def fill_gaps(draft: Draft, document: Json) -> None:
    """A case that lists no threats has one, of which all is unknown; a list, even an empty one, is complete."""
    for path in draft.schema.paths:
        if not path or path[0] == draft.schema.act_role or path[-1] in draft.schema.one:
            continue
        for parent in draft.reached(path[:-1], draft.things[0].name):
            key = draft.schema.lists.get(path[-1], "")
            stated = any(t.parent == parent and t.role == path[-1] for t in draft.things)
            if not stated and not _listed(document, key, path, parent):
                stem = key.removesuffix("s") or path[-1].rsplit("#", 1)[-1]
                count = sum(1 for t in draft.things if t.role == path[-1]) + 1
                draft.names.add(f"{stem}-{count}")
                draft.things.append(Thing(f"{stem}-{count}", path[-1], parent))


def _listed(document: object, key: str, path: tuple[str, ...], parent: str) -> bool:
    """Whether the document gives an empty list for a role at this place."""
    if not isinstance(document, dict):
        return False
    if len(path) == 1:
        return document.get(key) is not None
    return any(isinstance(i, dict) and i.get(key) is not None for items in document.values() if isinstance(items, list) for i in items)


def read_fact(draft: Draft, key: str, value: object, thing: str, path: tuple[str, ...]) -> None:
    """One fact, said of the things it is about below a thing."""
    schema = draft.schema
    refuse_unknown((key,), schema.facts, draft.where, "fact")
    fact = schema.facts[key]
    if fact.path[: len(path)] != path:
        raise CaseError(draft.where.at(key), f"{key} is not a fact about {thing}", "put it under the thing that it is about, or in the facts of the case")
    holds, bars = read_value(draft, fact, value)
    if fact.path[:1] == (schema.act_role,) and not path:
        draft.about_acts += [(fact.path[1:], cls, True, "stated") for cls in holds]
        draft.about_acts += [(fact.path[1:], cls, False, origin) for cls, origin in bars]
        draft.silent += [Silent("", key)] if not holds and not bars else []
        return
    for name in draft.reached(fact.path[len(path) :], thing):
        draft.said += [Said(name, cls, True) for cls in holds]
        draft.said += [Said(name, cls, False, origin) for cls, origin in bars]
        draft.silent += [Silent(name, key)] if not holds and not bars else []


def read_value(draft: Draft, fact: Fact, value: object) -> tuple[list[str], list[tuple[str, str]]]:
    """(classes said to hold, (classes said not to hold, origin)). null says that the answer is not known."""
    if value is None:
        return [], []
    if isinstance(value, dict):
        refuse_unknown(value, ("is", "not"), draft.where, f"key in {fact.key}")
        if not value or None in value.values():
            raise CaseError(draft.where.at(fact.key), f"{fact.key} says neither what is nor what is not", 'write { "not": "…" }, or null for what is not known')
        holds, bars = read_value(draft, fact, value.get("is"))
        denied = listed(draft, fact, value["not"]) if "not" in value else []
        return holds, bars + [(fact.values[v], "stated") for v in denied]
    words = listed(draft, fact, value)
    holds = [fact.values[w] for w in words]
    if fact.exclusive:
        for i, one in enumerate(holds):
            for other in holds[i + 1 :]:
                if not draft.schema.axioms.compatible(one, other):
                    raise CaseError(
                        draft.where.at(fact.key), f"{fact.key} has two values that exclude each other: {words}", "give one; what is not certain is left out"
                    )
        return holds, []
    return holds, [(cls, "listed") for cls in draft.schema.unmentioned(fact, tuple(holds))] if holds else []


def listed(draft: Draft, fact: Fact, value: object) -> list[str]:
    """The value words of a value or a list of values."""
    words = [word(draft, fact, item) for item in (value if isinstance(value, list) else [value])]
    if not words:
        raise CaseError(draft.where.at(fact.key), f"{fact.key} has an empty list", 'null says that it is not known, { "not": [ … ] } what is not so')
    twice = next((w for w in words if words.count(w) > 1), None)
    if twice is not None:
        raise CaseError(draft.where.at(fact.key), f"{fact.key} has {twice!r} twice", "give each value once")
    return words


def word(draft: Draft, fact: Fact, item: object) -> str:
    """One value as the ontology writes it; a value outside the set is refused."""
    text = str(item).lower() if isinstance(item, bool) else item
    if fact.yes_no and isinstance(text, str):
        text = WORDS.get(text.lower(), text)
    if not isinstance(text, str) or text not in fact.values:
        names = ["true", "false"] if fact.yes_no else list(fact.values)
        near = difflib.get_close_matches(str(text), names, n=2, cutoff=0.6)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        at = draft.where.at(item) if isinstance(item, str) else draft.where.at(fact.key)
        raise CaseError(at, f"{fact.key} has no value {item!r}", f"{hint}use one of: {', '.join(names)}")
    return text
