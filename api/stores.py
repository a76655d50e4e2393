"""Where assessments are kept, when they are: in memory, in a folder (Oxigraph on RocksDB), or in any SPARQL 1.1 server.

Each assessment is a named graph of its own. What is needed to read it back stands in a second graph, the register: there it stands once more as
one text, compressed, for writing 3,500 triples out of a store on disk takes a hundred times as long as reading that.
"""

import base64
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from api.problems import Problem
from engine.record.quads import BASE
from engine.terms import XSD

if TYPE_CHECKING:
    import httpx

GRAPHS = BASE
REGISTER = "https://w3id.org/dutygraph/assessment-register"
TERMS = REGISTER + "#"
SECONDS = 5.0
"""How long a SPARQL server may take."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An assessment that is kept. id: not to be guessed. owner: name of the key it was kept with. expires: seconds since 1970.

    document: the case and the answer as JSON. triples: the assessment as N-Triples.
    """

    id: str
    owner: str
    expires: int
    document: str
    triples: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register: which assessment is kept, the name of the key it was kept with, and until when."""

    id: str
    owner: str
    expires: int


class Store(Protocol):
    """What every store does. When `put` returns, the assessment outlives the process (in memory: as long as the process does)."""

    def put(self, kept: Kept) -> None:
        """Keep one."""

    def get(self, name: str, now: int) -> Kept | None:
        """One by its id, if its time is not over."""

    def packed(self, name: str) -> bytes:
        """The graph of one as N-Triples, compressed by zlib; nothing where there is none."""

    def register(self, now: int, owner: str | None) -> Sequence[Entry]:
        """Every one whose time is not over, or those of one owner, in no order."""

    def delete(self, name: str) -> None:
        """Forget one, register and graph."""

    def sweep(self, now: int) -> int:
        """Forget all whose time is over; gives their number."""

    def close(self) -> None:
        """Let go of it."""


def quads_of(kept: Kept) -> list[ox.Quad]:
    """An assessment as quads: its own graph, and its entry in the register."""
    subject, register = ox.NamedNode(GRAPHS + kept.id), ox.NamedNode(REGISTER)
    entry = {
        "document": ox.Literal(kept.document),
        "owner": ox.Literal(kept.owner),
        "expires": ox.Literal(str(kept.expires), datatype=ox.NamedNode(XSD + "integer")),
        "packed": ox.Literal(base64.b64encode(zlib.compress(kept.triples.encode(), 1)).decode()),
    }
    own = (ox.Quad(t.subject, t.predicate, t.object, subject) for t in ox.parse(input=kept.triples, format=ox.RdfFormat.N_TRIPLES))
    return [*(ox.Quad(subject, ox.NamedNode(TERMS + name), value, register) for name, value in entry.items()), *own]


def listed_at(now: int, owner: str | None) -> str:
    """The question for the register."""
    whose = f"VALUES ?owner {{ {ox.Literal(owner)} }} " if owner is not None else ""
    return (
        f"SELECT ?kept ?owner ?expires WHERE {{ {whose}GRAPH <{REGISTER}> {{ ?kept <{TERMS}owner> ?owner ; <{TERMS}expires> ?expires }}"
        f" FILTER(?expires > {now}) }}"
    )


class OxigraphStore:
    """Oxigraph, in memory or in a folder. One process opens a folder; others reach it through the keeper."""

    def __init__(self, folder: str | None = None) -> None:
        try:
            self._store = ox.Store(folder) if folder else ox.Store()
        except OSError as error:
            raise Problem("store", f"the store {folder} cannot be opened: {error}", "name a folder that no other process has open") from error
        self._durable = folder is not None

    def put(self, kept: Kept) -> None:
        """Keep one, in one transaction, and see it written."""
        self._store.extend(quads_of(kept))
        if self._durable:
            self._store.flush()

    def get(self, name: str, now: int) -> Kept | None:
        """One by its id."""
        subject, register = ox.NamedNode(GRAPHS + name), ox.NamedNode(REGISTER)
        found = {q.predicate.value.removeprefix(TERMS): text_of(q.object) for q in self._store.quads_for_pattern(subject, None, None, register)}
        return kept_of(name, found, now)

    def packed(self, name: str) -> bytes:
        """The graph of one."""
        found = self._store.quads_for_pattern(ox.NamedNode(GRAPHS + name), ox.NamedNode(TERMS + "packed"), None, ox.NamedNode(REGISTER))
        return b"".join(base64.b64decode(text_of(quad.object)) for quad in found)

    def register(self, now: int, owner: str | None) -> Sequence[Entry]:
        """Every one that is kept."""
        rows = self._store.query(listed_at(now, owner))
        assert isinstance(rows, ox.QuerySolutions)
        return [Entry(text_of(kept).removeprefix(GRAPHS), text_of(owner), int(text_of(expires))) for kept, owner, expires in rows]

    def delete(self, name: str) -> None:
        """Forget one."""
        self._store.remove_graph(ox.NamedNode(GRAPHS + name))
        for quad in list(self._store.quads_for_pattern(ox.NamedNode(GRAPHS + name), None, None, ox.NamedNode(REGISTER))):
            self._store.remove(quad)
        if self._durable:
            self._store.flush()

    def sweep(self, now: int) -> int:
        """Forget what is over."""
        entries = self._store.quads_for_pattern(None, ox.NamedNode(TERMS + "expires"), None, ox.NamedNode(REGISTER))
        over = [text_of(q.subject).removeprefix(GRAPHS) for q in entries if int(text_of(q.object)) <= now]
        for name in over:
            self.delete(name)
        return len(over)

    def close(self) -> None:
        """Nothing is open beyond the store itself, which ends with the process."""


def text_of(term: object) -> str:
    """The text of a term of the register, where there are only names and literals."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def kept_of(name: str, found: Mapping[str, str], now: int) -> Kept | None:
    """An entry of the register as an assessment, unless its time is over."""
    if "document" not in found or int(found["expires"]) <= now:
        return None
    return Kept(name, found["owner"], int(found["expires"]), found["document"])


