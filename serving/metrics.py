"""What Prometheus is told: calls by address and status, and how long they took.

The label is the address as documented, never the path as sent: a path can hold a lead's id, and
whoever tries addresses at random would otherwise fill the memory with labels.
"""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"

_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_REQUESTS = Counter("leadgate_requests", "HTTP requests answered", ["path", "status"])
_SECONDS = Histogram(
    "leadgate_request_seconds",
    "Time from the request's head to its answer",
    ["path"],
    buckets=_BUCKETS,
)


def count(path: str, status: int, seconds: float) -> None:
    """Count one answered request under its documented address."""
    _REQUESTS.labels(path, str(status)).inc()
    _SECONDS.labels(path).observe(seconds)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format, summed over the workers."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
