"""Metrics for Prometheus: calls, decisions, the model, the store.

The label of a call is the address as documented, never the path as sent: a path can hold a lead's
id, and whoever tries addresses at random would otherwise fill the memory with labels.
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_REQUESTS = Counter("leadgate_requests", "HTTP requests answered", ["path", "status"])
_SECONDS = Histogram(
    "leadgate_request_seconds",
    "Time from the request's head to its answer",
    ["path"],
    buckets=_BUCKETS,
)
_DECISIONS = Counter("leadgate_decisions", "Decisions answered", ["decision"])
_CREATED = Gauge(
    "leadgate_champion_created_timestamp_seconds",
    "When the model that answers was trained, seconds since the epoch",
    multiprocess_mode="mostrecent",
)
_REFUSED = Counter("leadgate_model_refused", "Models refused, or registries away", ["code"])
spooled = Gauge(
    "leadgate_spooled",
    "Decisions, activities and outcomes that wait on the disk for the store",
    multiprocess_mode="livemostrecent",
)
set_aside = Gauge(
    "leadgate_set_aside",
    "Records that waited and that the store does not take",
    multiprocess_mode="livemostrecent",
)
store_there = Gauge(
    "leadgate_store_there",
    "Whether the store is there (1) or away (0), as the worker sees it that reaches it least",
    multiprocess_mode="livemin",
)
store_busy = Counter("leadgate_store_busy", "Calls refused because others held the store too long")
store_waited = Counter(
    "leadgate_store_waited_seconds", "Time that calls waited because others held the store"
)
store_away = Counter("leadgate_store_away_seconds", "Time for which the store was away")
spool_age = Gauge(
    "leadgate_spool_age_seconds",
    "For how long something has been waiting on the disk without a break",
    multiprocess_mode="livemax",
)
_STORE_SECONDS = Histogram(
    "leadgate_store_seconds", "Time the store took", ["operation"], buckets=_BUCKETS
)


# Looking up a metric's labels takes longer than counting; there are few of them.
decisions = cache(_DECISIONS.labels)
models_refused = cache(_REFUSED.labels)
store_seconds = cache(_STORE_SECONDS.labels)
_requests = cache(_REQUESTS.labels)
_seconds = cache(_SECONDS.labels)


def champion(created: str | None) -> None:
    """Note when the model that answers was trained, ISO 8601."""
    if created:
        _CREATED.set(datetime.fromisoformat(created).timestamp())


def count(path: str, status: int, seconds: float) -> None:
    """Count one answered request under its documented address."""
    _requests(path, str(status)).inc()
    _seconds(path).observe(seconds)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format, summed over the workers."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
