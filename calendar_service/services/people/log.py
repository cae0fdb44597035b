"""Reading the audit log: a manager what concerns her districts, a facilitator all (S16, S44)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries import audits as queries
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden
from calendar_service.domain.journal import Asked, Audit

PAGE = 50
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of the log, the latest first; `next` is where the next one begins, None when this is the last."""

    entries: Sequence[Audit]
    officers: Mapping[int, str]
    districts: Mapping[int, str]
    next: int | None


def read(session: Session, asked: Asked, *, by: Viewer, before: int | None = None) -> Leaf:
    """A page of what she may read. Raises Forbidden."""
    if not (by.facilitator or by.managed):
        raise Forbidden("not_manager")
    managed = None if by.facilitator else by.managed
    found = queries.entries(session, asked, managed=managed, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return Leaf(
        entries=shown, officers=queries.names_of(session, {each.officer_id for each in shown if each.officer_id}),
        districts=queries.districts_of(session, {each.district_id for each in shown if each.district_id}),
        next=shown[-1].id if len(found) > PAGE else None,
    )  # fmt: skip


def every(session: Session, *, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """The whole log of a span as plain values, the latest first: what a breach report is made from (S49)."""
    asked, before = Asked(since=since, until=until), None
    while found := queries.entries(session, asked, managed=None, before=before, limit=BATCH):
        yield from (_plain(each) for each in found)
        before = found[-1].id


def _plain(entry: Audit) -> dict[str, Any]:
    return {
        "id": entry.id, "at": entry.at.isoformat(), "officer": entry.officer_id, "channel": entry.channel,
        "deed": entry.deed, "subject": entry.subject, "district": entry.district_id, "details": entry.details,
    }  # fmt: skip
