"""What becomes of a series that is posted already when its dates change: looked at before anything is kept.

It happens in a rehearsal (`House.rehearsal`), so what is said is what saving would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import Date, dates_of
from calendar_service.domain.times.standing_in import standing_in
from calendar_service.services.access import own_event
from calendar_service.services.drafts import EventDraft
from calendar_service.services.events.revising import revise
from calendar_service.services.mails.audience import Audience, audience_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A date of which something was said by itself, and the one of which it is said from now on; None where it goes."""

    was: Date
    now: Date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Dates are those to come. `left_behind` counts the past ones that the series makes no more; `other_days`: some
    date goes to another day. `sequence` is what calendars compare (RFC 5545 §3.8.7.4), before and after.
    """

    event: Event
    before: Sequence[Date]
    after: Sequence[Date]
    left_behind: int
    followed: Sequence[Followed]
    other_days: bool
    sequence: tuple[int, int]
    audience: Audience

    @property
    def loses(self) -> bool:
        """Whether something that was said of a date goes."""
        return any(each.now is None for each in self.followed)


def foresee(session: Session, draft: EventDraft, *, slug: str, by: Viewer, now: datetime) -> Foreseen:
    """What a draft makes of an event's dates. Raises what revising raises."""
    event = own_event(session, slug, viewer=by)
    was, sequence = dates_of(event), event.sequence
    revise(session, event, draft, seen=event.version, by=by, now=now)
    becomes = dates_of(event)
    there = {each.original: each for each in becomes}
    places = standing_in((each.original for each in was), there)
    ahead = [each for each in was if _is_ahead(each, now)]
    said = [each for each in ahead if each.override]
    followed = [(each, there.get(places.get(each.original, each.original))) for each in said]
    return Foreseen(
        event=event, before=ahead, after=[each for each in becomes if _is_ahead(each, now)],
        left_behind=sum(not _is_ahead(each, now) and each.original not in there for each in was),
        followed=[Followed(was=old, now=new if new and new.override else None) for old, new in followed],
        other_days=any(old.date() != new.date() for old, new in places.items()),
        sequence=(sequence, event.sequence), audience=audience_of(session, event),
    )  # fmt: skip


def _is_ahead(date: Date, now: datetime) -> bool:
    return date.span.end_utc > now
