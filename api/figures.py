"""Figures for Prometheus: requests by kind of endpoint, status and time. Nothing of any case: no address, no key, no body.

A request is counted with two additions; what Prometheus reads is put together when it asks. Several workers each say now and then what they have counted, so
that whichever is asked can give the sum; what a worker counted before it ended still counts.
"""

import os
import secrets
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

KNOWN = ("/sparql", "/.well-known/void", "/openapi.json")
"""Addresses that are no routes of FastAPI."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
LEFT = 499
"""The status of a request whose client had left."""


Said = Mapping[str, Any]
"""What a worker has counted, as JSON has it."""


@dataclass(slots=True)
class Times:
    """How long requests took. counts: how many up to each of BUCKETS and not up to the one before; the last, longer than all."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds

    def add_all(self, counts: Iterable[int], total: float) -> None:
        """Those of another worker."""
        self.counts = [a + b for a, b in zip(self.counts, counts, strict=True)]
        self.total += total


class Figures:
    """The figures of one process, counted in its event loop. worker: a name for it, which no other has had."""

    def __init__(self, version: str) -> None:
        self.worker = secrets.token_hex(8)
        self._version = version
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, Times] = {}
        self._waiting = self._remembered = 0

    def count(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        """One request. The route is its pattern, never the address that was asked."""
        route = getattr(scope.get("route"), "path", "") or (scope["path"] if scope["path"] in KNOWN else "unknown")
        self._requests[route, scope["method"], status or LEFT] += 1
        times = self._seconds.get(route)
        if times is None:
            times = self._seconds[route] = Times()
        times.add(seconds)

    def wait(self, number: int) -> None:
        """How many wait now."""
        self._waiting = number

    def remember(self) -> None:
        """An answer was given from memory."""
        self._remembered += 1

    def said(self) -> Said:
        """All that was counted."""
        return {
            "process": os.getpid(),
            "requests": [[*what, number] for what, number in self._requests.items()],
            "seconds": {route: [list(times.counts), times.total] for route, times in self._seconds.items()},
            "waiting": self._waiting,
            "remembered": self._remembered,
        }

    def together(self, others: Iterable[Said]) -> "Figures":
        """The sum of these and those of other workers. What one that has ended said of the present no longer holds."""
        whole = Figures(self._version)
        for said in (self.said(), *others):
            for route, method, status, number in said["requests"]:
                whole._requests[route, method, status] += number
            for route, (counts, total) in said["seconds"].items():
                whole._seconds.setdefault(route, Times()).add_all(counts, total)
            whole._waiting += said["waiting"] if Path(f"/proc/{said['process']}").exists() else 0
            whole._remembered += said["remembered"]
        return whole

    def collect(self) -> "Iterator[Metric]":
        """All of them, as the library of Prometheus takes them."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily  # noqa: PLC0415  nobody who answers needs it

        requests = CounterMetricFamily("dutygraph_requests", "Requests answered.", labels=("route", "method", "status"))
        for (route, method, status), number in self._requests.items():
            requests.add_metric((route, method, str(status)), number)
        seconds = HistogramMetricFamily("dutygraph_request_seconds", "Time until an answer was complete.", labels=("route",))
        for route, times in self._seconds.items():
            bounds = (*(str(float(b)) for b in BUCKETS), "+Inf")
            seconds.add_metric((route,), list(zip(bounds, accumulate(times.counts), strict=True)), times.total)
        yield from (requests, seconds)
        yield GaugeMetricFamily("dutygraph_work_waiting", "Cases that wait for a thread.", self._waiting)
        yield CounterMetricFamily("dutygraph_answers_remembered", "Answers that were given again from memory.", self._remembered)
        law = GaugeMetricFamily("dutygraph_law_info", "The version of the law that is served.", labels=("version",))
        law.add_metric((self._version,), 1)
        yield law

    def text(self) -> tuple[bytes, str]:
        """(all of them as Prometheus reads them, the media type)."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415  nobody who answers needs it

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry), CONTENT_TYPE_LATEST
