"""The dates of an event, as its rule and its overrides make them: what occurrences and feeds agree on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calendar_service.domain.events import Event, Override, Status
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.moments import Span, recurrence_id
from calendar_service.domain.times.recurrence import Rule, expand


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """One date of an event as it should stand.

    `original` is the start that the event gives it (wall clock), `recurrence_id` names that, `span` is where it
    is now. `venue` is None where the event has none either.
    """

    original: datetime
    recurrence_id: str
    span: Span
    venue: Venue | None
    cancelled: bool
    override: Override | None


def rule_of(event: Event) -> Rule | None:
    """The event's rule, read and checked. Raises BadRule."""
    if not event.rrule:
        return None
    return Rule.read(event.rrule, start=event.start, all_day=event.all_day, timezone=event.timezone)


def dates_of(event: Event) -> list[Date]:
    """Every date of an event, by original time. Its venue and overrides are loaded. Raises BadRule."""
    starts = expand(start=event.start, rule=rule_of(event), rdates=event.rdates, exdates=event.exdates)
    overrides = {each.recurrence_id: each for each in event.overrides}
    return [_date(event, start, overrides) for start in starts]


def _date(event: Event, start: datetime, overrides: dict[str, Override]) -> Date:
    key = recurrence_id(start, all_day=event.all_day)
    override = overrides.get(key)
    span = event.span.moved_to(start)
    if override and override.start:
        span = Span(start=override.start, end=override.end, all_day=event.all_day, timezone=event.timezone)
    venue = override.venue if override and override.venue else event.venue
    cancelled = override is not None and override.status == Status.CANCELLED
    return Date(original=start, recurrence_id=key, span=span, venue=venue, cancelled=cancelled, override=override)
