"""The SPARQL 1.1 Protocol, a test for each thing that it asks of a query service."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from api.snapshot import prepare
from engine.dataset import Catalogue

ROOT = Path(__file__).resolve().parents[3]
GRAPH = "https://w3id.org/dutygraph/graph/"
COUNT = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(DISTINCT ?g) AS ?count) { GRAPH ?g { ?s ?p ?o } }"
BOTH = "SELECT (COUNT(*) AS ?count) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What the server should have."""
    return prepare(ROOT / "ontology").catalogue


def size(catalogue: Catalogue, name: str) -> int:
    """Triples of a graph."""
    return next(g.triples for g in catalogue.graphs if g.iri == GRAPH + name)


def by_get(client: httpx.Client, query: str, **graphs: list[str]) -> httpx.Response:
    """A query in the address."""
    return client.get("/sparql", params={"query": query, **named(graphs)})


def by_form(client: httpx.Client, query: str, **graphs: list[str]) -> httpx.Response:
    """A query in a form."""
    return client.post("/sparql", data={"query": query, **named(graphs)})


def by_body(client: httpx.Client, query: str, **graphs: list[str]) -> httpx.Response:
    """A query as the body."""
    return client.post("/sparql", content=query.encode(), headers=QUERY, params=named(graphs))


WAYS = {"GET": by_get, "POST of a form": by_form, "POST of a query": by_body}


def named(graphs: dict[str, list[str]]) -> dict[str, list[str]]:
    """The protocol's names of its parameters."""
    return {name + "-graph-uri": [GRAPH + g for g in found] for name, found in graphs.items()}


def count(answer: httpx.Response) -> int:
    """The one number of an answer."""
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["count"]["value"])


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def ask(request: pytest.FixtureRequest, client: httpx.Client) -> Ask:
    """Ask in each of the three ways."""
    return lambda query, **graphs: request.param(client, query, **graphs)


def test_a_query_is_answered(ask: Ask, catalogue: Catalogue) -> None:
    """§2.1.1 to §2.1.3: by GET, by a form, and as the body; the default graph is the asserted law."""
    assert count(ask(COUNT)) == size(catalogue, "law")


def test_all_graphs_have_names(ask: Ask, catalogue: Catalogue) -> None:
    """Without a dataset in the request, every named graph of the service is there."""
    assert count(ask(COUNT_NAMED)) == len(catalogue.graphs)


def test_default_graph(ask: Ask, catalogue: Catalogue) -> None:
    """§2.1.4: default-graph-uri is the default graph, and no graph has a name then."""
    assert count(ask(COUNT, default=["inferred"])) == size(catalogue, "inferred")
    assert count(ask(COUNT_NAMED, default=["inferred"])) == 0


def test_several_default_graphs(ask: Ask, catalogue: Catalogue) -> None:
    """§2.1.4: several default-graph-uri are merged."""
    assert count(ask(COUNT, default=["law", "inferred"])) == size(catalogue, "law") + size(catalogue, "inferred")


def test_shared_triples_count_once(ask: Ask, catalogue: Catalogue) -> None:
    """A merge of graphs is a set: what stands in both is there once."""
    assert count(ask(COUNT, default=["law", "US-CA"])) == size(catalogue, "law")
    assert count(ask("SELECT (COUNT(*) AS ?count) FROM <" + GRAPH + "US-CA> FROM <" + GRAPH + "law> { ?s ?p ?o }")) == size(catalogue, "law")


def test_named_graph(ask: Ask) -> None:
    """§2.1.4: named-graph-uri has its name, and the default graph is empty then."""
    assert count(ask(COUNT_NAMED, named=["US-CA", "US-TX"])) == 2
    assert count(ask(COUNT, named=["US-CA"])) == 0


def test_full_dataset(ask: Ask, catalogue: Catalogue) -> None:
    """§2.1.4: both kinds of graphs in one request."""
    assert count(ask(BOTH, default=["US-CA"], named=["US-TX", "US-WA"])) == sum(size(catalogue, g) for g in ("US-CA", "US-TX", "US-WA"))


def test_dataset_of_the_query(ask: Ask, catalogue: Catalogue) -> None:
    """FROM and FROM NAMED say the dataset if the protocol does not; prefixes and the base of the query hold in them."""
    query = f"BASE <{GRAPH}> PREFIX g: <{GRAPH}> " + BOTH.replace("{", "FROM g:US-CA FROM NAMED <US-TX> {", 1)
    assert count(ask(query)) == size(catalogue, "US-CA") + size(catalogue, "US-TX")


def test_the_protocol_beats_the_query(ask: Ask, catalogue: Catalogue) -> None:
    """§2.1.4: the dataset of the protocol replaces that of the query, FROM and FROM NAMED alike."""
    query = BOTH.replace("{", f"FROM <{GRAPH}US-CA> FROM NAMED <{GRAPH}US-CA> {{", 1)
    assert count(ask(query, default=["US-TX"])) == size(catalogue, "US-TX")
    assert count(ask(query, named=["US-TX", "US-WA"])) == size(catalogue, "US-TX") + size(catalogue, "US-WA")


