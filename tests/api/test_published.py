"""Kept assessments at /sparql, where the operator publishes them: who sees which, from when until when, and what stays as it was."""

import contextlib
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import ROOT, Server, serving
from test_stores import sparql_server

from api.access import new_key
from api.audit import read, verify
from api.sparql.kept import ALL, LIST, Wanted, local, wanted_in
from api.sparql.question import Question
from api.stores import GRAPHS, Kept, open_store
from engine.queries import ASSESSMENTS

Case = dict[str, Any]
NORM = "PREFIX norm: <https://w3id.org/dutygraph/norms#>\n"
COUNT = "SELECT (COUNT(*) AS ?n) "
LAW = COUNT + "{ ?s ?p ?o }"
GRAPHS_OF_LAW = COUNT + "{ GRAPH ?g { ?s ?p ?o } }"
PUBLISH = "--publish-assessments"


def answer(client: httpx.Client, query: str, **more: Any) -> httpx.Response:
    """One query."""
    headers = {"Accept": "application/sparql-results+json", **more.pop("headers", {})}
    return client.get("/sparql", params={"query": query, **more}, headers=headers)


def number(client: httpx.Client, query: str, **more: Any) -> int:
    """The one number that a query gives."""
    found = answer(client, query, **more)
    assert found.status_code == 200, found.text
    return int(found.json()["results"]["bindings"][0]["n"]["value"])


def column(client: httpx.Client, query: str, name: str) -> list[str]:
    """A column of what a query gives."""
    found = answer(client, query)
    assert found.status_code == 200, found.text
    return [row[name]["value"] for row in found.json()["results"]["bindings"]]


def keep(client: httpx.Client, case: Case) -> tuple[str, str]:
    """Keep a case; gives the address and the graph that the answer names."""
    kept = client.post("/v1/assess?store=true", json=case)
    assert kept.status_code == 201, kept.text
    links = kept.json()["links"]
    assert links["self"] == kept.headers["location"]
    assert links["graph"] == ASSESSMENTS + links["self"].rsplit("/", 1)[1]
    return links["self"], links["graph"]


def wait_for_sparql(client: httpx.Client) -> None:
    """Until the dataset has been loaded."""
    until = time.monotonic() + 60
    while client.get("/ready").json()["sparql"] != "ready":
        assert time.monotonic() < until
        time.sleep(0.05)


@contextlib.contextmanager
def publishing(folder: Path, *options: str, **environment: str) -> Iterator[tuple[Server, httpx.Client]]:
    """A server that publishes, ready for queries, and a client of it."""
    with serving(folder, PUBLISH, *options, **environment) as server, server.client() as client:
        wait_for_sparql(client)
        yield server, client


