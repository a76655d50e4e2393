"""Forms of norms that the law here does not use yet, each on a body of a few norms."""

import datetime
import json
from pathlib import Path

import pytest

from engine.assess import Assessor
from engine.assessment import Assessment
from engine.case_files import case_of_text
from engine.knowledge import knowledge_of

HERE = Path(__file__).parent
NORMS = (HERE.parents[1] / "ontology" / "norms.ttl").read_text(encoding="utf-8")
EXTRAS = (HERE / "extras.ttl").read_text(encoding="utf-8")
OUTSIDE = """
@prefix ex: <http://example.org/extras#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix norm: <https://w3id.org/dutygraph/norms#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:soldBy owl:equivalentProperty ex:seller .
ex:Sold a owl:Class ; rdfs:label "sold"@en ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:soldBy ; owl:someValuesFrom ex:SellerBen ] .
ex:soldBy a owl:ObjectProperty .
ex:rule-sold a norm:Prohibition ; norm:jurisdiction ex:place ; norm:trigger ex:Sold ; norm:regulates ex:Write ; norm:inForceFrom "2000-01-01"^^xsd:date .
"""
ANNA, BEN = {"facts": {"seller.name": "anna"}}, {"facts": {"seller.name": "ben"}}


def ask(texts: dict[str, str], on: str = "2020-01-01", **case: object) -> Assessment:
    """An assessment under the extra norms."""
    assessor = Assessor(knowledge_of({"norms.ttl": NORMS, **texts}))
    document = {"jurisdiction": "P", "law_as_of": on, "buyers": [{"facts": {"buyer.name": "anna"}}], **case}
    return assessor.assess(case_of_text(assessor.kb, json.dumps(document), "case.json", datetime.date(2020, 1, 1)))


@pytest.mark.parametrize(("seller", "status"), [(ANNA, "effective"), (BEN, "not_triggered")], ids=["the same person", "another"])
def test_a_class_defined_by_a_query(seller: dict[str, object], status: str) -> None:
    """A join that no class expression can say is found by SPARQL before the evaluation."""
    found = ask({"extras.ttl": EXTRAS}, sellers=[seller]).norm("rule-self")
    assert found is not None
    assert found.status == status


def test_later_acts_of_a_sequence_stay_open() -> None:
    """The first act is due; the next only where the first is not possible, which is not judged."""
    outcomes = ask({"extras.ttl": EXTRAS}).outcomes["obligation"]
    assert (outcomes["tell"].answer, outcomes["write"].answer) == ("yes", "depends")


def test_a_conflict_is_shown_with_both_sides() -> None:
    """A duty that every way to fulfil is forbidden, neither rule overriding the other: a conflict, not settled by guess."""
    found = ask({"extras.ttl": EXTRAS}, sellers=[ANNA])
    assert {(c.kind, c.one, c.other) for c in found.clashes} >= {("conflict", "rule-order", "rule-clash")}
    assert found.outcomes["obligation"]["tell"].answer == "yes"
    assert found.outcomes["prohibition"]["tell"].answer == "yes"
    assert not ask({"extras.ttl": EXTRAS}, sellers=[BEN]).clashes


def test_several_spans() -> None:
    """In force, not in force, in force again, and unknown in the year of which only the year is known."""
    answers = {year: ask({"extras.ttl": EXTRAS}, f"{year}-06-01").norm("rule-spans") for year in (2001, 2007, 2010, 2012)}
    statuses = {year: n.status for year, n in answers.items() if n}
    assert statuses == {2001: "effective", 2007: "not_in_force", 2010: "undetermined", 2012: "effective"}


def test_an_axiom_outside_the_fragment_is_honoured_and_said() -> None:
    """Equivalent properties are not compiled: the OWL RL closure supplies what follows, and the assessment says so."""
    found = ask({"extras.ttl": EXTRAS, "outside.ttl": OUTSIDE}, sellers=[BEN])
    rule = found.norm("rule-sold")
    assert rule is not None
    assert rule.status == "effective"
    assert any("equivalentProperty is outside the compiled fragment" in p for p in found.forums[0].problems)