def test_the_word_from_elsewhere_is_no_dataset(ask: Ask, catalogue: Catalogue) -> None:
    """FROM in strings, comments, names and variables names no graph."""
    pattern = '{ ?s ?p ?o FILTER("FROM <x>" != "from") OPTIONAL { ?from from:named <from> } }'
    query = f"PREFIX from: <urn:from:> SELECT (COUNT(*) AS ?count) # FROM <{GRAPH}US-CA>\n {pattern}"
    assert count(ask(query)) == size(catalogue, "law")


def test_an_unknown_graph_is_refused(ask: Ask) -> None:
    """A graph that is not there is named in a 400, however it is asked for; nothing is fetched, and none is taken for empty."""
    for answer in (ask(COUNT, default=["nowhere"]), ask(COUNT, named=["nowhere"]), ask(COUNT.replace("{", f"FROM <{GRAPH}nowhere> {{", 1))):
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (400, "unknown-graph")
        assert GRAPH + "nowhere" in answer.json()["detail"]


def test_a_graph_has_to_be_an_iri(client: httpx.Client) -> None:
    """default-graph-uri that is no IRI is a fault of the request."""
    assert client.get("/sparql", params={"query": COUNT, "default-graph-uri": "not an iri"}).status_code == 400


def test_malformed_query(ask: Ask) -> None:
    """§2.1.6: what is not SPARQL is a 400, with the place."""
    answer = ask("SELECT * {\n ?s ?p ")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["type"].endswith("/malformed-query")
    assert "2:" in answer.json()["detail"]


def test_query_is_required_once(client: httpx.Client) -> None:
    """§2.1.1 to §2.1.3: exactly one `query`, wherever it stands."""
    two = [("query", "ASK {}"), ("query", "ASK {}")]
    answers = (
        client.get("/sparql", params=two),
        client.post("/sparql", content=b"query=ASK%7B%7D&query=ASK%7B%7D", headers=FORM),
        client.post("/sparql", content=b"ASK {}", headers=QUERY, params={"query": "ASK {}"}),
        client.post("/sparql", content=b"query=ASK%7B%7D", headers=FORM, params={"query": "ASK {}"}),
        client.get("/sparql", params={"default-graph-uri": GRAPH + "law"}),
        client.post("/sparql", content=b"", headers=FORM),
        client.post("/sparql", content=b"", headers=QUERY),
        client.get("/sparql", params={"query": ""}),
    )
    assert [a.status_code for a in answers] == [400] * len(answers)


@pytest.mark.parametrize("sent", [{"content": b"query=%FF", "headers": FORM}, {"content": b"SELECT * { ?s ?p '\xff' }", "headers": QUERY}])
def test_not_utf8(client: httpx.Client, sent: dict[str, object]) -> None:
    """A query that is not UTF-8 is a 400, by either POST."""
    assert client.post("/sparql", **sent).status_code == 400  # type: ignore[arg-type]  # whatever httpx takes


def test_not_utf8_in_the_address(client: httpx.Client) -> None:
    """The same by GET."""
    assert client.get("/sparql?query=ASK%7B%FF%7D").status_code == 400


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x", "nonsense", "application/sparql-query; charset=utf-16"])
def test_unknown_media_type(client: httpx.Client, media: str) -> None:
    """§2.1.3: a body of another kind is 415, and the answer says which are understood."""
    answer = client.post("/sparql", content=b"ASK {}", headers={"Content-Type": media})
    assert answer.status_code == 415
    assert "application/sparql-query" in answer.headers["accept-post"]


def test_no_media_type(client: httpx.Client) -> None:
    """A body of which nothing is said is not guessed."""
    assert client.post("/sparql", content=b"ASK {}").status_code == 415


