"""What every change of an event brings with it, in the same transaction: the revision, the audit, the dates, the
counters, the kept text, the feeds' revisions and the mails that are owed.

A service takes a snapshot, changes the event, and records:
`before = snapshot(event)` … `record(session, event, before, …)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import last_revision_number
from calendar_service.db.queries.importing.imports import put_events
from calendar_service.db.queries.network.places import cluster_slugs_of
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import PUBLIC, Event, Override, Status
from calendar_service.domain.journal import Revision
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.publication import cluster_scope, district_scope
from calendar_service.domain.times.moments import write_wall
from calendar_service.services.agenda.searching import write_words
from calendar_service.services.auditing import note_all, said
from calendar_service.services.drafts import draft_of
from calendar_service.services.mails.noticing import owe_changes
from calendar_service.services.news.telling import tell
from calendar_service.services.recording.occurrences import materialise, materialise_new
from calendar_service.services.syndication.keeping import desks_of, keep, keep_new, raise_scopes, scopes_of

Snapshot = Mapping[str, Any]

PRIVATE = frozenset({"internal_note", "date_reason", "expected_attendance", "hold_until", "hold_shows", "hosts"})
"""What no VEVENT shows: changing it raises neither SEQUENCE nor LAST-MODIFIED, and no feed."""

SCHEDULE = frozenset(
    {"status", "start", "end", "all_day", "timezone", "rrule", "rdates", "exdates", "overrides", "venue",
     "place_note", "online_url", "withdrawn", "taken_down"}
)  # fmt: skip
"""What mails depend on: when, where, whether."""

PLACE = frozenset({"venue", "overrides"})

ONE_SECOND = timedelta(seconds=1)


def snapshot(event: Event) -> Snapshot:
    """The event as plain JSON: what revisions compare. Everything that hangs on the event must be loaded."""
    return draft_of(event) | {
        "host": event.host.slug, "status": str(event.status), "withdrawn": event.withdrawn,
        "taken_down": event.taken_down is not None, "reason": event.reason,
        "hold_until": event.hold_until.isoformat() if event.hold_until else None,
        "overrides": {each.recurrence_id: _override(event, each) for each in event.overrides},
        "cohosts": sorted(each.district.slug for each in event.cohosts),
        "hosts": {each.district.slug: str(each.state) for each in event.hosts},
        "contributions": {each.district.slug: each.contribution for each in event.cohosts if each.contribution},
    }  # fmt: skip


NOTHING: Snapshot = {}
"""What there was before an event was posted."""


def _override(event: Event, override: Override) -> dict[str, Any]:
    def wall(moment: datetime | None) -> str | None:
        return write_wall(moment, all_day=event.all_day) if moment else None

    return {
        "start": wall(override.start), "end": wall(override.end), "status": str(override.status),
        "venue": override.venue.slug if override.venue else None, "reason": override.reason,
    }  # fmt: skip


def record(
    session: Session, event: Event, before: Snapshot, *, deed: str, by: Viewer, now: datetime,
    same_place: bool = False, reason: str = "",
) -> None:  # fmt: skip
    """Record what changed since `before`; nothing at all when nothing did. Raises Stale when somebody was faster.

    `same_place`: its venue goes by another name, and nobody is told that it moved. `reason` is for the log.
    """
    changes = _changes(before, snapshot(event))
    if not changes:
        return
    told = changes.keys() & SCHEDULE - (PLACE if same_place else frozenset())
    _count(event, before, changes, now=now, moved=bool(told))
    write_words(session, event)
    session.flush()
    materialise(session, event, now=now)
    number = last_revision_number(session, event) + 1
    _write_down(session, [_written(event, changes, number=number, deed=deed, by=by, now=now, reason=reason)])
    if event.is_public and changes.keys() - PRIVATE:
        keep(session, event)
        raise_scopes(session, scopes_of(session, event) | _left_scopes(session, event, before), events=[event.id])
    else:
        raise_scopes(session, desks_of(event, before.get("hosts", ())), events=[event.id])
    if told:
        _tell(session, event, before, now=now)
        _tell_cohosts(session, event, before, told, by=by, now=now)
    session.flush()


def begin(session: Session, events: Sequence[Event], *, deed: str, by: Viewer, now: datetime) -> None:
    """Store new events, and record that they began: all that one brings is written together with the others'."""

    def store() -> None:
        session.add_all(events)
        session.flush()

    _begin(session, events, store, deed=deed, by=by, now=now)


def begin_untracked(session: Session, events: Sequence[Event], *, deed: str, by: Viewer, now: datetime) -> None:
    """The same of events that no session knows nor will know, which have neither overrides nor co-hosts."""
    _begin(session, events, partial(put_events, session, events), deed=deed, by=by, now=now)


