"""Where a case says yes and no of the same thing. It stays local: the rest of the answer stands."""

from engine.assessment import Contradiction
from engine.decide import Decision
from engine.facts import Statement
from engine.schema import Schema


def find_contradictions(decision: Decision) -> tuple[Contradiction, ...]:
    """Every stated class that is also excluded, with both grounds; the narrowest class of a chain stands for it."""
    scene, world = decision.scene, decision.world
    n, schema = world.cases, scene.schema
    found: dict[tuple[str, str], Contradiction] = {}
    for statement in scene.statements:
        if not statement.holds or statement.cls not in schema.fact_of:
            continue
        holds, excluded = world.told(statement.cls)
        rows = statement.rows & holds & excluded
        for slot, name in enumerate(world.slots):
            if rows >> slot * n & world.block:
                key = (name, statement.cls)
                found.setdefault(key, _contradiction(decision, name, statement, slot * n))
    return tuple(found.values())


def _contradiction(decision: Decision, thing: str, statement: Statement, row: int) -> Contradiction:
    schema = decision.scene.schema
    mine = [s for s in decision.scene.statements if s.rows >> row & 1]
    grounds_for = [s for s in mine if s.holds and statement.cls in schema.axioms.wider(s.cls)]
    against = [s for s in mine if _bars(schema, s, statement.cls)]
    fact = schema.fact_of[statement.cls][0]
    words = tuple(dict.fromkeys(_words(schema, s) for s in grounds_for)), tuple(dict.fromkeys(_words(schema, s) for s in against))
    return Contradiction(thing, statement.cls, fact.key, f"{schema.sentence(statement.cls)}, and also not", *words)


def _bars(schema: Schema, statement: Statement, cls: str) -> bool:
    return cls in schema.axioms.barred(statement.cls) if statement.holds else statement.cls in schema.axioms.wider(cls)


def _words(schema: Schema, statement: Statement) -> str:
    return f"{statement.origin}: {schema.sentence(statement.cls, statement.holds)}"
