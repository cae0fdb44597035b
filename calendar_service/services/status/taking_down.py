"""Taking a harmful event off the public pages: by a facilitator, with a reason, told to its host, recorded.

Nothing of it is edited. Its host still sees and may mend it; putting it back is the network's again. To everybody
else it is as if it were withdrawn: a page that is gone, a bare notice in calendars, one mail that it is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import bins as queries
from calendar_service.domain.access import Viewer, may_take_down
from calendar_service.domain.errors import Forbidden, WrongState
from calendar_service.domain.events import Event
from calendar_service.domain.network.news import NewsKind
from calendar_service.services.news.telling import tell
from calendar_service.services.recording.changes import record, snapshot


def take_down(session: Session, event: Event, *, reason: str, by: Viewer, now: datetime) -> None:
    """Take a public event off the public pages. Raises Forbidden, WrongState."""
    _check(event, by)
    if not event.is_public or event.is_bare:
        raise WrongState("not_public")
    before = snapshot(event)
    event.taken_down, event.taken_down_why = now, reason
    record(session, event, before, deed="take-down", by=by, now=now, reason=reason)
    _say(session, event, NewsKind.TAKEN_DOWN, reason, by=by, now=now)


def put_back(session: Session, event: Event, *, by: Viewer, now: datetime) -> None:
    """Show it again, as it now is. Raises Forbidden, WrongState."""
    _check(event, by)
    if event.taken_down is None:
        raise WrongState("not_taken_down")
    before = snapshot(event)
    event.taken_down = event.taken_down_why = None
    record(session, event, before, deed="put-back", by=by, now=now)
    _say(session, event, NewsKind.PUT_BACK, "", by=by, now=now)


def taken_down(session: Session, *, by: Viewer) -> Sequence[Event]:
    """What the network does not show at present. Raises Forbidden."""
    if not by.facilitator:
        raise Forbidden("not_facilitator")
    return queries.taken_down(session)


def _check(event: Event, by: Viewer) -> None:
    if not may_take_down(by):
        raise Forbidden("not_facilitator")
    if event.withdrawn:
        raise WrongState("event_withdrawn")


def _say(session: Session, event: Event, kind: NewsKind, reason: str, *, by: Viewer, now: datetime) -> None:
    """Told to its host and its co-hosts at once."""
    for district_id in (event.host_id, *(each.district_id for each in event.cohosts)):
        tell(session, kind=kind, district_id=district_id, event=event, text=reason, by=by, now=now)
