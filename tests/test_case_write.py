"""A case written as JSON reads back as the same case."""

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.assess import identify
from engine.case_files import case_of_text, load_case
from engine.case_write import case_json
from engine.errors import CaseError
from engine.knowledge import load
from engine.paths import data

TODAY = datetime.date(2026, 11, 24)
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
KB = load(data("ontology"))


def values(key: str) -> st.SearchStrategy[object]:
    """JSON values of a fact: one value, several, none known, and denials."""
    fact = KB.schema.facts[key]
    one = st.booleans() if fact.yes_no else st.sampled_from(sorted(fact.values))
    found = one | st.none() | st.builds(lambda v: {"not": v}, one) | st.builds(lambda v, w: {"is": v, "not": [w]}, one, one)
    return found if fact.exclusive else found | st.lists(one, min_size=1, max_size=3, unique_by=str)


def facts(*roots: str) -> st.SearchStrategy[dict[str, object]]:
    """Facts about things at the end of some paths, named by the first words of their keys."""
    keys = sorted(k for k, f in KB.schema.facts.items() if [r.rsplit("#", 1)[-1] for r in f.path] == list(roots))
    return st.lists(st.sampled_from(keys), max_size=4, unique=True).flatmap(lambda ks: st.fixed_dictionaries({k: values(k) for k in ks}))


VICTIMS = st.lists(st.fixed_dictionaries({}, optional={"facts": facts("threat", "target")}), max_size=2)
THREATS = st.lists(st.fixed_dictionaries({"victims": VICTIMS}, optional={"facts": facts("threat")}), max_size=2)
ACTS = st.lists(
    st.fixed_dictionaries(
        {"action": st.sampled_from(sorted(KB.schema.actions))},
        optional={"facts": facts("act"), "recipients": st.lists(st.fixed_dictionaries({"facts": facts("act", "recipient")}), max_size=2)},
    ),
    max_size=2,
)
TAKEN = st.lists(st.sampled_from(sorted(KB.schema.actions)) | st.builds(lambda a: {"action": a, "at": "2024-05-01T09:30:00+00:00"}, st.just("warn_victim")))
TOP = st.builds(lambda *parts: {k: v for p in parts for k, v in p.items()}, facts("professional"), facts("patient"), facts("setting"), facts("act"), facts())
DOCUMENTS = st.fixed_dictionaries(
    {"jurisdiction": st.sampled_from(["US-CA", ["US-CA", "US-TX"]]), "facts": TOP},
    optional={"threats": THREATS, "acts": ACTS, "actions_taken": TAKEN, "case": st.just("mine"), "law_as_of": st.just("2001-02-03")},
)


@settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(DOCUMENTS)
def test_reads_back_as_the_same_case(document: dict[str, object]) -> None:
    """Flat or nested, with several people, acts, denials and what is not known: nothing is lost and nothing added."""
    try:
        case = case_of_text(KB, json.dumps(document), "case.json", TODAY)
    except CaseError:
        return
    again = case_of_text(KB, json.dumps(case_json(KB.schema, case)), "case.json", TODAY)
    assert identify(KB, again) == identify(KB, case)
    assert set(again.things) == set(case.things)


@pytest.mark.parametrize("name", ["tarasoff.json", "tarasoff-nested.json"])
def test_the_examples_survive(name: str) -> None:
    """The example cases read back as they were."""
    case = load_case(KB, str(EXAMPLES / name), TODAY)
    assert identify(KB, case_of_text(KB, json.dumps(case_json(KB.schema, case)), "case.json", TODAY)) == identify(KB, case)


def test_a_list_that_is_not_complete_is_refused() -> None:
    """JSON says that a list is complete; a case in Turtle that leaves one open is refused rather than changed."""
    text = "@prefix : <http://example.org/c#> . @prefix dg: <https://w3id.org/dutygraph/domain#> . @prefix norm: <https://w3id.org/dutygraph/norms#> .\n"
    text += ':c a dg:Case ; norm:forum "US-CA" ; dg:threat :t . :t a dg:ThreatOfDeath .'
    with pytest.raises(CaseError, match="not complete"):
        case_json(KB.schema, case_of_text(KB, text, "case.ttl", TODAY))
