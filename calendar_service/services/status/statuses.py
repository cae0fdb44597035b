"""Where an event stands: draft → tentative | confirmed; tentative → confirmed | draft; confirmed ⇄ cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import lapsed_holds
from calendar_service.domain.access import Viewer, may_edit
from calendar_service.domain.errors import Forbidden, Invalid, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.times.moments import local_day
from calendar_service.services.access import check_may_change
from calendar_service.services.auditing import CLOCK
from calendar_service.services.draft_checks import missing
from calendar_service.services.events.posting import hold_end
from calendar_service.services.news.telling import tell
from calendar_service.services.recording.changes import record, snapshot


def confirm(session: Session, event: Event, *, by: Viewer, now: datetime, seen: int | None = None) -> None:
    """Publish a draft or a hold, or bring a cancelled event back. Raises Forbidden, Stale, WrongState, Invalid."""
    check_may_change(event, by=by, seen=seen)
    with _moved(session, event, "confirm", Status.DRAFT, Status.TENTATIVE, Status.CANCELLED, by=by, now=now):
        _check_complete(event)
        event.status, event.hold_until, event.reason = Status.CONFIRMED, None, ""


def hold(
    session: Session, event: Event, *, until: date | None, by: Viewer, now: datetime, seen: int | None = None
) -> None:
    """Hold a draft's date until a day, or move that day. Raises Forbidden, Stale, WrongState, Invalid."""
    check_may_change(event, by=by, seen=seen)
    with _moved(session, event, "hold", Status.DRAFT, Status.TENTATIVE, by=by, now=now):
        _check_complete(event)
        event.status, event.hold_until = Status.TENTATIVE, hold_end(event, until, now=now)


def release(session: Session, event: Event, *, by: Viewer, now: datetime, seen: int | None = None) -> None:
    """Let a hold go: it is a draft again. Raises Forbidden, Stale, WrongState."""
    check_may_change(event, by=by, seen=seen)
    _let_go(session, event, "release", by=by, now=now)


def cancel(
    session: Session, event: Event, *, reason: str, withdraw: bool = False, by: Viewer, now: datetime,
    seen: int | None = None,
) -> None:  # fmt: skip
    """Cancel what is public: it stays as a notice, with its reason. `withdraw` also blanks its text, for what was
    published by mistake; only a bare notice is left. Raises Forbidden, Stale, WrongState.
    """
    check_may_change(event, by=by, seen=seen)
    deed, allowed = ("withdraw", (Status.CONFIRMED, Status.CANCELLED)) if withdraw else ("cancel", (Status.CONFIRMED,))
    with _moved(session, event, deed, *allowed, by=by, now=now):
        event.status, event.reason = Status.CANCELLED, reason
        if withdraw:
            _blank(event)


def unwithdraw(session: Session, event: Event, *, by: Viewer, now: datetime) -> None:
    """Let what was withdrawn with its import be said anew, by a file that brings it again: it is cancelled until then.

    Raises Forbidden.
    """
    if not may_edit(by, event):
        raise Forbidden("not_your_event")
    before = snapshot(event)
    event.withdrawn = False
    record(session, event, before, deed="restore", by=by, now=now)


def lapse_holds(session: Session, *, now: datetime) -> int:
    """Let go every hold whose last day is over; how many. The clock calls it; twice is as good as once."""
    today = local_day(now, session.installation.metropolis.timezone)
    lapsed = lapsed_holds(session, today)
    for event in lapsed:
        _let_go(session, event, "lapse", by=CLOCK, now=now)
        tell(session, kind=NewsKind.HOLD_LAPSED, district_id=event.host_id, event=event, by=CLOCK, now=now)
    return len(lapsed)


def _let_go(session: Session, event: Event, deed: str, *, by: Viewer, now: datetime) -> None:
    with _moved(session, event, deed, Status.TENTATIVE, by=by, now=now):
        event.status, event.hold_until = Status.DRAFT, None


@contextmanager
def _moved(
    session: Session, event: Event, deed: str, *allowed: Status, by: Viewer, now: datetime
) -> Iterator[None]:  # fmt: skip
    """What the block makes of where the event stands is recorded as a deed. Raises WrongState."""
    if event.status not in allowed:
        raise WrongState("wrong_status", status=str(event.status))
    before = snapshot(event)
    yield
    record(session, event, before, deed=deed, by=by, now=now)


def _check_complete(event: Event) -> None:
    if problems := missing(event):
        raise Invalid(problems)


def _blank(event: Event) -> None:
    event.withdrawn = True
    event.summary = ""
    event.abstract = event.description = event.reason = event.price_text = event.place_note = ""
    event.booking_url = event.online_url = ""
    event.picture, event.image_alt, event.image_credit = None, "", ""