def test_compressed_body(client: httpx.Client) -> None:
    """A compressed query is refused, not read as text."""
    assert client.post("/sparql", content=b"ASK {}", headers={**QUERY, "Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    "media", ["application/sparql-query; charset=UTF-8", 'Application/SPARQL-Query;charset="utf-8"', "application/sparql-query;version=1.1"]
)
def test_media_type_with_parameters(client: httpx.Client, media: str) -> None:
    """Parameters and letters of either case do not change a media type."""
    assert client.post("/sparql", content=b"ASK {}", headers={"Content-Type": media}).status_code == 200


def test_updates_are_refused(client: httpx.Client, catalogue: Catalogue) -> None:
    """§2.2: every way of asking for an update is refused, and has no effect."""
    update = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"
    answers = {
        "form": (client.post("/sparql", data={"update": update}), 400),
        "address": (client.get("/sparql", params={"update": update}), 400),
        "beside a query": (client.post("/sparql", data={"update": update, "query": COUNT}), 400),
        "body": (client.post("/sparql", content=update.encode(), headers={"Content-Type": "application/sparql-update"}), 415),
        "as a query": (client.get("/sparql", params={"query": update}), 400),
        "as the body of a query": (client.post("/sparql", content=update.encode(), headers=QUERY), 400),
        "with graphs": (client.post("/sparql", data={"update": update, "using-graph-uri": GRAPH + "law"}), 400),
    }
    assert {name: a.status_code for name, (a, _) in answers.items()} == {name: status for name, (_, status) in answers.items()}
    assert count(by_get(client, COUNT)) == size(catalogue, "law")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods(client: httpx.Client, method: str) -> None:
    """Another method is 405, with those that are allowed."""
    answer = client.request(method, "/sparql")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_head(client: httpx.Client) -> None:
    """HEAD is GET without the body: the same headers, for a query, for the description and for a refusal."""
    for params in ({"query": "ASK {}"}, {}, {"query": "nonsense"}):
        get, head = client.get("/sparql", params=params), client.head("/sparql", params=params)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert {k: v for k, v in head.headers.items() if k != "date"} == {k: v for k, v in get.headers.items() if k != "date"}


def test_options_and_cross_origin(client: httpx.Client) -> None:
    """Any page may ask, without credentials; a browser that asks first is told so."""
    answer = client.options("/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    for found in (answer, client.get("/sparql", params={"query": "ASK {}"}), client.get("/sparql", params={"query": "nonsense"})):
        assert found.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in found.headers


def test_parameters_of_clients_are_left_alone(client: httpx.Client) -> None:
    """Clients send parameters of their own (`format`, `timeout`); those that the protocol does not know change nothing."""
    assert client.get("/sparql", params={"query": "ASK {}", "format": "xml", "timeout": "1"}).headers["content-type"] == "application/sparql-results+json"


def test_relative_iris(client: httpx.Client) -> None:
    """A relative IRI in a query is relative to the address of the service."""
    answer = client.get("/sparql", params={"query": "SELECT (<x> AS ?x) {}"}).json()
    assert answer["results"]["bindings"][0]["x"]["value"] == f"{client.base_url}/x"


TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.mark.parametrize("media", TABLES)
def test_forms_of_tables(client: httpx.Client, media: str) -> None:
    """§2.1.5: SELECT in every form that keeps terms gives the same rows."""
    query = "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?s ?o LIMIT 20"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": media})
    assert answer.headers["content-type"].split(";")[0] == media
    wanted = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    rows = ox.parse_query_results(input=answer.content, format=TABLES[media])
    assert isinstance(rows, ox.QuerySolutions)
    assert [(r["s"].value, r["o"].value) for r in rows] == [(w["s"]["value"], w["o"]["value"]) for w in wanted]


def test_csv(client: httpx.Client) -> None:
    """CSV has a line of names, and a line for each row."""
    answer = client.get("/sparql", params={"query": "SELECT (1 AS ?a) ('x,y' AS ?b) {}"}, headers={"Accept": "text/csv"})
    assert (answer.text, answer.headers["content-type"]) == ('a,b\r\n1,"x,y"\r\n', "text/csv; charset=utf-8")


@pytest.mark.parametrize("media", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_forms_of_truth_values(client: httpx.Client, media: str) -> None:
    """§2.1.5: ASK in every form."""
    answer = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}, headers={"Accept": media})
    assert answer.headers["content-type"].split(";")[0] == media
    assert "true" in answer.text


GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("media", GRAPHS)
@pytest.mark.parametrize(
    "form", ["CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o }", "DESCRIBE <https://w3id.org/dutygraph/law/us-ca-evid-1014>"]
)
def test_forms_of_triples(client: httpx.Client, media: str, form: str) -> None:
    """§2.1.5: CONSTRUCT and DESCRIBE in every form give the same triples."""
    answer = client.get("/sparql", params={"query": form}, headers={"Accept": media})
    assert answer.headers["content-type"].split(";")[0] == media
    wanted = client.get("/sparql", params={"query": form}, headers={"Accept": "application/n-triples"})
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(input=answer.content, format=GRAPHS[media])]
    same = [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(input=wanted.content, format=ox.RdfFormat.N_TRIPLES)]
    assert canonical(triples) == canonical(same) != set()


def canonical(triples: list[ox.Triple]) -> set[str]:
    """Triples without the names of blank nodes."""
    found = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(q) for q in found}


def test_large_answers_are_streamed_whole(client: httpx.Client, catalogue: Catalogue) -> None:
    """An answer of many megabytes comes in chunks, with an end, and with every row."""
    answer = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(json.loads(answer.content)["results"]["bindings"]) == size(catalogue, "law")
