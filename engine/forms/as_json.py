"""An explanation as JSON: the rows of its query, their outline, and all that is needed to ask again."""

from engine.assessment import DISCLAIMER
from engine.explanations.base import Document, Item


def document_json(document: Document) -> dict[str, object]:
    """The explanation as plain objects. rows are those of the query; the outline is made of them alone."""
    return {
        "kind": document.kind,
        "title": document.title,
        "subtitle": document.subtitle,
        "assessment": document.graph,
        "query": document.query,
        "parameters": dict(document.parameters),
        "columns": list(document.columns),
        "rows": [{column: cell for column, cell in row.items() if cell} for row in document.rows],
        "outline": [item_json(item) for item in document.items],
        "limits": list(document.limits),
        "disclaimer": DISCLAIMER,
    }


def item_json(item: Item) -> dict[str, object]:
    """A line of the outline, with those below it."""
    found: dict[str, object] = {"text": item.text}
    found |= {name: value for name, value in (("mark", item.mark), ("note", item.note)) if value}
    return found | ({"below": [item_json(below) for below in item.below]} if item.below else {})
