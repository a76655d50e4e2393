"""What strangers may try: each attempt has its own end, in time, and the server goes on as if nothing had been."""

import contextlib
import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sparql_server import serving

QUERY = {"Content-Type": "application/sparql-query"}
DEEP = 10_000
ANY = "?s ?p ?o"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
ATTACKS = {
    "a product of everything": ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {"time-limit", "cpu-limit"}),
    "a product, distinct": ("SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f }", {"memory-limit", "time-limit"}),
    "a product, sorted": ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", {"memory-limit", "time-limit"}),
    "a product, streamed": ("SELECT (SAMPLE(?a) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {"time-limit", "cpu-limit"}),
    "exploding paths": (
        "SELECT (COUNT(*) AS ?n) { ?a (!<urn:a>|^!<urn:b>)* ?b . ?b (!<urn:c>|^!<urn:d>)* ?c }",
        {"time-limit", "cpu-limit", "memory-limit"},
    ),
    "regular expressions over a product": (
        'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "^(a|a?)+(.*x)*$")) }',
        {"time-limit", "cpu-limit"},
    ),
    "a long concatenation": ("SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }", {"memory-limit", "time-limit"}),
    "a doubling text": (f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {DOUBLING} }}', {"memory-limit", "time-limit"}),
    "brackets": ("SELECT (" + "(" * DEEP + "1" + ")" * DEEP + " AS ?x) {}", {"too-deep"}),
    "groups": ("SELECT * " + "{" * DEEP + ANY + "}" * DEEP, {"too-deep"}),
    "nested EXISTS": ("SELECT * { " + "?s ?p ?o FILTER EXISTS { " * 1000 + ANY + "}" * 1000 + "}", {"too-deep"}),
    "nested OPTIONAL": ("SELECT * { " + "OPTIONAL { ?s ?p ?o " * DEEP + "}" * DEEP + "}", {"too-deep"}),
    "nested calls": ("SELECT (" + "STR(" * DEEP + "1" + ")" * DEEP + " AS ?x) {}", {"too-deep"}),
    "nested paths": ("SELECT * { ?s " + "(" * DEEP + "<urn:p>" + ")*" * DEEP + " ?o }", {"too-deep"}),
    "nested collections": ("SELECT * { ?s ?p " + "( " * DEEP + ") " * DEEP + "}", {"too-deep"}),
    "a function of nobody": ("SELECT (<urn:f>(1) AS ?x) {}", {"malformed-query"}),
    "half a query": ("SELECT * { ?s ?p ", {"malformed-query"}),
    "a null character": ("SELECT * { ?s ?p \0 }", {"malformed-query"}),
    "a file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", {"unknown-graph"}),
    "a file by name": ("SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }", {"unknown-graph"}),
    "an update": ("LOAD <file:///etc/passwd>", {"malformed-query"}),
}
STATUS = {400, 403, 408, 413, 504}


def post(address: str, query: str | bytes) -> httpx.Response:
    """A query as the body; it has fifteen seconds."""
    return httpx.post(address + "/sparql", content=query, headers=QUERY, timeout=15)


@contextlib.contextmanager
def watched(address: str) -> Iterator[list[float]]:
    """Ask after the server's health all the while; gives the seconds that each answer took."""
    took: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=5) as client:
            while True:
                began = time.monotonic()
                assert client.get("/health").status_code == 200
                took.append(time.monotonic() - began)
                if over.wait(0.02):
                    return

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(ask)
        try:
            yield took
        finally:
            over.set()
            done.result()
    assert took


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_each_ends_with_its_own_refusal(hasty: str, name: str) -> None:
    """An attack ends in time with an error of its kind, while others are answered."""
    query, kinds = ATTACKS[name]
    with watched(hasty):
        answer = post(hasty, query)
        assert post(hasty, "ASK {}").status_code == 200
    assert answer.json()["type"].rsplit("/", 1)[1] in kinds, answer.text
    assert answer.status_code in STATUS


