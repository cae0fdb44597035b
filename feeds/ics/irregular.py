"""Which VEVENTs an event becomes: one, a series with its exceptions, or one for each date.

RDATE is in no feed, and no rule that some program mis-expands: such dates stand by themselves, joined by
RELATED-TO. A date that was taken away is an EXDATE; one that was moved or cancelled is an override, never both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import Date, dates_of, rule_of
from calendar_service.domain.times.recurrence import Rule, is_simple


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What an event becomes, or one piece of it: VEVENTs that share a UID and are published together.

    `recurrence_id` is empty for the whole of an event, else it names the one date that this is. With a `rule` or
    `rdates`, `dates` begins with the date that carries them; the others are the overrides. `rdates` stand in no feed.
    """

    @property
    def repeats(self) -> bool:
        """Whether one entry of it stands for several dates."""
        return self.rule is not None or bool(self.rdates)

    recurrence_id: str
    uid: str
    dates: Sequence[Date]
    rule: Rule | None = None
    rdates: Sequence[datetime] = ()


def parts_of(event: Event) -> list[Part]:
    """Every part of an event, in the order of its dates. Raises BadRule for an event that makes no sense."""
    dates, rule = dates_of(event), rule_of(event)
    if rule is not None and is_simple(rule):
        return _series(event, dates, rule)
    if rule is None and not event.rdates:
        return [Part(recurrence_id="", uid=event.uid, dates=dates)]
    first = next((each for each in dates if each.original == event.start), dates[0])
    return [_alone(event, each, uid=event.uid if each is first else None) for each in dates]


def whole_of(event: Event) -> Part:
    """An event in one piece, whatever its dates: for archives, which whoever reads RFC 5545 whole brings back.

    Some readers drop the start of a set without a rule unless it is named again (finding 0.7), so it is.
    """
    rule, rdates = rule_of(event), tuple(event.rdates)
    if rule is None and not rdates:
        return Part(recurrence_id="", uid=event.uid, dates=dates_of(event))
    changed = [each for each in dates_of(event) if each.override is not None]
    named = rdates if rule is not None else tuple(sorted({event.start, *rdates}))
    return Part(recurrence_id="", uid=event.uid, dates=[_bearer(event), *changed], rule=rule, rdates=named)


def occurrence_of(event: Event, recurrence_id: str) -> Part | None:
    """One date by itself, to download: under the UID that it has in feeds when it stands alone there, too."""
    for part in parts_of(event):
        alone = part.rule is None and len(part.dates) == 1
        if alone and part.dates[0].recurrence_id == recurrence_id:
            return part
    date = next((each for each in dates_of(event) if each.recurrence_id == recurrence_id), None)
    return _alone(event, date) if date else None


def derived_uid(uid: str, recurrence_id: str) -> str:
    """The UID of one date of an event: before the `@`, the original time is added."""
    local, at, domain = uid.partition("@")
    return f"{local}-{recurrence_id}{at}{domain}"


def _series(event: Event, dates: Sequence[Date], rule: Rule) -> list[Part]:
    """The rule's dates as one part; dates beside the rule each by itself."""
    made = set(rule.every_date())
    changed = [each for each in dates if each.original in made and each.override is not None]
    beside = [_alone(event, each) for each in dates if each.original not in made]
    return [Part(recurrence_id="", uid=event.uid, dates=[_bearer(event), *changed], rule=rule), *beside]


def _bearer(event: Event) -> Date:
    """The first date as the event says it: what carries the rule."""
    return Date(
        original=event.start, recurrence_id="", span=event.span, venue=event.venue, cancelled=False, override=None
    )


def _alone(event: Event, date: Date, *, uid: str | None = None) -> Part:
    uid = uid or derived_uid(event.uid, date.recurrence_id)
    return Part(recurrence_id=date.recurrence_id, uid=uid, dates=[date])
