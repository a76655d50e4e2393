"""A receipt can be repeated by anybody, and tells what changed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.assess import Assessor
from engine.cases import Case, Taken
from engine.errors import CaseError
from engine.explanations import Desk
from engine.graph import ontology_files
from engine.knowledge import Knowledge, knowledge_of
from engine.receipt import canonical_hash, digest, law_hashes, make_receipt, read_receipt, recorded_case, repeat

ROOT = Path(__file__).resolve().parent.parent.parent / "ontology"
LAW = {"law/one.ttl": "1", "law/two.ttl": "2"}


def issued(kb: Knowledge, case: Case) -> dict[str, object]:
    """A receipt as it comes back from a file."""
    made = make_receipt(case, Assessor(kb).assess(case), LAW, "1.0")
    return read_receipt(json.dumps(made), "receipt.json")


def test_nothing_of_the_case_is_lost(kb: Knowledge, tarasoff: Case) -> None:
    """The case of a receipt is the case that was assessed, acts done included."""
    case = replace(tarasoff, taken=(Taken("warn_victim", None, "victim-1"),))
    assert recorded_case(issued(kb, case)) == case


def test_the_same_law_gives_the_same_result(kb: Knowledge, tarasoff: Case) -> None:
    """Nothing changed, and it says so."""
    compared = repeat(Assessor(kb), issued(kb, tarasoff), LAW, "1.0")
    assert compared.same
    assert len(compared.lines) == 1


def test_another_law_is_named_with_the_answers_that_moved(kb: Knowledge, tarasoff: Case) -> None:
    """Without the duty of § 43.92 the receipt of today does not hold, and names file, answer and norm."""
    texts = {str(f.relative_to(ROOT.parent)): f.read_text(encoding="utf-8") for f in ontology_files(ROOT)}
    name = "ontology/law/us-ca.ttl"
    assert "law:us-ca-civ-43-92-Trigger" in texts[name]
    texts[name] = texts[name].replace('norm:inForceFrom "2013-01-01"^^xsd:date', 'norm:inForceFrom "2099-01-01"^^xsd:date')
    compared = repeat(Assessor(knowledge_of(texts)), issued(kb, tarasoff), LAW | {"law/two.ttl": "3"}, "1.1")
    assert not compared.same
    said = "\n".join(compared.lines)
    assert "engine: 1.0 then, 1.1 now" in said
    assert "law/two.ttl (changed)" in said
    assert "us-ca-civ-43-92: effective then, not_in_force now" in said
    assert "US-CA obligation:warn_victim: yes (us-ca-civ-43-92) then" in said


def test_an_altered_receipt_is_refused(kb: Knowledge, tarasoff: Case) -> None:
    """A changed date does not fit the hash."""
    made = make_receipt(tarasoff, Assessor(kb).assess(tarasoff), LAW, "1.0")
    made["law_as_of"] = "1999-01-01"
    with pytest.raises(CaseError, match="altered"):
        read_receipt(json.dumps(made), "receipt.json")


@pytest.mark.parametrize(("field", "value"), [("things", []), ("said", [["nobody", "x", True, "stated"]]), ("taken", 3), ("silent", [["case", "no.such"]])])
def test_a_forged_case_is_refused(kb: Knowledge, tarasoff: Case, field: str, value: object) -> None:
    """Whoever writes a receipt himself, hash and all, gets a message and no traceback."""
    made = make_receipt(tarasoff, Assessor(kb).assess(tarasoff), LAW, "1.0")
    made["case"][field] = value
    made["hash"] = digest({k: v for k, v in made.items() if k != "hash"})
    with pytest.raises(CaseError, match="cannot be read"):
        repeat(Assessor(kb), read_receipt(json.dumps(made), "receipt.json"), LAW, "1.0")


def test_the_hash_of_the_law_is_of_its_triples(tmp_path: Path) -> None:
    """Comments, order, prefixes and names of blank nodes do not matter; a triple does."""
    one, two, three = (tmp_path / name for name in ("1.ttl", "2.ttl", "3.ttl"))
    one.write_text("@prefix : <http://x/> .\n:a :p [ :q 1 ] ; :r 2 .\n")
    two.write_text("# the same\n<http://x/a> <http://x/r> 2 .\n<http://x/a> <http://x/p> _:z . _:z <http://x/q> 1 .\n")
    three.write_text("@prefix : <http://x/> .\n:a :p [ :q 1 ] ; :r 3 .\n")
    assert canonical_hash(one) == canonical_hash(two) != canonical_hash(three)


def test_every_file_of_the_ontology_is_hashed(desk: Desk) -> None:
    """The law of a receipt is all of it."""
    files = ontology_files(ROOT)
    assert len(law_hashes(files, ROOT)) == len(files)