@pytest.fixture(scope="module", params=["memory", "folder", "server"])
def open_to_this_machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server without keys that publishes, over each of the stores."""
    folder = tmp_path_factory.mktemp("published")
    with contextlib.ExitStack() as stack:
        where = {"memory": lambda: "memory", "folder": lambda: str(folder / "store"), "server": lambda: stack.enter_context(sparql_server(folder / "other"))}
        _, client = stack.enter_context(publishing(folder, "--store", where[request.param]()))
        yield client


def test_from_kept_to_forgotten(open_to_this_machine: httpx.Client, case: Case) -> None:
    """A graph is there once it is kept, with what was recorded, in every way of naming it; once it is forgotten it is refused."""
    client = open_to_this_machine
    law, graphs = number(client, LAW), number(client, GRAPHS_OF_LAW)
    where, graph = keep(client, case)
    name = graph.removeprefix(ASSESSMENTS)
    ways = [
        number(client, COUNT + f"{{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"),
        number(client, COUNT + f"FROM <{graph}> {{ ?s ?p ?o }}"),
        number(client, COUNT + f"FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
        number(client, COUNT + f"FROM <{ALL}> {{ ?s ?p ?o }}"),
        number(client, LAW, **{"default-graph-uri": graph}),
        number(client, COUNT + "{ GRAPH ?g { ?s ?p ?o } }", **{"named-graph-uri": ALL}),
    ]
    if name[0] != "-" and name[-1] != "-":  # a local name cannot begin with one
        ways.append(number(client, f"PREFIX kept: <{ASSESSMENTS}>\n{COUNT}{{ GRAPH kept:{name} {{ ?s ?p ?o }} }}"))
    assert len(set(ways)) == 1
    assert ways[0] > 3000
    joined = (
        NORM + f"SELECT ?label FROM <https://w3id.org/dutygraph/graph/law> FROM NAMED <{graph}> {{ GRAPH <{graph}> {{ ?x ?y ?norm }} ?norm a norm:Obligation }}"
    )
    assert answer(client, joined).json()["results"]["bindings"]
    assert number(client, COUNT + f"{{ GRAPH <{graph}> {{ ?s ?p ?o }} }} # again") == ways[0]
    assert (number(client, LAW), number(client, GRAPHS_OF_LAW)) == (law, graphs)
    assert column(client, f"SELECT ?g {{ GRAPH <{LIST}> {{ ?g a ?type }} }}", "g") == [graph]
    assert client.delete(where).status_code == 204
    for query in (f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", f"ASK FROM <{graph}> {{ ?s ?p ?o }}", f"ASK FROM NAMED <{graph}> {{}}"):
        refused = answer(client, query)
        assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (400, "unknown-graph")
    assert number(client, COUNT + f"FROM NAMED <{ALL}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 0
    assert number(client, COUNT + f"{{ GRAPH <{LIST}> {{ ?s ?p ?o }} }}") == 0


def test_two_that_share_triples(open_to_this_machine: httpx.Client, case: Case) -> None:
    """As default graphs they are merged as sets; as named graphs each has its own."""
    client = open_to_this_machine
    (one, first), (two, second) = keep(client, case), keep(client, case)
    each = number(client, COUNT + f"FROM <{first}> {{ ?s ?p ?o }}")
    together = f"{COUNT}FROM <{first}> FROM <{second}> {{ ?s ?p ?o }}"
    distinct = COUNT + "{ SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert number(client, together) == number(client, distinct, **{"named-graph-uri": ALL}) <= 2 * each
    assert number(client, COUNT + f"FROM NAMED <{ALL}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 2 * each
    for where in (one, two):
        client.delete(where)


def test_the_description_counts(open_to_this_machine: httpx.Client, case: Case) -> None:
    """Service description and VoID say how many there are and how to list them; the graph of the list has as many triples as they say."""
    client = open_to_this_machine
    where, graph = keep(client, case)
    triples = number(client, COUNT + f"{{ GRAPH <{LIST}> {{ ?s ?p ?o }} }}")
    for path in ("/sparql", "/.well-known/void"):
        found = client.get(path, headers={"Accept": "application/n-triples"})
        assert found.headers["cache-control"] == "no-store"
        assert "You may see 1 kept assessments" in found.text
        assert f'"{triples}"^^<http://www.w3.org/2001/XMLSchema#integer>' in found.text
        assert LIST in found.text
        assert graph not in found.text
    client.delete(where)


def test_a_page_of_elsewhere_sees_nothing(open_to_this_machine: httpx.Client, case: Case) -> None:
    """Any page in a browser on this machine may ask /sparql, but not for what is kept, neither by its origin nor by another name for this host."""
    client = open_to_this_machine
    where, graph = keep(client, case)
    query = f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Host": "elsewhere.example"}, {"X-Forwarded-For": "192.0.2.1"}):
        for asked in (query, f"ASK FROM NAMED <{ALL}> {{}}", f"ASK FROM <{LIST}> {{}}"):
            assert answer(client, asked, headers=headers).status_code == 400
        assert "kept assessments" not in client.get("/sparql", headers=headers).text
    own = {"Origin": str(client.base_url).rstrip("/")}
    assert answer(client, query, headers=own).json()["boolean"] is True
    assert answer(client, query).headers["cache-control"] == "no-store"
    client.delete(where)


def test_not_published_unless_the_operator_says_so(client: httpx.Client, case: Case) -> None:
    """By default nothing of what is kept can be queried."""
    wait_for_sparql(client)
    where, graph = keep(client, case)
    assert answer(client, f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}").json()["boolean"] is False
    for name in (graph, ALL, LIST):
        assert answer(client, f"ASK FROM <{name}> {{}}").status_code == 400
    assert "assessments" not in client.get("/sparql", headers={"Accept": "application/n-triples"}).text.replace("dutygraph/assess", "")
    client.delete(where)


@dataclass
class Keyed:
    """A server with keys. clients: by the name of their key, '' for none."""

    clients: dict[str, httpx.Client]
    log: Path


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """A server with keys, two workers and a log."""
    folder = tmp_path_factory.mktemp("keyed")
    scopes = {"reader": ("read",), "clinic": ("read", "assess"), "other": ("read", "assess"), "boss": ("admin",)}
    made = {name: new_key(name, of) for name, of in scopes.items()}
    (folder / "keys").write_text("\n".join(line for _, line in made.values()) + "\n")
    log = folder / "audit.log"
    options = ("--keys", str(folder / "keys"), "--workers", "2", "--store", str(folder / "store"), "--audit", str(log))
    with publishing(folder, *options) as (server, nobody), contextlib.ExitStack() as stack:
        clients = {name: stack.enter_context(server.client(headers={"X-API-Key": secret})) for name, (secret, _) in made.items()}
        yield Keyed({**clients, "": nobody}, log)


def patient(client: httpx.Client, query: str, **more: Any) -> httpx.Response:
    """One query on a connection of its own, to whichever worker takes it; a worker that has not loaded yet is asked again."""
    for _ in range(600):
        with httpx.Client(base_url=client.base_url, headers=client.headers, timeout=60, trust_env=False) as fresh:
            found = answer(fresh, query, **more)
        if found.status_code != 503:
            break
        time.sleep(0.1)
    return found


def without_id(problem: str) -> str:
    """A problem but for the id of its request."""
    return json.dumps({k: v for k, v in json.loads(problem).items() if k != "request_id"})


def test_each_key_sees_its_own(keyed: Keyed, case: Case) -> None:
    """A key sees what was kept with it, an admin everything, a reader nothing; and what one may not see is refused as what is not there."""
    clients = keyed.clients
    kept = {name: keep(clients[name], case) for name in ("clinic", "other")}
    mine, theirs = kept["clinic"][1], kept["other"][1]
    sees = {"clinic": {mine}, "other": {theirs}, "boss": {mine, theirs}}
    for name, graphs in sees.items():
        for _ in range(4):
            listed = patient(clients[name], f"SELECT ?g {{ GRAPH <{LIST}> {{ ?g a ?type }} }}").json()["results"]["bindings"]
            assert {row["g"]["value"] for row in listed} == graphs
            whole = patient(clients[name], f"SELECT DISTINCT ?g FROM NAMED <{ALL}> {{ GRAPH ?g {{ ?s ?p ?o }} }}").json()["results"]["bindings"]
            assert {row["g"]["value"] for row in whole} == graphs
    nowhere = ASSESSMENTS + "x" * 32
    for name, graph in (("clinic", theirs), ("other", mine), ("reader", mine), ("reader", LIST), ("reader", ALL)):
        refused = patient(clients[name], f"ASK FROM <{graph}> {{}}")
        absent = patient(clients[name], f"ASK FROM <{nowhere}> {{}}")
        assert refused.status_code == absent.status_code == 400
        assert without_id(refused.text).replace(graph, nowhere) == without_id(absent.text)
    assert patient(clients[""], f"ASK FROM <{mine}> {{}}").status_code == 401
    assert "kept assessments" not in clients["reader"].get("/sparql").text
    assert "You may see 2 kept" in clients["boss"].get("/.well-known/void").text
    assert clients["boss"].delete(kept["other"][0]).status_code == 204
    assert all(patient(clients[name], f"ASK FROM <{theirs}> {{}}").status_code == 400 for name in ("other", "boss") for _ in range(4))
    clients["boss"].delete(kept["clinic"][0])


def test_who_looked_is_in_the_log(keyed: Keyed, case: Case) -> None:
    """A query for assessments has its line, without the id; one for the law has none; and the log of two workers holds."""
    clients = keyed.clients
    where, graph = keep(clients["clinic"], case)
    before = len(list(read(keyed.log)))
    patient(clients["clinic"], LAW)
    assert len(list(read(keyed.log))) == before
    patient(clients["clinic"], f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    last = list(read(keyed.log))[-1]
    assert {"key": "clinic", "method": "GET", "endpoint": "/sparql"}.items() <= last.items()
    assert graph.removeprefix(ASSESSMENTS) not in keyed.log.read_text()
    assert verify(keyed.log) is None
    clients["clinic"].delete(where)


def test_gone_when_its_time_is_over(tmp_path: Path) -> None:
    """At the second at which its time is over, before anything is swept."""
    name, soon = "a" * 32, int(time.time()) + 12
    store = open_store(str(tmp_path / "store"))
    store.put(Kept(name, "", soon, json.dumps({"case": {}, "assessment": {}}), f"<{GRAPHS}{name}#x> <urn:p> <urn:o> .\n"))
    del store
    query = f"ASK {{ GRAPH <{GRAPHS}{name}> {{ ?s ?p ?o }} }}"
    with publishing(tmp_path, "--store", str(tmp_path / "store")) as (_, client):
        assert answer(client, query).status_code == (200 if time.time() < soon else 400)
        time.sleep(max(0.0, soon - time.time()))
        assert answer(client, query).status_code == 400
        assert column(client, f"SELECT ?g {{ GRAPH <{LIST}> {{ ?g a ?type }} }}", "g") == []


def test_too_many_for_one_query(tmp_path: Path) -> None:
    """More than the limit are refused with its name and number, never answered over fewer; the list has them all."""
    store = open_store(str(tmp_path / "store"))
    names = [f"{n:032d}" for n in range(101)]
    for name in names:
        store.put(Kept(name, "", 2**33, "{}", f"<{GRAPHS}{name}#x> <urn:p> <urn:o> .\n"))
    del store
    with publishing(tmp_path, "--store", str(tmp_path / "store")) as (_, client):
        refused = answer(client, COUNT + f"FROM <{ALL}> {{ ?s ?p ?o }}")
        assert refused.status_code == 413
        assert {"limit": "assessments", "number": 100}.items() <= refused.json().items()
        assert len(column(client, f"SELECT ?g {{ GRAPH <{LIST}> {{ ?g a ?type }} }}", "g")) == 101
        assert number(client, COUNT + " ".join(f"FROM <{GRAPHS}{name}>" for name in names[:100]) + "{ ?s ?p ?o }") == 100
        assert client.get("/v1/limits").json()["sparql"]["assessments"] == 100


def test_open_to_the_world_without_keys(tmp_path: Path, case: Case) -> None:
    """With `--exposed` and no keys, whoever knows an id may query it, as at its address; nobody gets a list, and nobody all."""
    with publishing(tmp_path, "--exposed") as (_, client):
        _, graph = keep(client, case)
        strange = {"Origin": "https://elsewhere.example", "X-Forwarded-For": "192.0.2.1"}
        for headers in ({}, strange):
            assert answer(client, f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", headers=headers).json()["boolean"] is True
            for query in (f"ASK {{ GRAPH <{LIST}> {{ ?s ?p ?o }} }}", f"ASK FROM <{ALL}> {{ ?s ?p ?o }}"):
                assert answer(client, query, headers=headers).json()["boolean"] is False
        assert "You may see 0 kept" in client.get("/sparql").text


def test_the_law_without_the_store(tmp_path: Path, case: Case) -> None:
    """While the server that keeps assessments is away, a query about them says so, and one about the law is answered."""
    with contextlib.ExitStack() as stack:
        away = stack.enter_context(contextlib.ExitStack())
        where = away.enter_context(sparql_server(tmp_path / "other"))
        _, client = stack.enter_context(publishing(tmp_path, "--store", where))
        law, (_, graph) = number(client, LAW), keep(client, case)
        away.close()
        for query in (f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", f"ASK FROM <{LIST}> {{}}"):
            refused = answer(client, query)
            assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (503, "store")
            assert refused.headers["retry-after"]
            assert graph not in refused.text
        assert number(client, LAW) == law


def test_many_at_once(tmp_path: Path, case: Case) -> None:
    """Each of many queries at once about assessments has its whole answer or is told to come again, and those about the law are answered meanwhile."""
    with publishing(tmp_path) as (server, client):
        graphs = [keep(client, case)[1] for _ in range(20)]
        each = number(client, COUNT + f"FROM <{graphs[0]}> {{ ?s ?p ?o }}")
        law = number(client, LAW)

        def ask(turn: int) -> tuple[int, int]:
            with server.client() as own:
                found = answer(own, LAW if turn % 2 else COUNT + f"FROM NAMED <{ALL}> {{ GRAPH ?g {{ ?s ?p ?o }} }}")
            if found.status_code == 503:
                assert found.json()["limit"] in ("assessment_queries", "queue_seconds", "long_jobs")
                return turn % 2, -1
            return turn % 2, int(found.json()["results"]["bindings"][0]["n"]["value"])

        with ThreadPoolExecutor(24) as threads:
            found = list(threads.map(ask, range(48)))
        assert {n for about_law, n in found if about_law} == {law}
        assert {n for about_law, n in found if not about_law} - {-1} == {20 * each}


def test_the_walls_are_the_same(tmp_path: Path, case: Case) -> None:
    """A query about an assessment has the limits of any other, carries nothing out, and leaves nothing behind for the next."""
    with publishing(tmp_path) as (_, client):
        _, graph = keep(client, case)
        away = answer(client, f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p ?o }} SERVICE <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}")
        assert (away.status_code, away.json()["type"].rsplit("/", 1)[1]) == (403, "federation")
        endless = answer(client, f"{COUNT}FROM <{graph}> {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}")
        assert endless.status_code == 504
        assert endless.json()["limit"] in ("seconds", "cpu_seconds")
        for _ in range(20):
            assert answer(client, f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}").json()["boolean"] is True
            left = COUNT + "{ GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://w3id.org/dutygraph/assess')) }"
            assert number(client, left) == 0


NAMES = {
    "the law": ("SELECT * { ?s a <https://w3id.org/dutygraph/norms#Assessment> }", None),
    "whole": (f"ASK {{ GRAPH <{ASSESSMENTS}ab_-9> {{}} }}", Wanted(("ab_-9",), all=False, listed=False)),
    "a node of it": (f"ASK {{ <{ASSESSMENTS}ab#norm-1> ?p ?o }}", Wanted(("ab",), all=False, listed=False)),
    "a prefix": (f"PREFIX k: <{ASSESSMENTS}> ASK {{ GRAPH k:ab {{}} GRAPH k:cd {{}} xk:no }}", Wanted(("ab", "cd"), all=False, listed=False)),
    "an empty prefix": (f"prefix : <{ASSESSMENTS}> ASK {{ GRAPH :ab {{ ?s x:no ?o }} }}", Wanted(("ab",), all=False, listed=False)),
    "two prefixes": (
        f"PREFIX k: <{ASSESSMENTS}> PREFIX l.m: <{ASSESSMENTS}> ASK {{ GRAPH l.m:ab {{}} GRAPH k:cd {{}} }}",
        Wanted(("ab", "cd"), all=False, listed=False),
    ),
    "more prefixes than anybody needs": (
        "".join(f"PREFIX p{n}: <{ASSESSMENTS}> " for n in range(10_000)) + "ASK { GRAPH p9999:ab {} }",
        Wanted(("ab",), all=False, listed=False),
    ),
    "a prefix of nothing": (f"PREFIX k: <{ASSESSMENTS}> ASK {{}}", None),
    "all": (f"ASK FROM NAMED <{ALL}> {{}}", Wanted((), all=True, listed=False)),
    "the list": (f"ASK FROM <{LIST}> {{}}", Wanted((), all=False, listed=True)),
}


@pytest.mark.parametrize(("text", "wanted"), NAMES.values(), ids=NAMES)
def test_what_a_query_names(text: str, wanted: Wanted | None) -> None:
    """Assessments are found by their whole IRI or a prefix for it."""
    assert wanted_in(Question(text.encode(), (), ())) == wanted


def test_the_documented_query(open_to_this_machine: httpx.Client, case: Case) -> None:
    """The query of the page counts in how many kept cases each norm takes effect."""
    client = open_to_this_machine
    (query,) = re.findall(r"```sparql\n(.*?)```", (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8"), re.DOTALL)
    where = [keep(client, case)[0] for _ in range(2)]
    rows = answer(client, query).json()["results"]["bindings"]
    assert {row["cases"]["value"] for row in rows} == {"2"}
    assert "https://w3id.org/dutygraph/law/us-ca-civ-43-92" in {row["norm"]["value"] for row in rows}
    for one in where:
        client.delete(one)


def test_all_of_them_are_not_a_graph(open_to_this_machine: httpx.Client) -> None:
    """GRAPH with the name for all of them would find nothing, and is refused."""
    refused = answer(open_to_this_machine, f"ASK {{ GRAPH <{ALL}> {{ ?s ?p ?o }} }}")
    assert refused.status_code == 400
    assert "FROM NAMED" in refused.json()["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:80", "[::1]:9"])
def test_names_of_this_machine(host: str) -> None:
    """These are this machine; what only begins like them is not."""
    assert local({"scheme": "http"}, {b"host": host.encode()})
    assert not local({"scheme": "http"}, {b"host": host.encode() + b".elsewhere.example"})
