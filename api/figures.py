"""Figures for Prometheus: requests by kind of endpoint, status and time. Nothing of any case: no address, no key, no body."""

from collections.abc import MutableMapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA = CONTENT_TYPE_LATEST
KNOWN = ("/sparql", "/.well-known/void", "/openapi.json")
"""Addresses that are no routes of FastAPI."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class Figures:
    """The figures of one process."""

    def __init__(self, version: str) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("dutygraph_requests_total", "Requests answered.", ("route", "method", "status"), registry=self._registry)
        self._seconds = Histogram("dutygraph_request_seconds", "Time until an answer was complete.", ("route",), buckets=BUCKETS, registry=self._registry)
        self._waiting = Gauge("dutygraph_work_waiting", "Cases that wait for a thread.", registry=self._registry)
        self._remembered = Counter("dutygraph_answers_remembered_total", "Answers that were given again from memory.", registry=self._registry)
        law = Gauge("dutygraph_law_info", "The version of the law that is served.", ("version",), registry=self._registry)
        law.labels(version).set(1)

    def count(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        """One request. The route is its pattern, never the address that was asked."""
        route = getattr(scope.get("route"), "path", "") or (scope["path"] if scope["path"] in KNOWN else "unknown")
        self._requests.labels(route, scope["method"], status or 499).inc()
        self._seconds.labels(route).observe(seconds)

    def wait(self, number: int) -> None:
        """How many wait now."""
        self._waiting.set(number)

    def remember(self) -> None:
        """An answer was given from memory."""
        self._remembered.inc()

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)
