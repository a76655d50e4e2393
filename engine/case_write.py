"""Writing a case as JSON: the nested form, which reads back as the same case. What JSON cannot say is refused, not dropped."""

from collections.abc import Iterable

from engine.cases import Case, Silent, Taken, Thing
from engine.errors import CaseError, Location
from engine.schema import Fact, Schema

Json = dict[str, object]


def case_json(schema: Schema, case: Case) -> Json:
    """A case as plain objects, for json.dumps."""
    check(schema, case)
    codes = list(case.jurisdictions)
    found: Json = {} if case.name == "case" else {"case": case.name}
    found |= {"jurisdiction": codes[0] if len(codes) == 1 else codes}
    found |= {"law_as_of": case.law_as_of.isoformat(), "known_as_of": case.known_as_of.isoformat()}
    focus = case.things[0]
    singles = [t for t in case.things[1:] if t.role in schema.one]
    facts = [pair for thing in ("", focus.name, *(t.name for t in singles)) for pair in facts_of(schema, case, thing)]
    found["facts"] = dict(facts)
    found |= lists_of(schema, case, focus, ())
    if case.taken is not None:
        found["actions_taken"] = [taken_json(t) for t in case.taken]
    return found


def facts_of(schema: Schema, case: Case, thing: str) -> Iterable[tuple[str, object]]:
    """(fact key, JSON value) for all that is said of a thing, or, for '', of whatever act is considered."""
    said = [(s.cls, s.holds, s.origin) for s in case.said if s.thing == thing] if thing else [a[1:] for a in case.about_acts]
    by_fact: dict[str, list[tuple[str, bool, str]]] = {}
    for cls, holds, origin in said:
        if cls in schema.fact_of:
            by_fact.setdefault(schema.fact_of[cls][0].key, []).append((cls, holds, origin))
    for key, fact in schema.facts.items():
        if key in by_fact:
            yield key, value_json(schema, fact, by_fact[key])
        elif Silent(thing, key) in case.silent:
            yield key, None


def value_json(schema: Schema, fact: Fact, said: list[tuple[str, bool, str]]) -> object:
    """What is said of one fact as a JSON value."""
    words = {cls: word for word, cls in fact.values.items()}
    holds = tuple(dict.fromkeys(cls for cls, held, _ in said if held))
    listed = {cls for cls, held, origin in said if not held and origin == "listed"}
    bars = list(dict.fromkeys(words[cls] for cls, held, origin in said if not held and origin != "listed"))
    left_out = set(schema.unmentioned(fact, holds)) if holds and not fact.exclusive else set()
    if listed != left_out:
        problem = f"{fact.key} is a list that is not complete, which JSON cannot say"
        raise CaseError(Location("case"), problem, "say which values do not hold, or keep the case in Turtle")
    told: list[object] = [plain(fact, words[cls]) for cls in holds]
    whole = told[0] if len(told) == 1 else told
    if not bars:
        return whole
    return ({"is": whole} if holds else {}) | {"not": [plain(fact, word) for word in bars]}


def plain(fact: Fact, word: str) -> object:
    """A value word as JSON writes it."""
    return word == "true" if fact.yes_no else word


def lists_of(schema: Schema, case: Case, parent: Thing, path: tuple[str, ...]) -> Json:
    """The nested lists of a thing; an empty one too, for it says that there is nothing."""
    found: Json = {}
    for role, key in schema.lists.items():
        children = case.children.get((parent.name, role), ())
        if children or ((*path, role) in schema.paths and (*path, role)[0] != schema.act_role):
            things = {t.name: t for t in case.things}
            found[key] = [item_json(schema, case, things[name], (*path, role)) for name in children]
    return found


def item_json(schema: Schema, case: Case, thing: Thing, path: tuple[str, ...]) -> Json:
    """One item of a nested list."""
    found: Json = {"id": thing.name}
    kinds = [schema.action_of[s.cls].key for s in case.said if s.thing == thing.name and s.holds and s.cls in schema.action_of]
    if kinds:
        found["action"] = kinds[0]
    facts = dict(facts_of(schema, case, thing.name))
    return found | ({"facts": facts} if facts else {}) | lists_of(schema, case, thing, path)


def taken_json(taken: Taken) -> object:
    """An act that was done."""
    if taken.at is None and not taken.toward:
        return taken.action
    found: Json = {"action": taken.action}
    found |= {"at": taken.at.isoformat()} if taken.at is not None else {}
    return found | ({"toward": taken.toward} if taken.toward else {})


def check(schema: Schema, case: Case) -> None:
    """Refuse a case that says something for which JSON has no place: a class that is the value of no fact."""
    roles = {t.name: t.role for t in case.things}
    for s in case.said:
        implied = {schema.focus} if not roles[s.thing] else schema.axioms.roles.ranges.get(roles[s.thing], frozenset())
        if s.cls not in schema.fact_of and not (s.holds and (s.cls in schema.action_of or s.cls in implied)):
            name = schema.labels.get(s.cls, (s.cls,))[0]
            raise CaseError(Location("case"), f"{s.thing} is said to be, or not to be, of the class {name!r}, which is no fact", "keep the case in Turtle")
