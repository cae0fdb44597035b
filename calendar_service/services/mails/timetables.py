"""What an event's dates are, in plain values that can be kept and compared: what people know of it.

Only dates still to come count. A date is known by its recurrence id; where an edit gave every date another one
(the start itself moved), those that went and those that came are paired in order, or by their weeks if they are not as
many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.times.moments import Span, read_wall, recurrence_id, write_wall
from calendar_service.domain.times.recurrence import Rule, expand
from calendar_service.domain.times.standing_in import standing_in


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A start and an end on the wall clock, whatever the zone."""

    start: datetime
    end: datetime | None
    all_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One date: wall clocks as the API writes them, the instant at which it begins (ISO, UTC), whether it is on.

    `place` is a venue's slug, else what stands for a place; `reason` is why it is not as the event has it: told with
    a change, and none by itself.
    """

    start: str
    end: str | None
    begins: str
    place: str
    on: bool
    reason: str = field(default="", compare=False)

    @property
    def begins_at(self) -> datetime:
        """The instant at which it begins."""
        return datetime.fromisoformat(self.begins)

    @property
    def when(self) -> When:
        """Start and end as wall clocks, and whether it is all day: what `words.span` says."""
        start, all_day = read_wall(self.start)
        return When(start=start, end=_wall(self.end) if self.end else None, all_day=all_day)


Dates = Mapping[str, Known]


def plain(dates: Dates) -> dict[str, Any]:
    """The dates as JSON."""
    return {key: asdict(each) for key, each in dates.items()}


def from_plain(kept: Mapping[str, Any]) -> dict[str, Known]:
    """What `plain` made."""
    return {key: Known(**each) for key, each in kept.items()}


def dates_before(before: Mapping[str, Any], *, now: datetime) -> dict[str, Known]:
    """The dates of an event as it was (`recording.Snapshot`), those still to come."""
    span = Span(
        start=_wall(before["start"]), end=_wall(before["end"]) if before["end"] else None,
        all_day=before["all_day"], timezone=before["timezone"],
    )  # fmt: skip
    rule = None
    if before["rrule"]:
        rule = Rule.read(before["rrule"], start=span.start, all_day=span.all_day, timezone=span.timezone)
    starts = expand(
        start=span.start, rule=rule, rdates=[_wall(each) for each in before["rdates"]],
        exdates=[_wall(each) for each in before["exdates"]],
    )  # fmt: skip
    found = {recurrence_id(start, all_day=span.all_day): span.moved_to(start) for start in starts}
    every = {key: _date_before(before, each, before["overrides"].get(key, {})) for key, each in found.items()}
    return {key: each for key, each in every.items() if each.begins_at > now}


def _wall(text: str) -> datetime:
    return read_wall(text)[0]


def _date_before(before: Mapping[str, Any], span: Span, override: Mapping[str, Any]) -> Known:
    if override.get("start"):
        end = _wall(override["end"]) if override["end"] else None
        span = Span(start=_wall(override["start"]), end=end, all_day=span.all_day, timezone=span.timezone)
    stands = before["status"] == Status.CONFIRMED and not before["taken_down"]
    on = stands and override.get("status") != Status.CANCELLED
    place = override.get("venue") or before["venue"] or before["place_note"] or before["online_url"]
    return _known(span, place=place, on=on, reason=override.get("reason", ""))


def dates_now(event: Event, occurrences: Sequence[Occurrence], *, now: datetime) -> dict[str, Known]:
    """The dates of an event as they stand, those still to come. Loaded: its overrides, the occurrences' venues."""
    reasons = {} if event.is_bare else {each.recurrence_id: each.reason for each in event.overrides}
    found = {}
    for each in occurrences:
        if each.start_utc > now:
            span = Span(start=each.start, end=each.end, all_day=each.all_day, timezone=event.timezone)
            place = each.venue.slug if each.venue else event.place_note or event.online_url
            found[each.recurrence_id] = _known(
                span, place=place, on=each.status == Status.CONFIRMED, reason=reasons.get(each.recurrence_id, "")
            )
    return found


def _known(span: Span, *, place: str, on: bool, reason: str) -> Known:
    end = write_wall(span.end, all_day=span.all_day) if span.end else None
    start = write_wall(span.start, all_day=span.all_day)
    return Known(start=start, end=end, begins=span.start_utc.isoformat(), place=place, on=on, reason=reason)


class Change(StrEnum):
    """What became of a date."""

    CANCELLED = "cancelled"
    BACK = "back"
    ADDED = "added"
    MOVED = "moved"
    PLACED = "placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One date that is not as it was known: `was` is None for one that came, `now` for one that went."""

    was: Known | None
    now: Known | None

    @property
    def change(self) -> Change | None:
        """What became of it, as far as it matters to who wants to go; None for nothing."""
        was_on, is_on = self.was is not None and self.was.on, self.now is not None and self.now.on
        if was_on and is_on:
            return self._shift()
        if was_on:
            return Change.CANCELLED
        if is_on:
            return Change.BACK if self.was else Change.ADDED
        return None

    def _shift(self) -> Change | None:
        was, now = self.was, self.now
        if was is None or now is None or was == now:
            return None
        same_time = (was.begins, was.start, was.end) == (now.begins, now.start, now.end)
        return Change.PLACED if same_time else Change.MOVED

    @property
    def moments(self) -> list[datetime]:
        """The instants at which it was to begin, and now does."""
        return [each.begins_at for each in (self.was, self.now) if each]


def differences(was: Dates, now: Dates) -> list[Difference]:
    """What changed, by when it was to begin."""
    both = [Difference(was=was[key], now=now[key]) for key in was if key in now]
    gone = sorted((was[key] for key in was.keys() - now.keys()), key=lambda each: each.begins)
    came = sorted((now[key] for key in now.keys() - was.keys()), key=lambda each: each.begins)
    apart = _in_order(gone, came) if len(gone) == len(came) else _by_week(gone, came)
    found = [each for each in both + apart if each.change]
    return sorted(found, key=lambda each: min(each.moments))


def _in_order(gone: Sequence[Known], came: Sequence[Known]) -> list[Difference]:
    return [Difference(was=old, now=new) for old, new in zip(gone, came, strict=True)]


def _by_week(gone: Sequence[Known], came: Sequence[Known]) -> list[Difference]:
    """Those of one day or week together, as they stand in for each other; what is left went, or came."""
    new = {each.when.start: each for each in came}
    stands = standing_in((each.when.start for each in gone), new)
    went = [Difference(was=each, now=new[at] if (at := stands.get(each.when.start)) else None) for each in gone]
    return went + [Difference(was=None, now=each) for each in came if each.when.start not in stands.values()]