@pytest.mark.slow
def test_a_limit_is_named_with_its_number(hasty: str) -> None:
    """The refusal names the limit and says how much it is."""
    found = post(hasty, ATTACKS["a product of everything"][0]).json()
    assert (found["limit"], found["number"], found["status"]) == ("seconds", 3, 504)
    found = post(hasty, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c").json()
    assert (found["limit"], found["status"]) in (("memory", 413), ("seconds", 504))


def test_many_values(hasty: str) -> None:
    """A long list of values is worked on if the request may be that long."""
    rows = " ".join(f"({n})" for n in range(100_000))
    answer = post(hasty, f"SELECT (COUNT(*) AS ?n) {{ VALUES (?x) {{ {rows} }} }}")
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "100000"


def test_a_catastrophic_expression_is_none_here(hasty: str) -> None:
    """An expression on which other engines never end is answered: matching is linear."""
    answer = post(hasty, 'SELECT (REGEX("' + "a" * 5000 + '!", "^(a*)*$") AS ?x) {}')
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "false"


def test_large_bodies(hasty: str) -> None:
    """Twenty megabytes are refused, said beforehand or not, and the connection lives on."""
    with httpx.Client(base_url=hasty, timeout=15) as client:
        assert client.post("/sparql", content=b"x" * 20_000_000, headers=QUERY).status_code == 413
        parts = (b"x" * 100_000 for _ in range(200))
        assert client.post("/sparql", content=parts, headers=QUERY).status_code == 413
        assert client.post("/sparql", content=b"ASK {}", headers=QUERY).status_code == 200


def test_long_addresses(hasty: str) -> None:
    """A query string that is too long is 414, a request without end of its headers 431."""
    with talking(hasty) as connection:
        connection.sendall(b"GET /sparql?query=" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert heard(connection).startswith(b"HTTP/1.1 414")
    with talking(hasty) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"GET /sparql HTTP/1.1\r\n" + b"X-A: b\r\n" * 50_000)
        assert heard(connection).startswith(b"HTTP/1.1 431")


def test_what_is_not_http(hasty: str) -> None:
    """Bytes that are no request are refused in the shape of every other error."""
    with talking(hasty) as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = heard(connection)
    assert answer.startswith(b"HTTP/1.1 400")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["status"] == 400


def test_many_parameters(hasty: str) -> None:
    """Thousands of parameters or graphs are refused."""
    assert httpx.get(hasty + "/sparql?query=ASK%7B%7D" + "&a=b" * 2000).status_code == 400
    assert httpx.get(hasty + "/sparql?query=ASK%7B%7D" + "&default-graph-uri=urn:x" * 200).status_code == 400


@contextlib.contextmanager
def talking(address: str) -> Iterator[socket.socket]:
    """A bare connection."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), timeout=15) as connection:
        yield connection


def heard(connection: socket.socket) -> bytes:
    """Everything until the server closes; a reset counts as the end."""
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent",
    [
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK ",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nASK \r\n",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET /spa",
    ],
)
def test_slow_requests(hasty: str, sent: bytes) -> None:
    """A request of which the rest never comes is refused as too slow, wherever it stops."""
    with talking(hasty) as connection:
        connection.sendall(sent)
        assert heard(connection).startswith(b"HTTP/1.1 408")


@pytest.mark.slow
def test_a_body_in_drops(hasty: str) -> None:
    """A byte every now and then does not make a request last."""
    with talking(hasty) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\n")
        connection.settimeout(0.3)
        began, answer = time.monotonic(), b""
        while not answer and time.monotonic() - began < 15:
            connection.sendall(b"A")
            with contextlib.suppress(TimeoutError):
                answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.slow
def test_a_connection_without_a_request_ends(hasty: str) -> None:
    """Who connects and says nothing is not waited for."""
    with talking(hasty) as connection:
        assert heard(connection).startswith((b"HTTP/1.1 408", b""))


@pytest.mark.slow
def test_an_answer_that_nobody_reads_ends(hasty: str) -> None:
    """A client that never reads its answer is cut off."""
    where = urlsplit(hasty)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((where.hostname, where.port))
        connection.sendall(b"GET /sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(5)
        connection.settimeout(10)
        assert not heard(connection).endswith(b"0\r\n\r\n")


def test_an_answer_that_grows_too_large_is_broken_off(hasty: str) -> None:
    """A limit that strikes after the answer has begun leaves no answer that looks whole, in HTTP/1.1 and in HTTP/1.0."""
    query = "SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo.%3Fa%20%3Fb%20%3Fc%7D"
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{hasty}/sparql?query={query}", timeout=15)
    with talking(hasty) as connection:
        connection.sendall(f"GET /sparql?query={query} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        with pytest.raises(ConnectionError):
            drain(connection)


def drain(connection: socket.socket) -> None:
    """Read to the end."""
    while connection.recv(65536):
        pass


def test_no_connection_is_made(hasty: str) -> None:
    """Whatever a query says, nobody hears of it: SERVICE is refused, SILENT or not, and FROM fetches nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{where}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{where}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND(<{where}> AS ?where) SERVICE ?where {{ ?s ?p ?o }} }}",
            "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "SELECT * { SERVICE SILENT <file:///etc/passwd> { ?s ?p ?o } }",
            f"ASK {{ FILTER NOT EXISTS {{ SERVICE SILENT <{where}> {{ ?s ?p ?o }} }} }}",
        ):
            answer = post(hasty, query)
            assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (403, "federation"), query
        assert post(hasty, f"SELECT * FROM <{where}> {{ ?s ?p ?o }}").status_code == 400
        assert httpx.get(hasty + "/sparql", params={"query": "ASK {}", "default-graph-uri": where}).status_code == 400
        listener.settimeout(0.5)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_names_are_not_looked_up(hasty: str) -> None:
    """A service under a name is refused as well, and not silently taken for empty."""
    assert post(hasty, "SELECT * { SERVICE SILENT <http://service.example/> { ?s ?p ?o } }").status_code == 403


