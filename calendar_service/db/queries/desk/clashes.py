"""What clash advice asks: what is confirmed or held around some moments, and the days that officers marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    SelectBase,
    String,
    and_,
    bindparam,
    cast,
    extract,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer, visible_to, worded_to
from calendar_service.domain.events import Event, EventTerm, Occurrence, Status, TermKind
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.special_days import SpecialDay

COMPETING = (Status.TENTATIVE, Status.CONFIRMED)
MOST_MARKED = 500
A_DAY = 24 * 3600
LONG_AGO = 100_000 * A_DAY
"""Added before a remainder is taken, so that what it is taken of is never negative."""
KEPT = 500
Question = Select[Any]


class Rival(NamedTuple):
    """A date that may compete: `start` and `end` in seconds since 1970, then as its people say them. `place` and `host`
    are districts' slugs; `worded`: the asker sees its words, among them `because`, why its date stands although others
    compete. `terms` are its disciplines and audiences, as `read_terms` reads them.
    """

    event_id: int
    start: int
    end: int
    whole_days: bool
    place: str
    host: str
    expected: int | None
    worded: bool
    uid: str
    slug: str
    summary: str
    status: str
    timezone: str
    because: str
    terms: str
    wall_start: datetime
    wall_end: datetime | None


class Around(NamedTuple):
    """The time in which rivals are looked for: from one instant to another, and within it these local days.

    `hours`: only what touches this part of the day (UTC, in seconds after midnight: from, and how long), if it has
    hours of its own. What lasts several days is found once, with `lasting`.
    """

    first: datetime
    last: datetime
    days: Collection[date]
    hours: tuple[int, int] | None
    lasting: bool


class Asked(NamedTuple):
    """Where rivals are looked for: in `near` districts (slugs), and anywhere where a `crowd` is expected. By whom, and
    `without` which event (UID), the one that is planned itself.
    """

    near: frozenset[str]
    crowd: int
    longest: timedelta
    without: str | None
    viewer: Viewer


def rivals(session: Session, around: Around, asked: Asked, *, limit: int) -> Sequence[Rival]:
    """What takes place around some time, soonest first; of what is far away, nothing that is open for `longest`."""
    begins, length = around.hours or (0, A_DAY)
    given = {
        "first": around.first, "last": around.last, "days": list(around.days), "begins": begins, "length": length,
        "without": asked.without or "", "limit": limit,
    }  # fmt: skip
    question = _question(asked._replace(without=None), around.hours is not None, around.lasting)
    return [Rival._make(row) for row in session.connection().execute(question, given)]


@lru_cache(maxsize=KEPT)
def _question(asked: Asked, hours: bool, lasting: bool) -> Question:  # noqa: FBT001
    """The statement, said once: whoever writes a form asks it again with each date that she tries."""
    found = _found(asked, hours=hours, lasting=lasting).subquery()
    place, host = aliased(District), aliased(District)
    question: Question = select(
        Event.id, found.c.start, found.c.end, found.c.all_day, place.slug, host.slug, Event.expected_attendance,
        worded_to(asked.viewer), Event.uid, Event.slug, Event.summary, Event.status, Event.timezone,
        Event.date_reason, _terms(), found.c.wall_start, found.c.wall_end,
    )  # fmt: skip
    question = question.join(Event, Event.id == found.c.event_id).join(place, place.id == found.c.district_id)
    return (
        question.join(host, host.id == Event.host_id)
        .where(Event.status.in_(COMPETING), visible_to(asked.viewer), Event.uid != bindparam("without", type_=String))
        .order_by(found.c.start, found.c.id).limit(bindparam("limit", type_=Integer))
    )  # fmt: skip


def read_terms(text: str) -> Sequence[tuple[str, str]]:
    """Kind and slug of each, in the order in which they were given."""
    places = sorted((int(place), kind, slug) for place, kind, slug in (each.split(":") for each in text.split()))
    return [(kind, slug) for _, kind, slug in places]


def _terms() -> ColumnElement[str]:
    """All in one text: quicker than rows of their own for so many events."""
    written = cast(EventTerm.position, String) + ":" + EventTerm.kind + ":" + EventTerm.slug
    kinds = (TermKind.DISCIPLINE, TermKind.AUDIENCE)
    question = select(func.aggregate_strings(written, " ")).where(
        EventTerm.event_id == Event.id, EventTerm.kind.in_(kinds)
    )
    return func.coalesce(question.scalar_subquery(), "")


def _found(asked: Asked, *, hours: bool, lasting: bool) -> SelectBase:
    """The dates, each kind of them by an index of its own: of one day or night by its day, what lasts by its end.

    The sums of nothing keep SQLite from looking up all that is ever near or big instead.
    """
    near = (Occurrence.district_id + 0).in_(select(District.id).where(District.slug.in_(sorted(asked.near))))
    big = (Occurrence.event_id + 0).in_(select(Event.id).where(Event.expected_attendance >= asked.crowd))
    days = Occurrence.first_day.in_(bindparam("days", expanding=True, type_=Date))
    short = _dates().where(
        days, Occurrence.several_days.is_(False), *([_in_hours()] if hours else []), or_(near, big)
    )  # fmt: skip
    if not lasting:
        return short
    within = (Occurrence.end_utc > bindparam("first"), Occurrence.start_utc < bindparam("last"))
    far = and_(big, _length() <= int(asked.longest.total_seconds()))
    return union_all(short, _dates().where(Occurrence.several_days.is_(True), *within, or_(near, far)))


def _dates() -> Select[int, int, int, int, int, bool, datetime, datetime | None]:
    return select(
        Occurrence.id, Occurrence.event_id, Occurrence.district_id, _seconds(Occurrence.start_utc).label("start"),
        _seconds(Occurrence.end_utc).label("end"), Occurrence.all_day, Occurrence.start.label("wall_start"),
        Occurrence.end.label("wall_end"),
    ).where(Occurrence.status.in_(COMPETING))  # fmt: skip


def _length() -> ColumnElement[int]:
    return _seconds(Occurrence.end_utc) - _seconds(Occurrence.start_utc)


def _seconds(instant: Any) -> ColumnElement[int]:  # noqa: ANN401 - a mapped column
    """Since 1970: quicker to read and to compare than a datetime."""
    return cast(extract("epoch", instant), BigInteger)


def _in_hours() -> ColumnElement[bool]:
    """What touches the hours: it begins in them, or they begin during it."""
    begins, length = bindparam("begins", type_=BigInteger), bindparam("length", type_=BigInteger)
    start = _seconds(Occurrence.start_utc)
    within, during = (start + LONG_AGO - begins) % A_DAY < length, (begins + LONG_AGO - start) % A_DAY < _length()
    return or_(Occurrence.all_day.is_(True), within, during)


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