class SparqlStore:
    """Any server of SPARQL 1.1: `ADDRESS/query` and `ADDRESS/update`, or the address itself for both where it has a path."""

    def __init__(self, address: str) -> None:
        import httpx  # noqa: PLC0415  a service without such a store starts without it

        url = httpx.URL(address)
        plain = url.path in ("", "/")
        self._query, self._update = (str(url.join("/query")), str(url.join("/update"))) if plain else (address, address)
        self._client, self._failures = httpx.Client(timeout=SECONDS, trust_env=False), httpx.HTTPError

    def put(self, kept: Kept) -> None:
        """Keep one: one update, which the server does whole or not at all."""
        blocks: dict[str, list[str]] = {}
        for quad in quads_of(kept):
            blocks.setdefault(str(quad.graph_name), []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
        self.update("INSERT DATA { " + " ".join(f"GRAPH {graph} {{ {' '.join(lines)} }}" for graph, lines in blocks.items()) + " }")

    def get(self, name: str, now: int) -> Kept | None:
        """One by its id."""
        rows = self.select(f"SELECT ?p ?o WHERE {{ GRAPH <{REGISTER}> {{ {ox.NamedNode(GRAPHS + name)} ?p ?o }} }}")
        return kept_of(name, {row["p"]["value"].removeprefix(TERMS): row["o"]["value"] for row in rows}, now)

    def packed(self, name: str) -> bytes:
        """The graph of one."""
        rows = self.select(f"SELECT ?o WHERE {{ GRAPH <{REGISTER}> {{ {ox.NamedNode(GRAPHS + name)} <{TERMS}packed> ?o }} }}")
        return b"".join(base64.b64decode(row["o"]["value"]) for row in rows)

    def register(self, now: int, owner: str | None) -> Sequence[Entry]:
        """Every one that is kept."""
        rows = self.select(listed_at(now, owner))
        return [Entry(row["kept"]["value"].removeprefix(GRAPHS), row["owner"]["value"], int(row["expires"]["value"])) for row in rows]

    def delete(self, name: str) -> None:
        """Forget one."""
        node = ox.NamedNode(GRAPHS + name)
        self.update(f"DROP SILENT GRAPH {node} ; DELETE WHERE {{ GRAPH <{REGISTER}> {{ {node} ?p ?o }} }}")

    def sweep(self, now: int) -> int:
        """Forget what is over."""
        rows = list(self.select(f"SELECT ?s WHERE {{ GRAPH <{REGISTER}> {{ ?s <{TERMS}expires> ?e }} FILTER(?e <= {now}) }}"))
        for row in rows:
            self.delete(row["s"]["value"].removeprefix(GRAPHS))
        return len(rows)

    def close(self) -> None:
        """Close the connections to the server."""
        self._client.close()

    def update(self, text: str) -> None:
        """One SPARQL update."""
        self.send(self._update, text, "application/sparql-update")

    def select(self, text: str) -> Iterable[Mapping[str, Any]]:
        """The rows of a SELECT."""
        answer = self.send(self._query, text, "application/sparql-query").json()
        rows: Iterable[Mapping[str, Any]] = answer["results"]["bindings"]
        return rows

    def send(self, address: str, text: str, media: str) -> "httpx.Response":
        """Ask the server; what goes wrong there is one problem, without the text of the request."""
        try:
            headers = {"Content-Type": media, "Accept": "application/sparql-results+json"}
            response = self._client.post(address, content=text.encode(), headers=headers)
            response.raise_for_status()
        except self._failures as error:
            raise Problem("store", f"the SPARQL server of the store failed: {type(error).__name__}", "try again later", headers={"Retry-After": "5"}) from error
        return response


def open_store(name: str) -> Store:
    """The store that a setting names."""
    if name.startswith(("http://", "https://")):
        return SparqlStore(name)
    return OxigraphStore(None if name in ("", "memory") else name)
