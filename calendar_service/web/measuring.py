"""Counts what the access log says, so that pages, feeds and polls answered in front of Flask all count (S52).

With several web processes each keeps its counts in files that all of them can add up (`cli.running.counts`).
"""

from __future__ import annotations

import logging
import os
from collections import Counter as Counting
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from calendar_service import logs
from calendar_service.services.upkeep.condition import Gauges

REGISTRY = CollectorRegistry()
ROOMS = frozenset({
    "", "api", "calendar", "clusters", "data", "districts", "embed", "events", "feeds", "healthz", "mail", "map",
    "metrics", "office", "organisations", "print", "readyz", "static", "subscribe", "venues",
})  # fmt: skip
"""First parts of addresses that are counted apart; whatever else is asked for is `other`."""
SECONDS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)

REQUESTS = Counter("calendar_requests", "Answers", ["room", "method", "status"], registry=REGISTRY)
DURATION = Histogram("calendar_request_seconds", "Time to answer", ["room"], buckets=SECONDS, registry=REGISTRY)
POLLING = Counter("calendar_poll_seconds", "Time spent on polls answered in front of the pages", registry=REGISTRY)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@logs.hears
class _Counting(logging.Handler):
    """Hears every line of the access log."""

    def emit(self, record: logging.LogRecord) -> None:
        said = vars(record)
        first = str(said.get("path", "")).strip("/").partition("/")[0]
        room = first if first in ROOMS else "other"
        method = said.get("method") if said.get("method") in METHODS else "other"
        REQUESTS.labels(room, method, said.get("status")).inc()
        DURATION.labels(room).observe(float(said.get("ms") or 0) / 1000)

    def hear(self, many: logs.Answered) -> None:
        """The same of polls."""
        for same, times in Counting(many.same).items():
            REQUESTS.labels("feeds", same.method, same.status).inc(times)
        POLLING.inc(sum(many.took))


_counting = _Counting()


def count_requests() -> None:
    """Count from now on; doing it twice counts once."""
    logs.access.setLevel(logging.INFO)
    logs.access.addHandler(_counting)


def exposition(gauges: Gauges) -> bytes:
    """Everything that is measured, in Prometheus's text format."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    measured = CollectorRegistry()
    measured.register(_Measured(gauges))
    return generate_latest(registry) + generate_latest(measured)


def _counted(name: str, says: str, label: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


class _Measured(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges; what cannot be measured is left out."""
        now = self._gauges
        yield _counted("calendar_messages", "Mails by state", "state", now.messages)
        yield _counted("calendar_messages_came_back", "Mails of the last week that came back", "how", now.came_back)
        yield _counted("calendar_blocked_addresses", "Addresses that get no mail", "reason", now.blocked)
        yield from self._plain()

    def _plain(self) -> Iterator[GaugeMetricFamily]:
        now = self._gauges
        named: tuple[tuple[str, str, Any], ...] = (
            ("calendar_oldest_message_due_seconds", "How long the oldest queued mail has been due", now.oldest_due),
            ("calendar_mail_stopped", "Whether the whole queue of mails stands still", float(now.mail_stopped)),
            ("calendar_clock_heartbeat_age_seconds", "Since the clock last ticked", now.heartbeat),
            ("calendar_broken_events", "Public events that feeds leave out", now.broken_events),
            ("calendar_rows_set_aside", "Damaged rows that this process leaves out", now.rows_aside),
            ("calendar_disk_free_ratio", "Free share of the data folder's disk", now.disk_free),
        )
        for name, says, value in named:
            if value is not None:
                yield GaugeMetricFamily(name, says, value=value)
