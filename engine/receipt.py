"""Receipts: what was asked, under which law, with which engine, and what came out, so that anybody can repeat an assessment."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_json import parse_json
from engine.cases import Case, Said, Silent, Taken, Thing
from engine.errors import CaseError, Location
from engine.schema import Schema

FORMAT = "dutygraph receipt 1"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a repetition shows. same: whether every answer and status is as before. lines: what differs, in words."""

    same: bool
    lines: tuple[str, ...]


def canonical_hash(file: Path) -> str:
    """SHA-256 over the canonical N-Quads (RDFC-1.0) of a Turtle file: comments, order and prefixes do not matter."""
    dataset = ox.Dataset(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256("".join(sorted(f"{quad} .\n" for quad in dataset)).encode()).hexdigest()


def law_hashes(files: Iterable[Path], base: Path) -> dict[str, str]:
    """File of the ontology → canonical hash."""
    return {file.relative_to(base).as_posix(): canonical_hash(file) for file in files}


def digest(value: object) -> str:
    """SHA-256 of a JSON value in one fixed spelling: sorted keys, no spaces, no floating-point numbers."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def make_receipt(case: Case, assessment: Assessment, law: Mapping[str, str], engine: str) -> dict[str, Any]:
    """A receipt as a JSON object, its own hash last."""
    body = {
        "format": FORMAT,
        "engine": engine,
        "law": {"hash": digest(dict(law)), "files": dict(law)},
        "law_as_of": assessment.law_as_of.isoformat(),
        "known_as_of": assessment.known_as_of.isoformat(),
        "jurisdictions": list(assessment.jurisdictions),
        "case": case_record(case),
        "result": result(assessment),
    }
    return body | {"hash": digest(body)}


def case_record(case: Case) -> dict[str, Any]:
    """A case without loss: its things, what is said of them, and what was done."""
    return {
        "name": case.name,
        "things": [[t.name, t.role, t.parent] for t in case.things],
        "said": [[s.thing, s.cls, s.holds, s.origin] for s in case.said],
        "about_acts": [[list(path), cls, holds, origin] for path, cls, holds, origin in case.about_acts],
        "silent": [[s.thing, s.fact] for s in case.silent],
        "taken": None if case.taken is None else [[t.action, t.at.isoformat() if t.at else "", t.toward] for t in case.taken],
    }


def recorded_case(receipt: Mapping[str, Any]) -> Case:
    """The case of a receipt."""
    kept = receipt["case"]
    taken = kept["taken"]
    return Case(
        kept["name"],
        tuple(receipt["jurisdictions"]),
        datetime.date.fromisoformat(receipt["law_as_of"]),
        datetime.date.fromisoformat(receipt["known_as_of"]),
        tuple(Thing(*thing) for thing in kept["things"]),
        tuple(Said(*said) for said in kept["said"]),
        tuple((tuple(path), cls, holds, origin) for path, cls, holds, origin in kept["about_acts"]),
        tuple(Silent(*silent) for silent in kept["silent"]),
        None if taken is None else tuple(Taken(act, datetime.datetime.fromisoformat(at) if at else None, toward) for act, at, toward in taken),
    )


def check_recorded(schema: Schema, case: Case) -> None:
    """Refuse, with a ValueError, a recorded case that no case file could have given."""
    names = {case.things[0].name}
    roles = {role for path in schema.paths for role in path}
    for thing in case.things[1:]:
        if thing.role not in roles or thing.parent not in names or thing.name in names:
            raise ValueError(f"{thing.name} hangs on nothing that is known")
        names.add(thing.name)
    classes = {s.cls for s in case.said} | {cls for _, cls, _, _ in case.about_acts}
    strange = [c for c in classes if c not in schema.labels and c not in schema.fact_of and c not in schema.action_of]
    strange += [cls for path, cls, _, _ in case.about_acts if cls not in schema.fact_of or schema.fact_of[cls][0].path[1:] != path]
    strange += [s.thing for s in case.said if s.thing not in names] + [s.fact for s in case.silent if s.fact not in schema.facts]
    if strange or not all(isinstance(s.holds, bool) for s in case.said):
        raise ValueError(f"unknown to the ontology: {', '.join(sorted(map(str, strange)))}")


def result(assessment: Assessment) -> dict[str, Any]:
    """Answers with their grounds, and the status of every norm, forum by forum."""
    return {
        forum.jurisdiction: {
            "outcomes": {f"{m}:{a}": [o.answer, *o.norms] for m, acts in forum.outcomes.items() for a, o in acts.items()},
            "norms": {n.norm.id: n.status for n in forum.norms},
        }
        for forum in assessment.forums
    }


def read_receipt(text: str, name: str) -> dict[str, Any]:
    """A receipt whose own hash is right; anything else is refused."""
    found = dict(parse_json(text, name))
    if found.get("format") != FORMAT:
        raise CaseError(Location(name), f"not a receipt: format is {found.get('format')!r}", f"a receipt has the format {FORMAT!r}")
    if digest({key: value for key, value in found.items() if key != "hash"}) != found.get("hash"):
        raise CaseError(Location(name), "the receipt was altered: its hash does not fit its contents", "use the receipt as it was issued")
    return found


def repeat(assessor: Assessor, receipt: Mapping[str, Any], law: Mapping[str, str], engine: str) -> Comparison:
    """Assess the case of a receipt again, and say what changed: law, engine, answers, statuses."""
    try:
        case = recorded_case(receipt)
        check_recorded(assessor.kb.schema, case)
        unknown = [code for code in case.jurisdictions if code not in assessor.kb.jurisdictions]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CaseError(Location("receipt"), f"its case cannot be read: {error}", "use the receipt as it was issued") from error
    if unknown:
        return Comparison(False, (f"{', '.join(unknown)}: no longer a jurisdiction of the ontology",))
    after = result(assessor.assess(case))
    changes = tuple(differences(receipt["result"], after))
    notes = tuple(provenance(receipt, law, engine))
    return Comparison(not changes, notes + changes)


def provenance(receipt: Mapping[str, Any], law: Mapping[str, str], engine: str) -> Iterable[str]:
    """How the law and the engine differ from those of the receipt."""
    if receipt["engine"] != engine:
        yield f"engine: {receipt['engine']} then, {engine} now"
    before = receipt["law"]["files"]
    changed = sorted(name for name in {*before, *law} if before.get(name) != law.get(name))
    if changed:
        words = [f"{name} ({'new' if name not in before else 'gone' if name not in law else 'changed'})" for name in changed]
        yield f"law: {len(changed)} of {len(law)} files differ: {', '.join(words)}"
    else:
        yield f"law: the same, {receipt['law']['hash'][:16]}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """Every answer, and every status, that is not as before."""
    for forum in before:
        now = after.get(forum, {"outcomes": {}, "norms": {}})
        for key in sorted({*before[forum]["outcomes"], *now["outcomes"]}):
            old, new = before[forum]["outcomes"].get(key), now["outcomes"].get(key)
            if old != new:
                yield f"{forum} {key}: {spoken(old)} then, {spoken(new)} now"
        for key in sorted({*before[forum]["norms"], *now["norms"]}):
            was, is_now = before[forum]["norms"].get(key, "absent"), now["norms"].get(key, "absent")
            if was != is_now:
                yield f"{forum} {key}: {was} then, {is_now} now"


def spoken(outcome: Sequence[str] | None) -> str:
    """An answer with its grounds; no authority where there is none."""
    if not outcome:
        return "no authority"
    return outcome[0] + (f" ({', '.join(outcome[1:])})" if outcome[1:] else "")
