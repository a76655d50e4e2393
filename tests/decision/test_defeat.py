"""The decision layer against an independent clingo encoding, on random bodies of norms."""

import datetime
from pathlib import Path

import clingo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.cases import Case, Said, standard_things
from engine.decide import decide
from engine.forum import compile_norms
from engine.knowledge import Knowledge, knowledge_of
from engine.scene import set_scene

PROGRAM = (Path(__file__).parent / "program.lp").read_text(encoding="utf-8")
NORMS = (Path(__file__).resolve().parents[2] / "ontology" / "norms.ttl").read_text(encoding="utf-8")
ACTS, FACTS = ("a", "b", "c"), ("f", "g")
VALUES = ("yes", "no", "unknown", "torn")

HEADER = (
    """@prefix : <http://example.org/> .
@prefix norm: <https://w3id.org/dutygraph/norms#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Case a owl:Class ; norm:focus true ; norm:bearerRole :who ; norm:actRole :act .
:who a owl:ObjectProperty ; norm:closed true ; norm:one true .
:act a owl:ObjectProperty ; rdfs:range :Act ; norm:closed true .
:Act a owl:Class .
:place a norm:Jurisdiction ; norm:code "P" .
:Required a owl:Class ; rdfs:subClassOf :Act ; norm:derivedFrom [ norm:ofNorms norm:Obligation ] .
:Allowed a owl:Class ; rdfs:subClassOf :Act ; norm:derivedFrom [ norm:ofNorms norm:Permission ] .
"""
    + "".join(f':{a.upper()} a owl:Class ; rdfs:subClassOf :Act ; norm:actionKey "{a}" .\n' for a in ACTS)
    + "".join(
        f':{f} a norm:Fact ; norm:factKey "{f}" ; norm:path () ; norm:exclusive true .\n'
        f':{f.upper()}Yes a owl:Class ; norm:factKey "{f}" ; norm:factValue true .\n'
        for f in FACTS
    )
)

NormSpec = tuple[str, frozenset[str], tuple[str, bool] | None, frozenset[int], bool, str]
"""(modality, acts, condition on a fact, norms it attacks by place, whether it attacks a whole modality, what it asks for)."""

specs = st.lists(
    st.tuples(
        st.sampled_from(["Obligation", "Permission", "Prohibition"]),
        st.frozensets(st.sampled_from(ACTS), min_size=1),
        st.none() | st.tuples(st.sampled_from(FACTS), st.booleans()),
        st.frozensets(st.integers(0, 6), max_size=3),
        st.booleans(),
        st.sampled_from(["", "", "", "Required", "not Required", "Allowed"]),
    ),
    min_size=1,
    max_size=7,
)
values = st.fixed_dictionaries({f: st.sampled_from(VALUES) for f in FACTS})


def attacked(specs: list[NormSpec]) -> set[tuple[int, int]]:
    """(winner, loser), only from later to earlier norms, so that no circle arises; a class override is all earlier ones of a modality."""
    found = {(i, j) for i, (_, _, _, targets, _, _) in enumerate(specs) for j in targets if j < i}
    return found | {(i, j) for i, spec in enumerate(specs) if spec[4] for j, other in enumerate(specs[:i]) if other[0] == "Prohibition"}


def asked(specs: list[NormSpec], i: int) -> str:
    """What a norm asks for, as far as no circle of outcomes can arise: only prohibitions ask, and they attack nobody that counts."""
    modality, _, _, _, _, wish = specs[i]
    bothers = any(w == i and specs[x][0] != "Prohibition" for w, x in attacked(specs))
    return wish if modality == "Prohibition" and not bothers and not hits_counted(specs, i) else ""


def hits_counted(specs: list[NormSpec], i: int) -> bool:
    """Whether a chain of attacks leads from a norm to one whose outcome counts."""
    edges, todo, seen = attacked(specs), [i], {i}
    while todo:
        here = todo.pop()
        for w, x in edges:
            if w == here and x not in seen:
                seen.add(x)
                todo.append(x)
    return any(specs[x][0] != "Prohibition" for x in seen - {i})


