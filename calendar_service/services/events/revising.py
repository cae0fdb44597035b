"""Revising: a posted event as a whole, or one of its dates. Nothing is changed blindly (rule 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid, NotFound
from calendar_service.domain.events import Event, Override, Status
from calendar_service.domain.publication import FormerSlug
from calendar_service.domain.times.dates import dates_of, starts_of
from calendar_service.domain.times.moments import Span, read_recurrence_id, recurrence_id
from calendar_service.domain.times.standing_in import standing_in
from calendar_service.services.access import check_may_change
from calendar_service.services.draft_checks import missing
from calendar_service.services.drafts import EventDraft, VenueDraft
from calendar_service.services.events.filling import fill
from calendar_service.services.naming import Slugs
from calendar_service.services.recording.changes import record, snapshot
from calendar_service.services.venues.changing import find_or_make
from calendar_service.text import slugify


def revise(
    session: Session, event: Event, draft: EventDraft, *, seen: int | None, by: Viewer, now: datetime,
    deed: str = "revise",
) -> Event:  # fmt: skip
    """Make an event say what a draft says. What was said of single dates follows its day, else its week, or goes.

    Raises Forbidden, Stale, WrongState, Invalid.
    """
    check_may_change(event, by=by, seen=seen)
    before, was = snapshot(event), starts_of(event) if event.overrides else ()
    fill(session, event, draft, by=by, now=now)
    if event.status != Status.DRAFT and (problems := missing(event)):
        raise Invalid(problems)
    if was:
        _carry_overrides(event, was)
    _rename(session, event)
    record(session, event, before, deed=deed, by=by, now=now)
    return event


def _carry_overrides(event: Event, was: Sequence[datetime]) -> None:
    """Let what was said of single dates follow them when the series moves to another hour or weekday.

    What was said of a date that has none in its place goes with it; so does a time of day that no longer fits.
    """
    starts = starts_of(event)
    places = standing_in(was, starts)
    stays = {recurrence_id(each, all_day=event.all_day) for each in starts}
    for orphan in [each for each in event.overrides if each.recurrence_id not in stays]:
        event.overrides.remove(orphan)
        original = read_recurrence_id(orphan.recurrence_id)
        there = places.get(original, original if original in starts else None)
        fits = orphan.start is None or ("T" not in orphan.recurrence_id) == event.all_day
        if there and fits:
            event.overrides.append(_moved(orphan, original, there, all_day=event.all_day))


def _moved(orphan: Override, original: datetime, there: datetime, *, all_day: bool) -> Override:
    """The same of another date. Another hour or place goes along; another day, which was chosen by itself, stays."""
    same_day = orphan.start is not None and orphan.start.date() == original.date()
    along = there.date() - original.date() if same_day else timedelta(0)
    moved = Override(
        recurrence_id=recurrence_id(there, all_day=all_day), start=orphan.start and orphan.start + along,
        end=orphan.end and orphan.end + along, status=orphan.status, reason=orphan.reason, venue_id=orphan.venue_id,
    )  # fmt: skip
    moved.venue = orphan.venue
    return moved


def _rename(session: Session, event: Event) -> None:
    """A draft's slug follows its title, so that its public address will fit; its former one keeps working."""
    stem = slugify(event.summary)
    named_so = event.slug == stem or event.slug.rpartition("-")[0] == stem
    if event.first_published is not None or named_so:
        return
    session.add(FormerSlug(kind="event", slug=event.slug, target_id=event.id))
    event.slug = Slugs(session).give(event.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one date: another time (wall clocks, both or neither), another place, or cancelled."""

    start: datetime | None = None
    end: datetime | None = None
    venue: str | VenueDraft | None = None
    cancelled: bool = False
    reason: str = ""


def change_occurrence(
    session: Session,
    event: Event,
    recurrence: str,
    change: Change,
    *,
    seen: int | None,
    by: Viewer,
    now: datetime,
) -> None:
    """Move, relocate or cancel one date, named by its original time. Raises NotFound when it is none of its dates."""
    check_may_change(event, by=by, seen=seen)
    _check_date(event, recurrence)
    _check_span(event, change)
    before = snapshot(event)
    override = _override(event, recurrence)
    override.start, override.end = change.start, change.end
    override.venue = find_or_make(session, change.venue, host=event.host, now=now)
    override.venue_id = override.venue.id if override.venue else None
    override.status = Status.CANCELLED if change.cancelled else Status.CONFIRMED
    override.reason = change.reason
    record(session, event, before, deed="change-date", by=by, now=now)


def undo_occurrence(
    session: Session, event: Event, recurrence: str, *, seen: int | None, by: Viewer, now: datetime
) -> None:
    """Let a date be again what the event says. Raises NotFound when it did not differ."""
    check_may_change(event, by=by, seen=seen)
    before = snapshot(event)
    found = [each for each in event.overrides if each.recurrence_id == recurrence]
    if not found:
        raise NotFound("occurrence")
    event.overrides.remove(found[0])
    record(session, event, before, deed="undo-date", by=by, now=now)


def _check_date(event: Event, recurrence: str) -> None:
    if recurrence not in {each.recurrence_id for each in dates_of(event)}:
        raise NotFound("occurrence")


def _check_span(event: Event, change: Change) -> None:
    if change.start is None:
        if change.end is not None:
            raise Invalid.of("start", "required")
        return
    span = Span(start=change.start, end=change.end, all_day=event.all_day, timezone=event.timezone)
    if span.end is None and not event.all_day:
        raise Invalid.of("end", "draft_end_missing")
    if span.end is not None and (span.end < span.start or (span.end == span.start and not event.all_day)):
        raise Invalid.of("end", "draft_end_before_start")


def _override(event: Event, recurrence: str) -> Override:
    for each in event.overrides:
        if each.recurrence_id == recurrence:
            return each
    override = Override(recurrence_id=recurrence)
    event.overrides.append(override)
    return override
