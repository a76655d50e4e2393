"""Which form is sent: Accept as RFC 9110 §12.5.1 reads it."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from api.sparql.negotiate import GRAPHS, RESULTS, choose

JSON, XML, CSV, TSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"
WANTED = {
    None: JSON,
    "": JSON,
    "*/*": JSON,
    "application/json": "application/json",
    "text/*": "text/xml",
    "text/*;q=0.5, text/csv": CSV,
    "text/csv;q=0.5, application/sparql-results+xml;q=0.6": XML,
    "text/csv;q=0, */*": JSON,
    "application/*;q=0, */*;q=0.1": "text/xml",
    "application/sparql-results+json;q=0, */*": "application/json",
    "*/*;q=0.1, text/csv;q=0.2": CSV,
    "text/csv;q=1.000": CSV,
    "TEXT/CSV": CSV,
    "text/csv;charset=utf-8": CSV,
    'text/csv;charset="UTF-8"': CSV,
    "text/csv;charset=utf-16": None,
    "text/csv;charset=utf-16, text/csv;q=0.1": CSV,
    "text/csv;header=absent": None,
    "text/csv;header=present;q=0.9, text/csv;q=0, application/json;q=0.8": CSV,
    "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8": "application/xml",
    "text/html": None,
    "*/*;q=0": None,
    "text/csv;q=0": None,
    "text/turtle": None,
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2": JSON,
    "text/csv;q=2": None,
    "text/csv;q=nonsense, text/tab-separated-values;q=0.1": TSV,
    'application/x;p="a,b", text/csv': CSV,
    "nonsense": None,
    ",,text/csv,": CSV,
    "text/csv;q=0.001": CSV,
}


@pytest.mark.parametrize(("accept", "media"), WANTED.items(), ids=map(repr, WANTED))
def test_choice(accept: str | None, media: str | None) -> None:
    """The most exact range decides about a form; the greatest weight wins; weight zero excludes."""
    found = choose(accept, RESULTS)
    assert (found.media if found else None) == media


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/ld+json", "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#framed"', None),
        ("*/*", "text/turtle"),
        ("application/json", "application/json"),
    ],
)
def test_choice_of_graphs(accept: str, media: str | None) -> None:
    """The same for triples; JSON-LD is expanded, and says so."""
    found = choose(accept, GRAPHS)
    assert (found.media if found else None) == media


def test_not_acceptable(client: httpx.Client) -> None:
    """406 with the forms that there are, for tables and for triples, and for the kind of result that the query turns out to have."""
    for query, accept in (("ASK {}", "image/png"), ("ASK {}", "text/turtle"), ("CONSTRUCT {} {}", "text/csv")):
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
        assert "text/csv" in answer.json()["tables"]
        assert "text/turtle" in answer.json()["graphs"]


def test_vary(client: httpx.Client) -> None:
    """What is sent depends on Accept, and every answer says so."""
    for params in ({"query": "ASK {}"}, {}, {"query": "nonsense"}):
        assert "accept" in client.get("/sparql", params=params).headers["vary"].lower()


def test_several_lines(address: str) -> None:
    """Several Accept lines are one list."""
    where = urlsplit(address)
    request = "GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: text/csv;q=0.5\r\nAccept: application/sparql-results+xml\r\n\r\n"
    with socket.create_connection((where.hostname, where.port)) as found:
        found.sendall(request.encode())
        answer = b"".join(iter(lambda: found.recv(65536), b""))
    assert b"content-type: application/sparql-results+xml" in answer


def test_one_form_for_either_kind(client: httpx.Client) -> None:
    """A client that takes a form of tables and a form of triples gets the one that fits the query."""
    accept = {"Accept": "text/turtle, application/sparql-results+xml"}
    assert client.get("/sparql", params={"query": "ASK {}"}, headers=accept).headers["content-type"] == XML
    assert client.get("/sparql", params={"query": "CONSTRUCT {} {}"}, headers=accept).headers["content-type"] == "text/turtle; charset=utf-8"
