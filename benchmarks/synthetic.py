"""A synthetic body of norms, the same for every engine: 6 professions, 9 yes/no facts, 2 value sets, nested ∃."""

import random
from dataclasses import dataclass

PROFESSIONS = tuple(f"Prof{i}" for i in range(6))
FLAGS = tuple(f"Flag{i}" for i in range(9))
HARMS = ("Harm", "PhysicalHarm", "SeriousHarm", "Death")
TARGETS = ("Target", "Foreseeable", "Identifiable", "Identified")
ACTS = ("Warn", "Notify", "Keep", "Hold")


@dataclass(frozen=True)
class Rule:
    """A norm: who is bound, flags of the case, harm of the threat, target of the threat, act, norms it overrides."""

    name: str
    profession: str
    flags: tuple[str, ...]
    harm: str
    target: str
    act: str
    modality: str
    overrides: tuple[str, ...]


def rules(count: int, seed: int = 1) -> list[Rule]:
    """Norms with random conditions; each overrides at most two earlier ones."""
    rng = random.Random(seed)  # noqa: S311  a benchmark needs repeatable numbers, not secret ones
    found: list[Rule] = []
    for i in range(count):
        flags = tuple(sorted(rng.sample(FLAGS, rng.randint(1, 3))))
        profession, act = rng.choice(PROFESSIONS), rng.choice(ACTS)
        rivals = [r for r in found if (r.profession, r.act) == (profession, act)]
        earlier = tuple(r.name for r in rng.sample(rivals, min(len(rivals), rng.randint(0, 2))))
        modality = rng.choice(("Obligation", "Permission", "Prohibition"))
        found.append(Rule(f"n{i}", profession, flags, rng.choice(HARMS), rng.choice(TARGETS), act, modality, earlier))
    return found


@dataclass(frozen=True)
class Facts:
    """One case: profession, flags, and the narrowest harm and target."""

    profession: str
    flags: tuple[str, ...]
    harm: str
    target: str


def cases(count: int, seed: int = 2) -> list[Facts]:
    """Random cases in which most flags hold."""
    rng = random.Random(seed)  # noqa: S311  numbers that repeat, not secrets
    return [Facts(rng.choice(PROFESSIONS), tuple(f for f in FLAGS if rng.random() < 0.8), rng.choice(HARMS[1:]), rng.choice(TARGETS[1:])) for _ in range(count)]


HEADER = """@prefix : <http://example.org/> .
@prefix norm: <https://w3id.org/dutygraph/norms#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Case a owl:Class . :Act a owl:Class . :Agent a owl:Class . :Threat a owl:Class . :Person a owl:Class .
:who a owl:ObjectProperty . :threat a owl:ObjectProperty . :target a owl:ObjectProperty . :act a owl:ObjectProperty ; rdfs:range :Act .
"""
SHAPE = """:Case norm:focus true ; norm:bearerRole :who ; norm:actRole :act .
:who norm:closed true ; norm:one true . :threat norm:closed true . :target norm:closed true . :act norm:closed true .
:place a norm:Jurisdiction ; norm:code "P" .
"""


def classes() -> str:
    """The hierarchy of facts in OWL."""
    lines = [f":{p} a owl:Class ; rdfs:subClassOf :Agent ." for p in PROFESSIONS] + [f":{f} a owl:Class ; rdfs:subClassOf :Case ." for f in FLAGS]
    for chain, top in ((HARMS, "Threat"), (TARGETS, "Person")):
        lines += [f":{c} a owl:Class ; rdfs:subClassOf :{wide} ." for wide, c in zip((top, *chain), chain, strict=False)]
    return "\n".join(lines)


def some(role: str, filler: str) -> str:
    """∃ role.filler."""
    return f"[ a owl:Restriction ; owl:onProperty :{role} ; owl:someValuesFrom {filler} ]"


def trigger(rule: Rule) -> str:
    """The condition of a norm, its bearer included, as an OWL class."""
    threat = some("threat", f"[ a owl:Class ; owl:intersectionOf ( :{rule.harm} {some('target', ':' + rule.target)} ) ]")
    parts = " ".join([f":{f}" for f in rule.flags] + [some("who", f":{rule.profession}"), threat])
    return f":{rule.name}T a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( {parts} ) ] ."


def ontology(found: list[Rule]) -> str:
    """Classes and triggers alone: what an OWL reasoner reads."""
    return "\n".join([HEADER, classes(), *(trigger(r) for r in found)])


def norms(found: list[Rule]) -> str:
    """The same with the norms around the triggers: what dutygraph reads."""
    lines = [ontology(found), SHAPE] + [f':{a} a owl:Class ; rdfs:subClassOf :Act ; norm:actionKey "{a}" .' for a in ACTS]
    for r in found:
        over = "".join(f" ; norm:overrides :{o}" for o in r.overrides)
        lines.append(f":{r.name} a norm:{r.modality} ; norm:jurisdiction :place ; norm:trigger :{r.name}T ; norm:regulates :{r.act}{over} ;")
        lines.append('    norm:inForceFrom "2000-01-01"^^xsd:date .')
    return "\n".join(lines)


def assertions(facts: Facts) -> str:
    """A case in Turtle, without prefixes."""
    types = " , ".join([":Case", *(f":{f}" for f in facts.flags)])
    return f":c a {types} ; :who :p ; :threat :t . :p a :{facts.profession} . :t a :{facts.harm} ; :target :v . :v a :{facts.target} ."