def _begin(
    session: Session, events: Sequence[Event], store: Callable[[], None], *, deed: str, by: Viewer, now: datetime
) -> None:
    changes = [_changes(NOTHING, snapshot(event)) for event in events]
    for event, changed in zip(events, changes, strict=True):
        _count(event, NOTHING, changed, now=now, moved=True)
        write_words(session, event)
    store()
    materialise_new(session, events)
    _write_down(session, (
        _written(event, changed, number=1, deed=deed, by=by, now=now)
        for event, changed in zip(events, changes, strict=True)
    ))  # fmt: skip
    public = [event for event in events if event.is_public]
    keep_new(session, public)
    scopes: set[str] = set()
    for event in _one_of_each(events):
        scopes |= scopes_of(session, event, new=True) if event.is_public else desks_of(event)
    raise_scopes(session, scopes, events=[event.id for event in events])
    session.flush()


def _one_of_each(events: Iterable[Event]) -> Iterable[Event]:
    """One of all new events that stand in the same feeds."""
    alike = {(each.host_id, each.is_public, *(host.district_id for host in each.hosts)): each for each in events}
    return alike.values()


def _changes(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}


def retell(session: Session, event: Event, *, now: datetime) -> None:
    """What a public event shows changed elsewhere: its venue's name, a label, a host's name (rule 5)."""
    write_words(session, event)
    if not event.is_public:
        raise_scopes(session, desks_of(event), events=[event.id])
        return
    event.last_modified = _later(event, now)
    event.sequence += 1
    session.flush()
    keep(session, event)
    raise_scopes(session, scopes_of(session, event), events=[event.id])


def _later(event: Event, now: datetime) -> datetime:
    """A LAST-MODIFIED in whole seconds that is later than the one before, even for two changes in one second."""
    return max(now.replace(microsecond=0), event.last_modified + ONE_SECOND)


def _count(event: Event, before: Snapshot, changes: Mapping[str, Any], *, now: datetime, moved: bool) -> None:
    """Raise what must rise: LAST-MODIFIED with every shown change, even twice in a second; SEQUENCE once public.

    Of a draft or a hold everything is shown to those who see it.
    """
    was_public = before.get("status") in PUBLIC
    if before and (changes.keys() - PRIVATE or not was_public):
        event.last_modified = _later(event, now)
    if event.is_public and event.first_published is None:
        event.first_published = now
    if was_public and changes.keys() - PRIVATE:
        event.sequence += 1
    if event.is_public and moved:
        event.schedule_version += 1


def _left_scopes(session: Session, event: Event, before: Snapshot) -> set[str]:
    """The scopes of co-hosts that the event no longer has: their feeds lose it now."""
    gone = set(before.get("cohosts", ())) - {each.district.slug for each in event.cohosts}
    ids = {each.district_id for each in event.hosts if each.district.slug in gone}
    clusters = cluster_slugs_of(session, ids) if ids else set()
    return {district_scope(slug) for slug in gone} | {cluster_scope(slug) for slug in clusters}


def _written(
    event: Event, changes: Mapping[str, Any], *, number: int, deed: str, by: Viewer, now: datetime, reason: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of a revision and of its line in the log, where the managers of the host read what the network did."""
    acting = next(iter(sorted(by.districts & {event.host_id, *(each.district_id for each in event.hosts)})), None)
    revision = {
        "event_id": event.id, "number": number, "deed": deed, "officer_id": by.officer_id, "district_id": acting,
        "at": now, "changes": dict(changes),
    }  # fmt: skip
    details = {"fields": sorted(changes)} | ({"reason": reason} if reason else {})
    return revision, said(
        by=by, deed=f"event-{deed}", subject=f"event:{event.uid}", district_id=acting or event.host_id, now=now,
        **details,
    )  # fmt: skip


def _write_down(session: Session, rows: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    revisions, lines = zip(*rows, strict=True)
    session.connection().execute(insert(Revision), revisions)
    note_all(session, lines)


def _tell(session: Session, event: Event, before: Snapshot, *, now: datetime) -> None:
    if before.get("status") in PUBLIC:
        owe_changes(session, event, before=before, now=now)


def _tell_cohosts(
    session: Session, event: Event, before: Snapshot, told: AbstractSet[str], *, by: Viewer, now: datetime
) -> None:
    """The officers of co-hosts hear in the morning that when, where or whether changed."""
    if not before or not told - {"taken_down"}:
        return
    kind = NewsKind.EVENT_CANCELLED if event.status == Status.CANCELLED else NewsKind.EVENT_CHANGED
    for each in event.cohosts:
        tell(session, kind=kind, district_id=each.district_id, event=event, by=by, now=now,
             by_district_id=event.host_id)  # fmt: skip
