"""Light SPARQL through the pool of disposable processes, beside the `oxigraph` server on the same data, in one run.

Needs `wrk` (Debian: apt-get install wrk) and the `oxigraph` package. Rounds alternate, so that what else the machine does
falls on both; the figure is the median of the ratios of neighbouring rounds. One page of Markdown on standard output.
"""

import contextlib
import datetime
import itertools
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox

from api.snapshot import prepare
from engine.dataset import LAW

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, SECONDS = 7, 3
CONNECTIONS = 16
NORMS = "https://w3id.org/dutygraph/norms#"
KINDS = ("Obligation", "Permission", "Prohibition", "Immunity", "NoDuty", "Recommendation")
PLACES = ("US-CA", "US-TX", "US-WA", "US-AZ")
LABELS = "SELECT ?n ?l WHERE {{ ?n a <{norms}{kind}> ; <http://www.w3.org/2000/01/rdf-schema#label> ?l }} LIMIT 10"
COUNTS = "SELECT (COUNT(*) AS ?c) WHERE {{ ?n a <{norms}{kind}> }}"
PLACED = "ASK {{ ?n <{norms}jurisdiction> <https://w3id.org/dutygraph/jurisdiction/{place}> }}"
QUERIES = (
    *(form.format(norms=NORMS, kind=kind) for kind in KINDS for form in (LABELS, COUNTS)),
    *(PLACED.format(norms=NORMS, place=place) for place in PLACES),
)
SCRIPT = """
local queries, at = {%s}, 0
local function escape(c) return string.format("%%%%%%02X", string.byte(c)) end
init = function()
  for i, q in ipairs(queries) do
    queries[i] = wrk.format("GET", "%s?query=" .. q:gsub("[^%%w]", escape), {["Accept"] = "application/sparql-results+json"})
  end
end
request = function() at = at %% #queries + 1; return queries[at] end
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  print(string.format("FOUND %%f %%f %%f %%d", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end
"""
"""What wrk sends: the queries in turn."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round found: answers a second, and milliseconds at the median and at the 99th percentile."""

    rate: float
    median: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Service:
    """A server under test: its name, its address and the process that it runs in."""

    name: str
    address: str
    path: str


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running(name: str, command: Sequence[str], port: int, path: str, **environment: str) -> Iterator[Service]:
    """A server, once it answers."""
    service = Service(name, f"http://127.0.0.1:{port}", path)
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(service.address + path, params={"query": "ASK {}"}).status_code == httpx.codes.OK:
                    break
            time.sleep(0.05)
        yield service
    finally:
        process.terminate()
        process.wait()


def pool() -> contextlib.AbstractContextManager[Service]:
    """Our endpoint alone."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.sparql.alone:create", "--http", "api.connections:BoundedProtocol", "--no-access-log"]
    return running("/sparql alone", [*command, "--port", str(port)], port, "/sparql")


def whole(name: str, answers: int) -> contextlib.AbstractContextManager[Service]:
    """The whole service, with its ids, headers, figures and limits, but for the one on requests. answers: how many it may remember."""
    port = free_port()
    command = [sys.executable, "-m", "api.main", "serve", "--port", str(port), "--rate", "0"]
    return running(name, command, port, "/sparql", DUTYGRAPH_ANSWERS=str(answers))


def oxigraph(folder: Path) -> contextlib.AbstractContextManager[Service]:
    """The oxigraph server over the same graphs, the asserted law as its default graph, optimised for reading."""
    program = str(Path(sys.executable).with_name("oxigraph"))
    store = ox.Store(str(folder))
    for file in prepare(ROOT / "ontology").dataset.files:
        store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in list(store.quads_for_pattern(None, None, None, ox.NamedNode(LAW))))
    store.optimize()
    store.flush()
    del store
    port = free_port()
    return running("oxigraph server", [program, "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"], port, "/query")


def same_answers(services: Sequence[Service]) -> None:
    """Every service answers every query alike, as far as the query fixes the answer."""
    for query in QUERIES:
        found = [httpx.get(s.address + s.path, params={"query": query}, headers={"Accept": "application/sparql-results+json"}).json() for s in services]
        if "LIMIT" in query:
            found = [len(f["results"]["bindings"]) for f in found]
        assert all(f == found[0] for f in found), query


def measure(service: Service, script: Path) -> Round:
    """One round."""
    script.write_text(SCRIPT % (", ".join(f"[[{q}]]" for q in QUERIES), service.path), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-s", str(script), service.address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"FOUND (\S+) (\S+) (\S+) (\d+)", text)
    assert found is not None, text
    assert found[4] == "0", f"{found[4]} requests to {service.name} failed"
    return Round(*(float(found[n]) for n in (1, 2, 3)))


def line(service: Service, rounds: Sequence[Round], peers: Sequence[Round]) -> str:
    """One row: medians over the rounds, and the median of the ratios to the peer's neighbouring rounds."""
    ratio = statistics.median(mine.rate / peer.rate for mine, peer in zip(rounds, peers, strict=True))
    rate, median, slowest = (statistics.median(values) for values in zip(*((r.rate, r.median, r.slowest) for r in rounds), strict=True))
    return f"| {service.name} | {rate:,.0f} | {median:.2f} ms | {slowest:.2f} ms | {ratio:.2f} |"


def main() -> None:
    """Measure and print."""
    assert shutil.which("wrk"), "wrk is missing: apt-get install wrk"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        script = Path(folder) / "queries.lua"
        services = [
            stack.enter_context(s) for s in (oxigraph(Path(folder) / "store"), pool(), whole("`dutygraph serve`", 0), whole("the same, remembering", 256))
        ]
        same_answers(services)
        found: dict[str, list[Round]] = {s.name: [] for s in services}
        for _, service in itertools.product(range(ROUNDS), services):
            found[service.name].append(measure(service, script))
        load = os.getloadavg()[0]
        print("| server | answers a second | median | p99 | of oxigraph |\n| --- | --- | --- | --- | --- |")
        for service in services:
            print(line(service, found[service.name], found[services[0].name]))
    words = f"{CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s each, {len(QUERIES)} queries in turn"
    print(f"\n{words}; {platform.machine()}, {os.cpu_count()} cores, {datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}, load average {load:.1f} at the end.")


if __name__ == "__main__":
    main()
