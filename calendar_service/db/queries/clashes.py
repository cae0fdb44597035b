"""What clash advice asks: what is confirmed or held around some moments, and the days that officers marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.browsing import LONGEST_DAY
from calendar_service.domain.access import Viewer, visible_to, worded_to
from calendar_service.domain.events import Event, EventTerm, Occurrence, Status, TermKind
from calendar_service.domain.places import District
from calendar_service.domain.special_days import SpecialDay

Moments = Sequence[tuple[datetime, datetime]]
COMPETING = (Status.TENTATIVE, Status.CONFIRMED)
MOST_MARKED = 500


class Rival(NamedTuple):
    """A date that may compete. `place` and `host` are districts' slugs; `worded`: the asker sees its words, among them
    `because`, why its date stands although others compete.
    """

    event_id: int
    uid: str
    slug: str
    summary: str
    worded: bool
    status: str
    start: datetime
    end: datetime | None
    all_day: bool
    timezone: str
    start_utc: datetime
    end_utc: datetime
    expected: int | None
    place: str
    host: str
    because: str


def rivals(
    session: Session, moments: Moments, *, viewer: Viewer, without: str | None, districts: Iterable[str] | None,
    crowd: int, limit: int,
) -> Sequence[Rival]:  # fmt: skip
    """What takes place around some moments in these districts (or in any, where `crowd` people or more are expected).

    `without` is the UID of the event that is being planned itself. Soonest first.
    """
    place, host = aliased(District), aliased(District)
    near: list[ColumnElement[bool]] = []
    if districts is not None:
        near = [or_(place.slug.in_(list(districts)), Event.expected_attendance >= crowd)]
    question = (
        select(
            Event.id, Event.uid, Event.slug, Event.summary, worded_to(viewer), Event.status,
            Occurrence.start, Occurrence.end, Occurrence.all_day, Event.timezone,
            Occurrence.start_utc, Occurrence.end_utc, Event.expected_attendance, place.slug, host.slug,
            Event.date_reason,
        )
        .join(Event, Event.id == Occurrence.event_id)
        .join(place, place.id == Occurrence.district_id)
        .join(host, host.id == Event.host_id)
        .where(
            _around(moments), Occurrence.status.in_(COMPETING), Event.status.in_(COMPETING), visible_to(viewer),
            Event.uid != (without or ""), *near,
        )
        .order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
    )  # fmt: skip
    return [Rival._make(row) for row in session.execute(question)]


def _around(moments: Moments) -> ColumnElement[bool]:
    """Overlaps one of the moments. What covers no several days began lately: so an index finds each kind.

    Apart from what is asked of the dates found, for only then does a database look up each alternative by itself.
    """
    date, long = aliased(Occurrence), aliased(Occurrence)
    short = or_(*(
        and_(date.start_utc < end, date.start_utc > start - LONGEST_DAY, date.end_utc > start) for start, end in moments
    ))  # fmt: skip
    first, last = min(start for start, _ in moments), max(end for _, end in moments)
    lasting = and_(long.several_days.is_(True), long.end_utc > first, long.start_utc < last)
    return Occurrence.id.in_(union_all(select(date.id).where(short), select(long.id).where(lasting)))


def terms_of(session: Session, event_ids: Iterable[int]) -> Mapping[int, Sequence[tuple[str, str]]]:
    """The disciplines and audiences of events: (kind, slug), by the event's id."""
    kinds = (TermKind.DISCIPLINE, TermKind.AUDIENCE)
    question = select(EventTerm.event_id, EventTerm.kind, EventTerm.slug).where(
        EventTerm.event_id.in_(list(event_ids)), EventTerm.kind.in_(kinds)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for event_id, kind, slug in session.execute(question.order_by(EventTerm.position)):
        found.setdefault(event_id, []).append((kind, slug))
    return found


def special_days(
    session: Session, first: date, last: date, *, districts: Iterable[str] | None = None
) -> Sequence[SpecialDay]:
    """The marked days that may fall between two days: the metropolis's, and those of some districts (or of all)."""
    within = or_(SpecialDay.yearly.is_(True), SpecialDay.day.between(first, last))
    question = select(SpecialDay).where(SpecialDay.removed.is_(None), within, SpecialDay.day <= last)
    if districts is not None:
        theirs = select(District.id).where(District.slug.in_(list(districts)))
        question = question.where(or_(SpecialDay.district_id.is_(None), SpecialDay.district_id.in_(theirs)))
    return session.scalars(
        question.options(joinedload(SpecialDay.district)).order_by(SpecialDay.day, SpecialDay.id).limit(MOST_MARKED)
    ).all()


def special_day(session: Session, number: int) -> SpecialDay | None:
    """One of them."""
    question = select(SpecialDay).where(SpecialDay.id == number).options(joinedload(SpecialDay.district))
    return session.scalars(question).one_or_none()
