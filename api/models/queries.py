"""Named queries and their rows."""

from api.models.base import Model


class QueryParameter(Model):
    """A parameter of a named query."""

    name: str
    kind: str
    default: str


class NamedQuery(Model):
    """A question to the ontology that has a name."""

    name: str
    title: str
    description: str
    parameters: list[QueryParameter]
    columns: list[str]
    sparql: str
    href: str


class QueryRows(Model):
    """The answer to a named query."""

    query: str
    columns: list[str]
    rows: list[dict[str, str]]
