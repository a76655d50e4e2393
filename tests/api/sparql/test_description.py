"""What the service says of itself is true."""

import re
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

SD = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#> PREFIX dct: <http://purl.org/dc/terms/> "
FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}


def described(client: httpx.Client, path: str, media: str = "text/turtle", **headers: str) -> ox.Store:
    """A description as a store."""
    answer = client.get(path, headers={"Accept": media, **headers})
    assert answer.headers["content-type"].split(";")[0] == media
    store = ox.Store()
    store.load(answer.content, format=FORMS[media])
    return store


def values(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a query."""
    found = store.query(SD + query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(getattr(cell, "value", "") for cell in row) for row in found]


@pytest.mark.parametrize("media", FORMS)
def test_forms(client: httpx.Client, media: str) -> None:
    """The description comes in every form of triples."""
    assert values(described(client, "/sparql", media), "SELECT ?l { ?s sd:supportedLanguage ?l }") == [
        ("http://www.w3.org/ns/sparql-service-description#SPARQL11Query",)
    ]


def test_endpoint_is_the_address_asked(client: httpx.Client) -> None:
    """sd:endpoint is the address that the client used, whatever name it used for the host."""
    assert values(described(client, "/sparql"), "SELECT ?e { ?s sd:endpoint ?e }") == [(f"{client.base_url}/sparql",)]
    assert values(described(client, "/sparql", Host="law.example.org"), "SELECT ?e { ?s sd:endpoint ?e }") == [("http://law.example.org/sparql",)]


def test_a_strange_host_is_not_repeated(client: httpx.Client) -> None:
    """A Host that is none does not get into the description."""
    assert values(described(client, "/sparql", Host="a> <b"), "SELECT ?e { ?s sd:endpoint ?e }") == [(f"{client.base_url}/sparql",)]


def test_graphs_are_as_said(client: httpx.Client) -> None:
    """Every graph that is listed has as many triples as is said, and no other graph has any."""
    said = dict(values(described(client, "/sparql"), "SELECT ?n ?c { ?d sd:namedGraph [ sd:name ?n ; sd:graph/void:triples ?c ] }"))
    answer = client.get("/sparql", params={"query": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"}).json()
    assert {b["g"]["value"]: b["n"]["value"] for b in answer["results"]["bindings"]} == said


def test_the_default_graph_is_as_said(client: httpx.Client) -> None:
    """The default graph has as many triples as is said."""
    ((said,),) = values(described(client, "/sparql"), "SELECT ?c { ?d sd:defaultGraph/void:triples ?c }")
    answer = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    assert answer["results"]["bindings"][0]["n"]["value"] == said


def test_no_feature_is_claimed(client: httpx.Client) -> None:
    """The service neither fetches graphs nor federates nor takes updates, and claims none of it."""
    assert values(described(client, "/sparql"), "SELECT ?f { ?s sd:feature ?f }") == []


def test_void(client: httpx.Client) -> None:
    """/.well-known/void describes the dataset and leads to the endpoint."""
    store = described(client, "/.well-known/void")
    assert values(store, "SELECT ?e { ?d a void:Dataset ; void:sparqlEndpoint ?e }") == [(f"{client.base_url}/sparql",)]
    assert len(values(store, "SELECT ?p { ?d void:subset ?p . ?p void:triples ?n }")) > 50


def test_void_takes_no_post(client: httpx.Client) -> None:
    """A description is read, not asked."""
    answer = client.post("/.well-known/void", content=b"ASK {}", headers={"Content-Type": "application/sparql-query"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_list_of_graphs(client: httpx.Client) -> None:
    """The graph that lists graphs lists them all, with titles, itself included."""
    answer = client.get(
        "/sparql", params={"query": "SELECT ?g ?t { GRAPH <https://w3id.org/dutygraph/graph/graphs> { ?g <http://purl.org/dc/terms/title> ?t } }"}
    ).json()
    said = values(described(client, "/sparql"), "SELECT ?n { ?d sd:namedGraph/sd:name ?n }")
    assert {(b["g"]["value"],) for b in answer["results"]["bindings"]} == set(said)


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_not_modified(client: httpx.Client, path: str) -> None:
    """A description that the client has is not sent again; another form of it is another representation."""
    first = client.get(path)
    for tag in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = client.get(path, headers={"If-None-Match": first.headers["etag"], "Accept": "application/ld+json"})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


SAID = {
    "SPARQL_Results_JSON": ("application/sparql-results+json", "ASK {}"),
    "SPARQL_Results_XML": ("application/sparql-results+xml", "ASK {}"),
    "SPARQL_Results_CSV": ("text/csv", "SELECT (1 AS ?x) {}"),
    "SPARQL_Results_TSV": ("text/tab-separated-values", "SELECT (1 AS ?x) {}"),
    "Turtle": ("text/turtle", "CONSTRUCT WHERE {}"),
    "N-Triples": ("application/n-triples", "CONSTRUCT WHERE {}"),
    "RDF_XML": ("application/rdf+xml", "CONSTRUCT WHERE {}"),
    "JSON-LD": ("application/ld+json", "CONSTRUCT WHERE {}"),
}


def test_forms_said_are_forms_sent(client: httpx.Client) -> None:
    """Every sd:resultFormat is a form that a query is answered in, and the list is whole."""
    said = {name.rsplit("/", 1)[1] for (name,) in values(described(client, "/sparql"), "SELECT ?f { ?s sd:resultFormat ?f }")}
    assert said == set(SAID)
    for media, query in SAID.values():
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": media})
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media)


def test_every_test_that_the_documentation_names_is_there() -> None:
    """The table of requirements in docs/sparql.md names tests that exist."""
    here = Path(__file__).parent
    text = "\n".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    page = (here.parents[2] / "docs" / "sparql.md").read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:test|query|bad|update)_[a-z0-9_]+\*?(?:\.py)?)`", page.partition("## What the standards ask")[2].partition("## What is refused")[0]
    )
    assert len(named) > 30
    missing = [n for n in named if not ((here / n).is_file() if n.endswith(".py") else re.search(rf'(def |"){n.rstrip("*")}', text))]
    assert missing == []
