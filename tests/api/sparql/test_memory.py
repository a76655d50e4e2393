"""Answers of queries given again from memory: only those over the law, only those that are the same each time, in every way alike."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live import Server, serving

from api.sparql.memory import LARGEST, LONGEST, TOGETHER, Memory, size

OWN = ("date", "x-request-id", "ratelimit")
"""Headers that belong to the request, whatever is answered."""
QUERY = "SELECT ?n WHERE { ?n a <https://w3id.org/dutygraph/norms#Obligation> } ORDER BY ?n LIMIT 3"
CHANGING = ("SELECT (RAND() AS ?x) {}", "SELECT (now() AS ?x) {}", "SELECT (UUID() AS ?x) {}", "SELECT (StrUUID() AS ?x) {}", "SELECT (R\\u0041ND() AS ?x) {}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A whole service."""
    with serving(tmp_path_factory.mktemp("memory")) as found:
        with found.client() as client:
            while client.get("/ready").json()["sparql"] != "ready":
                pass
        yield found


def remembered(client: httpx.Client) -> int:
    """How many answers were given from memory so far."""
    found = re.search(r"^dutygraph_answers_remembered_total (\d+)", client.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return int(found[1])


def ask(client: httpx.Client, query: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, without what belongs to the request alone."""
    found = client.request(method, "/sparql", params={"query": query}, headers=headers)
    return found.status_code, {k: v for k, v in found.headers.items() if k not in OWN}, found.content


def test_the_second_answer_is_the_first(server: Server) -> None:
    """The same query in the same form is answered from memory, byte for byte; by HEAD without the body, by POST the same."""
    with server.client() as client:
        first = ask(client, QUERY, Accept="text/csv")
        before = remembered(client)
        assert ask(client, QUERY, Accept="text/csv") == first
        assert ask(client, QUERY, "HEAD", Accept="text/csv") == (200, first[1], b"")
        posted = client.post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
        assert posted.content == first[2]
        assert remembered(client) == before + 3


def test_another_form_or_graph_is_another_answer(server: Server) -> None:
    """What the answer depends on is part of what is remembered."""
    with server.client() as client:
        ask(client, QUERY, Accept="text/csv")
        before = remembered(client)
        assert ask(client, QUERY, Accept="application/sparql-results+json")[1]["content-type"].startswith("application/sparql-results+json")
        graph = {"query": QUERY, "default-graph-uri": "https://w3id.org/dutygraph/graph/US-CA"}
        assert client.get("/sparql", params=graph, headers={"Accept": "text/csv"}).content != ask(client, QUERY, Accept="text/csv")[2]
        assert remembered(client) == before + 1


@pytest.mark.parametrize("query", CHANGING)
def test_what_changes_is_not_remembered(server: Server, query: str) -> None:
    """A query that gives something else each time is evaluated each time, however its function is written."""
    with server.client() as client:
        before = remembered(client)
        ask(client, query)
        ask(client, query)
        assert remembered(client) == before


def test_a_refusal_is_not_remembered(server: Server) -> None:
    """A query that is not SPARQL is refused each time, in the same words."""
    with server.client() as client:
        before = remembered(client)
        assert ask(client, "SELECT nothing")[0] == ask(client, "SELECT nothing")[0] == 400
        assert remembered(client) == before


def test_nothing_is_remembered_where_the_operator_says_so(tmp_path: Path) -> None:
    """DUTYGRAPH_ANSWERS=0 sends every query to a child."""
    with serving(tmp_path, DUTYGRAPH_ANSWERS="0") as server, server.client() as client:
        while client.get("/ready").json()["sparql"] != "ready":
            pass
        assert ask(client, QUERY) == ask(client, QUERY)
        assert remembered(client) == 0


def test_what_is_kept_is_bounded() -> None:
    """Long queries and answers are left alone; few are kept, and few bytes; the one asked for least lately goes first."""
    memory = Memory(2)
    for name in (b"a", b"b"):
        memory.put(b"", name, (b"", name))
    assert memory.get(b"", b"a") == (b"", b"a")
    memory.put(b"", b"c", (b"", b"c"))
    assert [memory.get(b"", name) is not None for name in (b"a", b"b", b"c")] == [True, False, True]
    memory.put(b"", b"x" * (LONGEST + 1), (b"", b""))
    memory.put(b"", b"y", (b"", b"y" * (LARGEST + 1)))
    assert memory.get(b"", b"x" * (LONGEST + 1)) is None
    assert memory.get(b"", b"y") is None
    full, count = Memory(10**6), TOGETHER // LARGEST + 2
    for n in range(count):
        full.put(b"", b"%d" % n, (b"", b"z" * (LARGEST - 10)))
    kept = [b"%d" % n for n in range(count) if full.get(b"", b"%d" % n)]
    assert len(kept) < count
    assert sum(size((b"", name), (b"", b"z" * (LARGEST - 10))) for name in kept) <= TOGETHER


def test_nothing_is_remembered_of_a_memory_without_room() -> None:
    """The endpoint alone remembers nothing."""
    memory = Memory()
    memory.put(b"", b"a", (b"", b"a"))
    assert memory.get(b"", b"a") is None
