"""The protocol tests of the SPARQL 1.1 test suite, each by its name there, asked of the graphs that are here.

The suite (https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/) loads graphs of its own into the service under test; a read-only
service has to be asked about those that it has. Method, place of each parameter, media type and expectation are those of the suite.
Its tests of updates expect a service that updates: here each is refused, with nothing changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import pytest

GRAPH = "https://w3id.org/dutygraph/graph/"
ONE, TWO, THREE = (GRAPH + name for name in ("US-CA", "US-TX", "US-WA"))
HERE = {ONE: "us-ca-civ-43-92", TWO: "us-tx-611-004-a2", THREE: "us-wa-70-02-230"}
"""Graph → a norm that is described there alone."""
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
TRUTH = ("application/sparql-results+json", "application/sparql-results+xml")
TABLE = (*TRUTH, "text/tab-separated-values", "text/csv")
TRIPLES = ("application/rdf+xml", "application/rdf+json", "text/turtle", "application/n-triples", "application/ld+json")
Parameters = tuple[tuple[str, str], ...]


def about(graph: str) -> str:
    """A pattern that only one graph matches."""
    return f"<https://w3id.org/dutygraph/law/{HERE[graph]}> a ?type ."


@dataclass(frozen=True)
class Asked:
    """A request of the suite. address, form: parameters there. body: what is sent as it is. media: Content-Type; None for none at all."""

    method: str = "GET"
    address: Parameters = ()
    form: Parameters = ()
    body: bytes = b""
    media: str | None = None
    answer: tuple[str, ...] = field(default=TRUTH)

    def of(self, client: httpx.Client) -> httpx.Response:
        """Ask it."""
        content = str(httpx.QueryParams(self.form)).encode() if self.form else self.body
        headers = {} if self.media is None else {"Content-Type": self.media}
        return client.request(self.method, "/sparql", params=self.address, content=content, headers=headers)


DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
BOTH_DEFAULT = f"ASK {{ {about(ONE)} {about(TWO)} }}"
BOTH_NAMED = f"ASK {{ GRAPH ?g1 {{ {about(ONE)} }} GRAPH ?g2 {{ {about(TWO)} }} }}"
FULL = f"ASK {{ {about(THREE)} GRAPH ?g1 {{ {about(ONE)} }} GRAPH ?g2 {{ {about(TWO)} }} }}"
ANSWERED: Mapping[str, Asked] = {
    "query_post_form": Asked("POST", ((DEFAULT, ONE),), (("query", "ASK {}"),), media=FORM),
    "query_dataset_default_graphs_get": Asked(address=(("query", BOTH_DEFAULT), (DEFAULT, ONE), (DEFAULT, TWO))),
    "query_dataset_default_graphs_post": Asked("POST", ((DEFAULT, ONE), (DEFAULT, TWO)), body=BOTH_DEFAULT.encode(), media=QUERY),
    "query_dataset_named_graphs_post": Asked("POST", ((NAMED, ONE), (NAMED, TWO)), body=BOTH_NAMED.encode(), media=QUERY),
    "query_dataset_named_graphs_get": Asked(address=(("query", BOTH_NAMED), (NAMED, ONE), (NAMED, TWO))),
    "query_dataset_full": Asked("POST", ((DEFAULT, THREE), (NAMED, ONE), (NAMED, TWO)), body=FULL.encode(), media=QUERY),
    "query_multiple_dataset": Asked("POST", ((DEFAULT, TWO),), body=f"ASK FROM <{ONE}> {{ {about(TWO)} }}".encode(), media=QUERY),
    "query_get": Asked(address=(("query", "ASK {}"), (DEFAULT, ONE))),
    "query_content_type_select": Asked("POST", ((DEFAULT, ONE),), (("query", "SELECT (1 AS ?value) {}"),), media=FORM, answer=TABLE),
    "query_content_type_ask": Asked("POST", ((DEFAULT, ONE),), (("query", "ASK {}"),), media=FORM),
    "query_content_type_describe": Asked("POST", ((DEFAULT, ONE),), (("query", "DESCRIBE <http://example.org/>"),), media=FORM, answer=TRIPLES),
    "query_content_type_construct": Asked("POST", ((DEFAULT, ONE),), (("query", "CONSTRUCT { <s> <p> 1 } WHERE {}"),), media=FORM, answer=TRIPLES),
    "query_post_direct": Asked("POST", ((DEFAULT, ONE),), body=b"ASK {}", media=QUERY),
}
BAD: Mapping[str, Asked] = {
    "bad_query_method": Asked("PUT", (("query", "ASK {}"), (DEFAULT, ONE)), media=FORM),
    "bad_multiple_queries": Asked(address=(("query", "ASK {}"), ("query", "SELECT * {}"))),
    "bad_query_wrong_media_type": Asked("POST", body=b"ASK {}", media="text/plain"),
    "bad_query_missing_form_type": Asked("POST", form=(("query", "ASK {}"),)),
    "bad_query_missing_direct_type": Asked("POST", body=b"ASK {}"),
    "bad_query_non_utf8": Asked("POST", body="ASK {}".encode("utf-16"), media=QUERY + "; charset=UTF-16"),
    "bad_query_syntax": Asked(address=(("query", "ASK {"),)),
}
CHANGE = f"INSERT DATA {{ GRAPH <{ONE}> {{ <urn:a> <urn:b> <urn:c> }} <urn:a> <urn:b> <urn:c> }}"
USING, USING_NAMED = "using-graph-uri", "using-named-graph-uri"
MOVE = "INSERT { ?s a <urn:a> } WHERE { ?s ?p ?o }"
UPDATES: Mapping[str, Asked] = {
    "update_dataset_default_graph": Asked("POST", ((USING, ONE),), body=MOVE.encode(), media=UPDATE),
    "update_dataset_default_graphs": Asked("POST", ((USING, ONE), (USING, TWO)), body=MOVE.encode(), media=UPDATE),
    "update_dataset_named_graphs": Asked("POST", ((USING_NAMED, ONE), (USING_NAMED, TWO)), body=MOVE.encode(), media=UPDATE),
    "update_dataset_full": Asked("POST", ((USING, ONE), (USING_NAMED, TWO)), body=MOVE.encode(), media=UPDATE),
    "update_post_form": Asked("POST", form=(("update", CHANGE),), media=FORM),
    "update_post_direct": Asked("POST", body=CHANGE.encode(), media=UPDATE),
    "update_base_uri": Asked("POST", body=b"CLEAR GRAPH <urn:g> ; INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> <test> } }", media=UPDATE),
    "bad_update_get": Asked(address=(("update", "CLEAR ALL"),)),
    "bad_multiple_updates": Asked("POST", form=(("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")), media=FORM),
    "bad_update_wrong_media_type": Asked("POST", body=b"CLEAR ALL", media="text/plain"),
    "bad_update_missing_form_type": Asked("POST", form=(("update", "CLEAR ALL"),)),
    "bad_update_non_utf8": Asked("POST", body="CLEAR ALL".encode("utf-16"), media=UPDATE + "; charset=UTF-16"),
    "bad_update_syntax": Asked("POST", form=(("update", "CLEAR XYZ"),), media=FORM),
    "bad_update_dataset_conflict": Asked("POST", form=((USING_NAMED, ONE), ("update", f"WITH <{ONE}> {MOVE}")), media=FORM),
}


def test_the_suite_is_whole() -> None:
    """All thirty-four tests of the suite's manifest are here."""
    assert len({*ANSWERED, *BAD, *UPDATES}) == 34


