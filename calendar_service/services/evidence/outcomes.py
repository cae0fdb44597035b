"""After the event: the host says whether a date took place and how many people came; until then it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.evidence import outcomes as queries
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound, WrongState
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.times.moments import local_day, to_utc
from calendar_service.services.auditing import CLOCK, note
from calendar_service.services.history import changes
from calendar_service.services.news.telling import tell

ASKED_FOR = timedelta(days=30)
"""So long after its end a date is asked for."""
MOST = 50
FRESH = timedelta(days=2)
"""A mail asks for what ended within this time: no flood when a municipality brings in its past."""
MORNING = time(6)
"""Dates are asked for once a day, before the morning's digest: what ends at night is asked for with the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a date; `people` is None where nobody counted."""

    held: bool
    people: int | None = None
    note: str = ""


def waiting(session: Session, *, viewer: Viewer, now: datetime, limit: int = MOST) -> Sequence[Occurrence]:
    """The dates of her districts' events that wait to be answered for, the latest first."""
    if not viewer.districts:
        return []
    return queries.waiting(session, viewer.districts, since=now - ASKED_FOR, now=now, limit=limit)


def of_event(session: Session, event: Event) -> Mapping[str, Outcome]:
    """What was said of an event's dates, by their original time."""
    return queries.of_event(session, event.id)


def told_of(session: Session, event: Event) -> Sequence[tuple[Occurrence, Outcome]]:
    """The dates of an event of which something was said, with that, the first first."""
    return queries.told_of(session, event.id)


def date_over(session: Session, event: Event, recurrence_id: str, *, now: datetime) -> Occurrence:
    """A date that can be answered for. Raises NotFound, WrongState for one to come or one that was called off."""
    date = queries.date_of(session, event.id, recurrence_id)
    if date is None:
        raise NotFound("occurrence")
    if date.end_utc > now:
        raise WrongState("outcome_early")
    if date.status != Status.CONFIRMED or event.withdrawn:
        raise WrongState("outcome_off")
    return date


def report(
    session: Session, event: Event, recurrence_id: str, result: Result, *, by: Viewer, now: datetime
) -> Outcome:  # fmt: skip
    """Keep what came of a date, instead of what was said of it before. The caller may edit the event.

    Raises NotFound, WrongState.
    """
    date_over(session, event, recurrence_id, now=now)
    found = queries.of_date(session, event.id, recurrence_id)
    if found is None:
        found = Outcome(event_id=event.id, recurrence_id=recurrence_id, held=result.held, at=now)
        session.add(found)
        before = dict.fromkeys(("held", "people", "note"))
    else:
        before = {"held": found.held, "people": found.people, "note": found.note}
    after = {"held": result.held, "people": result.people, "note": result.note}
    found.held, found.people, found.note = result.held, result.people, result.note
    found.officer_id, found.at = by.officer_id, now
    note(session, by=by, deed="event-outcome", subject=f"event:{event.slug}", district_id=event.host_id, now=now,
         recurrence_id=recurrence_id, changes=changes(before, after))  # fmt: skip
    session.flush()
    return found


def ask(session: Session, *, now: datetime) -> int:
    """Tell districts, at most once a day each, that dates wait to be answered for; how many.

    Twice is as good as once.
    """
    zone = session.installation.metropolis.timezone
    morning = to_utc(datetime.combine(local_day(now, zone), MORNING), zone)
    if now < morning:
        return 0
    over = queries.last_over(session, since=morning - FRESH, now=morning)
    told = queries.last_told(session, list(over), NewsKind.OUTCOMES_WANTED)
    due = [each for each, ended in over.items() if each not in told or told[each] < ended]
    for district in sorted(due):
        tell(session, kind=NewsKind.OUTCOMES_WANTED, district_id=district, by=CLOCK, now=now)
    return len(due)