@pytest.mark.slow
def test_more_than_can_be_served() -> None:
    """Long queries beyond what there is room for are refused at once with Retry-After; short ones are answered all the while."""
    limits = {"sandbox": {"seconds": 3, "children": 2, "long_jobs": 1, "long_after": 0.3, "queue": 4, "queue_seconds": 1}}
    with serving(limits) as address, ThreadPoolExecutor(12) as threads, watched(address):
        long = [threads.submit(post, address, ATTACKS["a product of everything"][0]) for _ in range(12)]
        answers = [f.result() for f in long]
        assert {a.status_code for a in answers} <= {503, 504}
        assert any(a.status_code == 504 for a in answers)
        refused = [a for a in answers if a.status_code == 503]
        assert refused
        assert all(int(a.headers["retry-after"]) > 0 and a.json()["type"].endswith("/busy") for a in refused)
        assert {a.json()["limit"] for a in refused} <= {"queue", "queue_seconds", "long_jobs"}


@pytest.mark.slow
def test_short_queries_beside_long_ones(hasty: str) -> None:
    """While long queries are at work, short ones are answered."""
    with ThreadPoolExecutor(2) as threads:
        long = [threads.submit(post, hasty, ATTACKS["a product of everything"][0]) for _ in range(2)]
        time.sleep(0.6)
        with httpx.Client(base_url=hasty, timeout=15) as client:
            short = [client.get("/sparql", params={"query": "ASK {}"}).status_code for _ in range(50)]
        assert [f.result().status_code for f in long] == [504, 504]
    assert short == [200] * 50


def memory_below(pid: int) -> int:
    """Bytes of memory of all processes that a process has started, what they share counted once."""
    total = 0
    with contextlib.suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(memory_of(int(child)) + memory_below(int(child)) for child in children.read_text(encoding="ascii").split())
    return total


def memory_of(pid: int) -> int:
    """Bytes of memory of a process; what several share counts in parts."""
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"), re.MULTILINE)
        return int(found[1]) << 10 if found else 0
    return 0


@pytest.mark.slow
def test_all_at_once(hasty: str) -> None:
    """Every attack at the same time: each ends, health is answered, memory stays in bounds, and afterwards all is as before."""
    with watched(hasty), ThreadPoolExecutor(len(ATTACKS)) as threads:
        jobs = [threads.submit(post, hasty, query) for query, _ in ATTACKS.values()]
        most = 0
        while not all(job.done() for job in jobs):
            most = max(most, memory_below(os.getpid()))
            time.sleep(0.05)
    assert {job.result().status_code for job in jobs} <= STATUS | {503}
    assert 0 < most < 2 << 30
    until = time.monotonic() + 10
    while post(hasty, "ASK {}").status_code != 200:
        assert time.monotonic() < until
    assert json.loads(post(hasty, "ASK {}").text)["boolean"] is True


@pytest.mark.slow
def test_several_workers() -> None:
    """Several server processes give the same answers, byte for byte."""
    query = f"SELECT * {{ ?s {LABEL} ?o ; ?p ?v }} ORDER BY ?s ?p ?o ?v LIMIT 500"
    with serving({"sandbox": {"children": 2}}, "--workers", "2") as address:
        assert len({post(address, query).content for _ in range(20)}) == 1