def test_graphs_can_be_told_apart(client: httpx.Client) -> None:
    """Each norm that stands for a graph is described in that graph and in none of the others, so that a wrong dataset shows."""
    for graph in HERE:
        for other in HERE:
            found = client.get("/sparql", params={"query": f"ASK {{ {about(graph)} }}", DEFAULT: other}).json()["boolean"]
            assert found is (graph == other)


@pytest.mark.parametrize("asked", ANSWERED.values(), ids=ANSWERED)
def test_query(client: httpx.Client, asked: Asked) -> None:
    """It is answered, in a form that the suite allows; a truth value is true."""
    found = asked.of(client)
    assert found.status_code == 200, found.text
    assert found.headers["content-type"].split(";")[0] in asked.answer
    assert asked.answer != TRUTH or found.json()["boolean"] is True


@pytest.mark.parametrize("asked", BAD.values(), ids=BAD)
def test_bad_query(client: httpx.Client, asked: Asked) -> None:
    """It is refused with a status of 4xx."""
    assert 400 <= asked.of(client).status_code < 500


@pytest.mark.parametrize("asked", UPDATES.values(), ids=UPDATES)
def test_update(client: httpx.Client, asked: Asked) -> None:
    """It is refused with a status of 4xx, and every graph has as many triples as before."""
    sizes = {"query": "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g ORDER BY ?g"}
    before = client.get("/sparql", params=sizes).json()
    assert 400 <= asked.of(client).status_code < 500
    assert client.get("/sparql", params=sizes).json() == before