def turtle(specs: list[NormSpec]) -> str:
    """The norms in Turtle; a class override names the class, with the earlier norms kept apart by a marker type."""
    lines = [HEADER, *(f":Before{k} a owl:Class ." for k in range(len(specs) + 1))]
    for i, (modality, acts, condition, targets, whole, _) in enumerate(specs):
        union = " ".join(f":{a.upper()}" for a in sorted(acts))
        regulates = f"[ a owl:Class ; owl:unionOf ( {union} ) ]"
        wish = asked(specs, i)
        if wish:
            extra = ":Required" if wish == "Required" else ":Allowed" if wish == "Allowed" else "[ a owl:Class ; owl:complementOf :Required ]"
            regulates = f"[ a owl:Class ; owl:intersectionOf ( {regulates} {extra} ) ]"
        earlier = "".join(f" , :Before{k}" for k in range(i + 1, len(specs)))
        lines.append(f':n{i} a norm:{modality}{earlier} ; norm:jurisdiction :place ; norm:inForceFrom "2000-01-01"^^xsd:date ;')
        lines.append(f"    norm:regulates {regulates} .")
        if condition:
            fact, positive = condition
            cls = f":{fact.upper()}Yes" if positive else f"[ a owl:Class ; owl:complementOf :{fact.upper()}Yes ]"
            lines.append(f":n{i} norm:trigger :t{i} . :t{i} a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :Case {cls} ) ] .")
        lines += [f":n{i} norm:overrides :n{j} ." for j in sorted(targets) if j < i]
        if whole:
            lines.append(f":n{i} norm:overrides [ a owl:Class ; owl:intersectionOf ( norm:Prohibition :Before{i} ) ] .")
    return "\n".join(lines)


def by_engine(specs: list[NormSpec], facts: dict[str, str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(norm, act) for what is surely effective, and for what is possibly so."""
    kb: Knowledge = knowledge_of({"norms.ttl": NORMS, "generated.ttl": turtle(specs)})
    forum = compile_norms(kb, kb.jurisdictions["P"], kb.norms.values())
    words = {"yes": [True], "no": [False], "torn": [True, False], "unknown": []}
    said = [Said("case", kb.schema.facts[f].values["true"], holds) for f, v in facts.items() for holds in words[v]]
    day = datetime.date(2020, 1, 1)
    scene = set_scene(kb.schema, kb.template, Case("c", ("P",), day, day, standard_things(kb.schema), tuple(said)))
    rulings = decide(forum, scene, day, day).rulings
    pairs = {(r.compiled.norm.id, a): (r.surely >> slot & 1, r.possibly >> slot & 1) for r in rulings.values() for a, slot in scene.act_slots.items()}
    return {k for k, (s, _) in pairs.items() if s}, {k for k, (_, p) in pairs.items() if p}


def by_clingo(specs: list[NormSpec], facts: dict[str, str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The same from the logic program."""
    lines = [f"act({a})." for a in ACTS] + [f"attacks(n{i},n{j})." for i, j in attacked(specs)]
    for i, (modality, acts, condition, _, _, _) in enumerate(specs):
        lines.append(f"norm(n{i}).")
        value = facts[condition[0]] if condition else "yes"
        met = value == ("yes" if condition is None or condition[1] else "no")
        failed = value == ("no" if condition is None or condition[1] else "yes")
        lines += [f"sure(n{i},{a})." for a in acts if met] + [f"possible(n{i},{a})." for a in acts if not failed]
        wish = asked(specs, i)
        if wish:
            lines.append(f"needs(n{i},{wish.split()[-1].lower()},{'no' if wish.startswith('not') else 'yes'}).")
        lines += [f"counts(required,n{i})."] if modality == "Obligation" else [f"counts(allowed,n{i})."] if modality == "Permission" else []
    control = clingo.Control(["--warn=none"])
    control.add("base", [], PROGRAM + "\n".join(lines))
    control.ground([("base", [])])
    models: list[list[clingo.Symbol]] = []
    control.solve(on_model=lambda m: models.append(m.symbols(shown=True)))
    assert len(models) == 1, "an acyclic framework has one extension"
    found = {name: {(str(s.arguments[0]), str(s.arguments[1])) for s in models[0] if s.name == name} for name in ("effective", "alive")}
    return found["effective"], found["alive"]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs, values)
def test_defeat_is_the_grounded_extension(specs: list[NormSpec], facts: dict[str, str]) -> None:
    """Chains of overrides, class overrides, unknown overriders and norms that ask for outcomes come out as in clingo."""
    assert by_engine(specs, facts) == by_clingo(specs, facts)
