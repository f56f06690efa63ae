"""Counts of requests for Prometheus: by route, method and status, with durations.

A request counts under its route's pattern, so that ids never become labels. The library's own counters take a lock and several
calls each; here a request is one addition on the event loop, and the families are made when they are scraped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Tally
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.core import Metric

BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
"""Upper bounds of durations in seconds; what takes longer counts as infinite."""


class Requests(Collector):
    """The requests that this process has answered."""

    def __init__(self) -> None:
        """Start at zero."""
        self._counts: Tally[tuple[str, str, int]] = Tally()
        self._durations: dict[str, list[int]] = {}
        self._sums: Tally[str] = Tally()

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._counts[method, route, status] += 1
        found = self._durations.get(route)
        if found is None:
            found = self._durations[route] = [0] * (len(BUCKETS) + 1)
        found[bisect_left(BUCKETS, seconds)] += 1
        self._sums[route] += seconds  # type: ignore[assignment]  # a tally of seconds

    def collect(self) -> Iterator[Metric]:
        """Give the two families."""
        counter = CounterMetricFamily("http_requests", "Requests answered", labels=("method", "route", "status"))
        for (method, route, status), count in sorted(self._counts.items()):
            counter.add_metric((method, route, str(status)), count)
        yield counter
        histogram = HistogramMetricFamily("http_request_seconds", "Time to the last byte", labels=("route",))
        for route, counts in sorted(self._durations.items()):
            bounds = [*map(str, BUCKETS), "+Inf"]
            histogram.add_metric((route,), list(zip(bounds, accumulate(counts), strict=True)), self._sums[route])
        yield histogram

    def describe(self) -> Iterable[Metric]:
        """Name the families without counting, for the registry."""
        return (CounterMetricFamily("http_requests", ""), HistogramMetricFamily("http_request_seconds", ""))


REQUESTS = Requests()
REGISTRY.register(REQUESTS)
