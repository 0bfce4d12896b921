"""What the service counts about itself, in Prometheus text.

Labels are the route template, the method and the status: never a path, an
identifier or anything else a caller chooses, so that the text stays small.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
MEDIA_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one service; each service has its own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "xinheng_requests", "Requests answered.", ("route", "method", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "xinheng_request_seconds", "From the request's arrival to the answer's last byte.",
            ("route",), buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.problems = Counter(
            "xinheng_problems", "Requests refused, by problem.", ("problem",),
            registry=self.registry,
        )  # fmt: skip
        self.scored = Counter(
            "xinheng_businesses_scored", "Businesses scored and explained online.", ("tier",),
            registry=self.registry,
        )  # fmt: skip
        self.editions = Gauge(
            "xinheng_edition_businesses", "Businesses in the scores in force; 0 once replaced.",
            ("scores", "bundle", "as_of"), registry=self.registry, multiprocess_mode="mostrecent",
        )  # fmt: skip
        self.edition_failures = Counter(
            "xinheng_edition_failures", "Sets of scores that were refused when taken up.",
            registry=self.registry,
        )  # fmt: skip

    def text(self) -> bytes:
        """The exposition text; of all worker processes where they share a folder."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # untyped upstream
        return generate_latest(together)
