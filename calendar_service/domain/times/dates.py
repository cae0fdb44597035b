"""The dates of an event, as its rule and its overrides make them: what occurrences and feeds agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def starts_of(event: Event) -> Sequence[datetime]:
    """The original start (wall clock) of every date, in order. Raises BadRule."""
    return expand(start=event.start, rule=rule_of(event), rdates=event.rdates, exdates=event.exdates)


def dates_of(event: Event) -> list[Date]:
    """Every date of an event, by original time. Its venue and overrides are loaded. Raises BadRule."""
    starts = starts_of(event)
    overrides = {each.recurrence_id: each for each in event.overrides}
    first, venue = event.span, event.venue
    named = ((start, recurrence_id(start, all_day=first.all_day)) for start in starts)
    return [_date(start, key, first, venue, overrides.get(key)) for start, key in named]


def _date(start: datetime, key: str, first: Span, venue: Venue | None, override: Override | None) -> Date:
    if override is None:
        span = first.moved_to(start)
        return Date(original=start, recurrence_id=key, span=span, venue=venue, cancelled=False, override=None)
    there = replace(first, start=override.start, end=override.end) if override.start else first.moved_to(start)
    cancelled = override.status == Status.CANCELLED
    return Date(
        original=start, recurrence_id=key, span=there, venue=override.venue or venue, cancelled=cancelled,
        override=override,
    )  # fmt: skip
