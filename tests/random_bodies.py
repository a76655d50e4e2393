"""Small random bodies of norms and cases, and what is true of them by trying everything, one fresh assessment at a time."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from pathlib import Path

from hypothesis import strategies as st

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.cases import Case, standard_things
from engine.knowledge import knowledge_of
from engine.search.spots import UNSAID, Reply, Spot, repertoire, reply_at, state, with_replies
from engine.search.targets import Target

NORMS = (Path(__file__).resolve().parents[1] / "ontology" / "norms.ttl").read_text(encoding="utf-8")
DAY = datetime.date(2020, 1, 1)
ACTS = ("a", "b")
VALUES = {"f": ("true", "false"), "g": ("true", "false"), "h": ("wide", "narrow", "other"), "l": ("one", "two"), "p": ("true", "false")}
CLASSES = tuple(f"{fact.upper()}{value.capitalize()}" for fact, values in VALUES.items() for value in values)
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
"""
    + "".join(f':{a.upper()} a owl:Class ; rdfs:subClassOf :Act ; norm:actionKey "{a}" .\n' for a in ACTS)
    + "".join(f':{f} a norm:Fact ; norm:factKey "{f}" ; norm:path () ; norm:exclusive {"false" if f == "l" else "true"} .\n' for f in VALUES)
    + "".join(
        f':{f.upper()}{v.capitalize()} a owl:Class ; norm:factKey "{f}" ; norm:factValue {v if v in ("true", "false") else chr(34) + v + chr(34)} .\n'
        for f, vs in VALUES.items()
        for v in vs
    )
    + "".join(f":{f}True owl:disjointWith :{f}False .\n" for f in "FGP")
    + ":HNarrow rdfs:subClassOf :HWide . :HOther owl:disjointWith :HWide . :PFalse norm:presumed true .\n"
)

Condition = tuple[str, ...] | str
"""('and', …), ('or', …), ('not', one) or the name of a class."""
Spec = tuple[str, frozenset[str], Condition, frozenset[int], bool]
"""(modality, acts, trigger, earlier norms that it overrides, whether only what is not otherwise required is its business)."""

