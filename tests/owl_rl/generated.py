"""Random ontologies and cases of the fragment without complement, as Turtle."""

from collections.abc import Sequence

from hypothesis import strategies as st

PRIMITIVE = [f":C{i}" for i in range(4)]
DEFINED = [f":D{i}" for i in range(2)]
"""Triggers: each defined by one equivalence with any expression, found and never told, as in the norm format."""
CLASSES = PRIMITIVE + DEFINED
ROLES = [f":p{i}" for i in range(3)]
THINGS = [f":a{i}" for i in range(4)]
HEADER = """@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""

classes, defined, primitive = st.sampled_from(CLASSES), st.sampled_from(DEFINED), st.sampled_from(PRIMITIVE)
roles, things = st.sampled_from(ROLES), st.sampled_from(THINGS)


def some(role: str, filler: str) -> str:
    """∃ role.filler."""
    return f"[ a owl:Restriction ; owl:onProperty {role} ; owl:someValuesFrom {filler} ]"


def joined(operator: str, parts: Sequence[str]) -> str:
    """An intersection or a union."""
    return f"[ a owl:Class ; owl:{operator} ( {' '.join(parts)} ) ]"


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An expression over smaller ones."""
    parts = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.builds(some, roles, inner),
        st.builds(some, roles, st.just("owl:Thing")),
        st.builds(joined, st.just("intersectionOf"), parts),
        st.builds(joined, st.just("unionOf"), parts),
    )


narrow = st.recursive(classes, nested, max_leaves=4)
"""OWL 2 RL subclass expressions."""
listed = st.lists(things, min_size=1, max_size=2).map(lambda names: f"[ a owl:Class ; owl:oneOf ( {' '.join(names)} ) ]")
has_value = st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ]".format, roles, things)
universal = st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:allValuesFrom {} ]".format, roles, primitive)
plain = st.lists(primitive, min_size=2, max_size=3).flatmap(lambda cs: st.sampled_from(["intersectionOf", "unionOf"]).map(lambda o: joined(o, cs)))
wide = st.one_of(primitive, universal, st.lists(primitive, min_size=2, max_size=3).map(lambda cs: joined("intersectionOf", cs)))
"""OWL 2 RL superclass expressions."""

axioms = st.one_of(
    st.builds("{} rdfs:subClassOf {} .".format, st.one_of(narrow, listed, has_value), primitive),
    st.builds("{} rdfs:subClassOf {} .".format, primitive, wide),
    st.builds("{} owl:equivalentClass {} .".format, primitive, st.one_of(primitive, plain)),
    st.builds("{} owl:disjointWith {} .".format, classes, classes),
    st.builds("{} rdfs:domain {} .".format, roles, primitive),
    st.builds("{} rdfs:range {} .".format, roles, primitive),
    st.builds("{} rdfs:subPropertyOf {} .".format, roles, roles),
    st.builds("{} owl:inverseOf {} .".format, roles, roles),
    st.builds("{} a owl:SymmetricProperty .".format, roles),
    st.builds("{} a owl:TransitiveProperty .".format, roles),
    st.builds("{} owl:propertyChainAxiom ( {} {} ) .".format, roles, roles, roles),
)
facts = st.one_of(st.builds("{} a {} .".format, things, primitive), st.builds("{} {} {} .".format, things, roles, things))

definitions = st.dictionaries(defined, narrow).map(lambda found: [f"{cls} owl:equivalentClass {e} ." for cls, e in found.items()])
ontologies = st.builds(list.__add__, st.lists(axioms, min_size=1, max_size=6), definitions)
cases = st.lists(facts, min_size=1, max_size=7)


def document(lines: Sequence[str]) -> str:
    """Axioms and facts as one Turtle document, with every class and role declared."""
    declared = [f"{c} a owl:Class ." for c in CLASSES] + [f"{r} a owl:ObjectProperty ." for r in ROLES]
    return HEADER + "\n".join([*declared, *lines]) + "\n"
