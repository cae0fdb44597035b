"""What was announced of an event before it was last changed, for as long as that is kept: its page says so."""

from __future__ import annotations

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import reminders as queries
from calendar_service.domain.events import Event, Occurrence
from calendar_service.services.mails.timetables import Known, When, from_plain


def announced_before(session: Session, event: Event, shown: Occurrence) -> Known | None:
    """Where and when an event of one date was to be, if that is another place or time than now; None if it is not.

    Of a series each date says by itself that it was moved. What was off, or on no page, was not announced.
    """
    if event.repeats or not event.schedule_version:
        return None
    kept = queries.timetable(session, event.id, event.schedule_version - 1)
    was = next(iter(from_plain(kept.dates).values()), None) if kept else None
    if was is None or not was.on or (was.when == when_of(shown) and was.place == place_of(event, shown)):
        return None
    return was


def when_of(shown: Occurrence) -> When:
    """The clocks of a date, to be compared with those that were announced."""
    return When(start=shown.start, end=shown.end, all_day=shown.all_day)


def place_of(event: Event, shown: Occurrence) -> str:
    """What stands for the place of a date in what was announced."""
    return shown.venue.slug if shown.venue else event.place_note or event.online_url
