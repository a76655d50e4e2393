"""Every form of an explanation is well formed and says the same, whatever a case puts into it."""

import datetime
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pyoxigraph as ox
import pytest

from engine.case_files import case_of_text
from engine.cases import Case
from engine.explanations import EXPLANATIONS, Ask, Desk, Document
from engine.forms import FORMS, render
from engine.forms.as_json import document_json

HOSTILE = 'x"]; n0 --> y</text><script>alert(1)</script>\\n|`*_[a](javascript:1) “é” \U0001f600'
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def document(desk: Desk) -> Document:
    """Why § 43.92 binds toward a victim whose name is an attack on every form."""
    text = (ROOT / "examples" / "tarasoff-nested.json").read_text(encoding="utf-8")
    nested = json.loads(text)
    nested["threats"][0]["victims"][0]["id"] = HOSTILE
    case = case_of_text(desk.assessor.kb, json.dumps(nested), "case.json", datetime.date(2026, 11, 24))
    return desk.explain(case, EXPLANATIONS["why"], Ask(norm="us-ca-civ-43-92"))


def test_the_name_came_through(document: Document) -> None:
    """The attack is really there: in the rows and in the text."""
    assert any(row["toward"] == HOSTILE for row in document.rows)


def test_the_picture_is_well_formed_and_inert(document: Document) -> None:
    """XML that parses, with the sentences as text, a title, and nothing that runs or is fetched."""
    root = ET.fromstring(render(document, "svg"))  # noqa: S314  made here
    tags = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
    assert not tags & {"script", "image", "foreignObject", "use"}
    words = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text"))
    assert "the threat is serious" in words
    assert root.get("aria-label", "").startswith("Why Cal. Civ. Code")


def test_rdf_forms_say_the_same_triples(document: Document) -> None:
    """Turtle and JSON-LD are the recorded graph, triple for triple."""
    wanted = {quad.triple for quad in ox.parse(document.triples, format=ox.RdfFormat.N_TRIPLES)}
    for form, parser in (("turtle", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        assert {quad.triple for quad in ox.parse(render(document, form), format=parser)} == wanted


def test_json_names_its_query_and_is_made_of_its_rows(document: Document) -> None:
    """Whoever has the JSON can ask the same again."""
    found = json.loads(render(document, "json"))
    assert found == json.loads(json.dumps(document_json(document)))
    assert found["query"] == "why"
    assert found["parameters"]["assessment"] == found["assessment"]
    assert len(found["rows"]) == len(document.rows)


def test_mermaid_is_one_node_a_line_with_nothing_unescaped(document: Document) -> None:
    """Each label is one quoted string: an attack cannot end it."""
    for line in render(document, "mermaid").splitlines():
        if "[" in line:
            label = line[line.index("[") + 1 : line.rindex("]:::")]
            assert label.startswith('"')
            assert label.endswith('"')
            assert not set(label[1:-1].replace("<br/>", "")) & set('"<>[]{}')


def test_markdown_has_no_live_markup_of_the_case(document: Document) -> None:
    """Angle brackets and link brackets of a name are escaped."""
    text = render(document, "markdown")
    assert "<script>" not in text
    assert "[a](" not in text


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_every_example(desk: Desk, tarasoff: Case, form: str) -> None:
    """Balance, the largest outline, can be written in every form."""
    written = render(desk.explain(tarasoff, EXPLANATIONS["balance"], Ask(act="warn_victim")), form)
    assert "Warn the person in danger" in written or form in ("turtle", "jsonld")


def test_tarasoff_fits_a_screen(desk: Desk, tarasoff: Case) -> None:
    """The text of why § 43.92 binds takes no more than forty lines of a hundred characters."""
    lines = render(desk.explain(tarasoff, EXPLANATIONS["why"], Ask(norm="us-ca-civ-43-92")), "text").splitlines()
    assert len(lines) <= 40
    assert all(len(line) <= 110 for line in lines)