conditions = st.recursive(
    st.sampled_from(CLASSES),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), inner, inner) | st.tuples(st.just("not"), inner),
    max_leaves=5,
)
specs = st.lists(
    st.tuples(
        st.sampled_from(["Obligation", "Permission", "Prohibition"]),
        st.frozensets(st.sampled_from(ACTS), min_size=1),
        conditions,
        st.frozensets(st.integers(0, 4), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
replies = {
    f: st.sampled_from([UNSAID, *[Reply((v,)) for v in vs], *([Reply((), vs)] if f in "hl" else []), *([Reply()] if f == "p" else [])])
    for f, vs in VALUES.items()
}
cases = st.fixed_dictionaries({Spot("case", f): r for f, r in replies.items()})


def expression(condition: Condition) -> str:
    """A condition in Turtle."""
    if isinstance(condition, str):
        return f":{condition}"
    word, *parts = condition
    if word == "not":
        return f"[ a owl:Class ; owl:complementOf {expression(parts[0])} ]"
    predicate = "intersectionOf" if word == "and" else "unionOf"
    return f"[ a owl:Class ; owl:{predicate} ( {' '.join(expression(p) for p in parts)} ) ]"


def turtle(found: list[Spec]) -> str:
    """Norms in Turtle. Only prohibitions ask for outcomes, and they then override nothing, so that no circle arises."""
    lines = [HEADER]
    for i, (modality, acts, trigger, targets, asks) in enumerate(found):
        union = f"[ a owl:Class ; owl:unionOf ( {' '.join(f':{a.upper()}' for a in sorted(acts))} ) ]"
        asking = asks and modality == "Prohibition"
        regulates = f"[ a owl:Class ; owl:intersectionOf ( {union} [ a owl:Class ; owl:complementOf :Required ] ) ]" if asking else union
        lines.append(f':n{i} a norm:{modality} ; norm:jurisdiction :place ; norm:inForceFrom "2000-01-01"^^xsd:date ; norm:regulates {regulates} ;')
        lines.append(f"    norm:trigger :t{i} . :t{i} a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :Case {expression(trigger)} ) ] .")
        lines += [f":n{i} norm:overrides :n{j} ." for j in sorted(targets) if j < i and not asking and not (found[j][4] and found[j][0] != "Prohibition")]
    return "\n".join(lines)


Row = Mapping[Spot, frozenset[str]]
"""A complete case: for every spot the classes that hold."""


@dataclass(frozen=True)
class Everything:
    """All complete cases of a body of norms, each assessed afresh, and what follows for cases that are not complete."""

    assessor: Assessor
    case: Case
    target: Target
    assessed: dict[tuple[frozenset[str], ...], Assessment]

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The spots."""
        return tuple(Spot("case", f) for f in VALUES)

    @cached_property
    def rows(self) -> list[tuple[Row, str]]:
        """Every complete case with its answer."""
        found = []
        for sets in product(*(list(self.sets(spot)) for spot in self.spots)):
            if sets not in self.assessed:
                self.assessed[sets] = self.assessor.assess(self.complete(sets), refined=False)
            found.append((dict(zip(self.spots, sets, strict=True)), self.answer(self.assessed[sets])))
        return found

    def complete(self, sets: tuple[frozenset[str], ...]) -> Case:
        """A complete case: at every spot these classes hold and no others."""
        schema = self.assessor.kb.schema
        words = {s: {c: w for w, c in schema.facts[s.fact].values.items()} for s in self.spots}
        said = {
            s: Reply(tuple(words[s][c] for c in held), tuple(w for c, w in words[s].items() if c not in held)) for s, held in zip(self.spots, sets, strict=True)
        }
        return with_replies(schema, self.case, said)

    def sets(self, spot: Spot) -> Iterator[frozenset[str]]:
        """Every set of values that may hold together and alone."""
        axioms, classes = self.assessor.kb.axioms, list(self.assessor.kb.schema.facts[spot.fact].values.values())
        for chosen in chain.from_iterable(combinations(classes, n) for n in range(len(classes) + 1)):
            held = frozenset(chosen)
            if all(axioms.wider(c) & set(classes) <= held and not axioms.barred(c) & held for c in held):
                yield held

    def answer(self, assessment: Assessment) -> str:
        """The answer of an assessment to the target."""
        outcome = assessment.outcome(self.target.modality, self.target.act)
        return outcome.answer if outcome else "no"

    def completions(self, said: Mapping[Spot, Reply]) -> list[tuple[Row, str]]:
        """The complete cases that a case leaves possible."""
        states = {s: state(self.assessor.kb.schema, self.case, s, r) for s, r in said.items()}
        return [(row, word) for row, word in self.rows if all(states[s][0] <= row[s] and not states[s][1] & row[s] for s in self.spots)]

    def settled(self, said: Mapping[Spot, Reply]) -> str:
        """The answer that all completions give, or 'depends'."""
        words = {word for _, word in self.completions(said)}
        return words.pop() if len(words) == 1 else "depends"

    def smallest(self, wanted: str) -> tuple[int, set[frozenset[tuple[Spot, Reply]]]]:
        """(size, changes) of all smallest sets of changes that give an answer, by trying every combination."""
        schema = self.assessor.kb.schema
        now = {s: reply_at(schema, self.case, s) for s in self.spots}
        for size in range(len(self.spots) + 1):
            found = set()
            for chosen in combinations(self.spots, size):
                for other in product(*(repertoire(schema, self.case, s) for s in chosen)):
                    changes = dict(zip(chosen, other, strict=True))
                    if self.settled(now | changes) == wanted:
                        found.add(frozenset(changes.items()))
            if found:
                return size, found
        return 0, set()

    def needed(self) -> set[Spot]:
        """The spots on which the answer turns: two completions differ there alone and answer differently."""
        rows = self.completions({s: reply_at(self.assessor.kb.schema, self.case, s) for s in self.spots})
        found = set()
        for spot in self.spots:
            seen: dict[tuple[frozenset[str], ...], set[str]] = {}
            for row, word in rows:
                seen.setdefault(tuple(row[s] for s in self.spots if s != spot), set()).add(word)
            if any(len(words) > 1 for words in seen.values()):
                found.add(spot)
        return found


def everything(found: list[Spec], said: Mapping[Spot, Reply], targets: Sequence[Target]) -> list[Everything]:
    """A body of norms, a case, and what is asked; complete cases are assessed once for all targets."""
    kb = knowledge_of({"norms.ttl": NORMS, "generated.ttl": turtle(found)})
    case = with_replies(kb.schema, Case("c", ("P",), DAY, DAY, standard_things(kb.schema), ()), said)
    assessor, shared = Assessor(kb), dict[tuple[frozenset[str], ...], Assessment]()
    return [Everything(assessor, case, target, shared) for target in targets]
