"""Every form of an explanation, by name, with its media type."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.explanations.base import Document
from engine.forms.as_json import document_json
from engine.forms.mermaid import as_mermaid
from engine.forms.plain import as_markdown, as_text
from engine.forms.rdf import as_jsonld, as_turtle
from engine.forms.svg import as_svg


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its media type and how a document is written in it."""

    media_type: str
    write: Callable[[Document], str]


def as_json(document: Document) -> str:
    """JSON text."""
    return json.dumps(document_json(document), ensure_ascii=False, indent=2) + "\n"


FORMS: Mapping[str, Form] = {
    "text": Form("text/plain", as_text),
    "markdown": Form("text/markdown", as_markdown),
    "json": Form("application/json", as_json),
    "turtle": Form("text/turtle", as_turtle),
    "jsonld": Form("application/ld+json", as_jsonld),
    "mermaid": Form("text/vnd.mermaid", as_mermaid),
    "svg": Form("image/svg+xml", as_svg),
}


def render(document: Document, form: str) -> str:
    """A document in one of the forms."""
    return FORMS[form].write(document)
