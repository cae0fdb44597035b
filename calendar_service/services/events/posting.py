"""Posting: a new event, as a draft, a hold, or for everybody to see."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.moments import local_day
from calendar_service.services.draft_checks import missing
from calendar_service.services.drafts import EventDraft
from calendar_service.services.events.filling import fill
from calendar_service.services.naming import Slugs, new_uid
from calendar_service.services.recording.changes import begin

HOLD_DAYS = 30
STARTING = (Status.DRAFT, Status.TENTATIVE, Status.CONFIRMED)


def post(
    session: Session, draft: EventDraft, *, host: str, by: Viewer, now: datetime,
    status: Status = Status.DRAFT, hold_until: date | None = None, uid: str | None = None,
) -> Event:  # fmt: skip
    """Post an event that `host` (a district's slug) holds. `uid` is given only by an import.

    Raises Forbidden, NotFound (no such district), Invalid (what a hold or a public event lacks).
    """
    event = made(draft, host=district_by_slug(session, host), slugs=Slugs(session), status=status, by=by, now=now)
    event.uid = uid or event.uid
    if status == Status.TENTATIVE and hold_until is not None:
        event.hold_until = hold_end(event, hold_until, now=now)
    begin(session, [event], deed="post", by=by, now=now)
    return event


def made(
    draft: EventDraft, *, host: District, slugs: Slugs, status: Status, by: Viewer, now: datetime,
    venue: Venue | None = None, tracked: bool = True,
) -> Event:  # fmt: skip
    """A new event that says what a draft says, not stored yet: `recording.begin` does, or `begin_untracked`. A `venue`
    that the draft names may be given, where it is known.

    Raises Forbidden, WrongState, Invalid.
    """
    if not may_post_for(by, host.id):
        raise Forbidden("not_your_district")
    if status not in STARTING:
        raise WrongState("not_a_first_status")
    session = slugs.session
    event = _new(session, draft, host, now=now, tracked=tracked)
    fill(session, event, draft, by=by, now=now, venue=venue)
    if status != Status.DRAFT and (problems := missing(event)):
        raise Invalid(problems)
    event.status = status
    event.hold_until = hold_end(event, None, now=now) if status == Status.TENTATIVE else None
    event.slug = slugs.give(draft.summary)
    return event


def _new(session: Session, draft: EventDraft, district: District, *, now: datetime, tracked: bool) -> Event:
    moment = now.replace(microsecond=0)
    said: dict[str, Any] = {
        "uid": new_uid(session.installation.metropolis), "slug": "", "host_id": district.id, "summary": draft.summary,
        "start": draft.starts, "timezone": draft.timezone or district.timezone, "created": moment,
        "last_modified": moment,
    }  # fmt: skip
    related: dict[str, Any] = {"host": district, "venue": None, "terms": [], "overrides": [], "hosts": []}
    if not tracked:
        return Event.untracked(**said, **related, picture=None)
    event = Event(**said)
    for name, value in related.items():
        setattr(event, name, value)
    return event


def hold_end(event: Event, wanted: date | None, *, now: datetime) -> date:
    """The day until which a hold holds, by default the earlier of thirty days and the start. Raises Invalid."""
    today = local_day(now, event.timezone)
    start = event.span.first_day
    if wanted is None:
        return min(today + timedelta(days=HOLD_DAYS), max(start, today))
    return held_until(wanted, start=start, today=today)


def held_until(wanted: date, *, start: date, today: date) -> date:
    """A hold's last day as somebody wishes it, for what begins on a day. Raises Invalid."""
    if not today <= wanted <= max(start, today):
        raise Invalid.of("hold_until", "hold_until_range", first=today, last=max(start, today))
    return wanted
