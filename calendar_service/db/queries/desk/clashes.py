"""What clash advice asks: what is confirmed or held around some moments, and the days that officers marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    case,
    cast,
    exists,
    extract,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.sound import sound_rows
from calendar_service.domain.access import Viewer, visible_to, worded_to
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.special_days import SpecialDay

MOST_MARKED = 500
A_DAY = 24 * 3600
LONG_AGO = 100_000 * A_DAY
"""Added before a remainder is taken, so that what it is taken of is never negative."""
KEPT = 500
Question = Select[Any]


class Rival(NamedTuple):
    """A date (`id`) that may compete, as much as is weighed of it: `start` and `end` in seconds since 1970, `place` and
    `host` are districts' slugs; `worded`: the asker sees its words. `filed_under` is as `read_filing` reads it.
    """

    id: int
    event_id: int
    start: int
    end: int
    whole_days: bool
    place: str
    host: str
    expected: int | None
    worded: bool
    filed_under: str


class Told(NamedTuple):
    """What is told of a date: `because` is why it stands although others compete, `start` and `end` are wall clocks."""

    id: int
    uid: str
    slug: str
    summary: str
    status: str
    because: str
    timezone: str
    start: datetime
    end: datetime | None


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
    return list(map(Rival._make, sound_rows(session, question, given)))


def told(session: Session, ids: Sequence[int]) -> Mapping[int, Told]:
    """What is told of these dates, by their ids. Of one that is not `worded`, its words are not for whoever asks."""
    rows = sound_rows(session, _TELLING, {"ids": ids}) if ids else ()
    return {row[0]: Told._make(row) for row in rows}


_SAID: tuple[Any, ...] = (
    Occurrence.id, Event.uid, Event.slug, Event.summary, Event.status, Event.date_reason, Event.timezone,
    Occurrence.start, Occurrence.end,
)  # fmt: skip
_TELLING: Question = (
    select(*_SAID).join(Event, Event.id == Occurrence.event_id)
    .where(Occurrence.id.in_(bindparam("ids", expanding=True, type_=Integer)))
)  # fmt: skip


@lru_cache(maxsize=KEPT)
def _question(asked: Asked, hours: bool, lasting: bool) -> Question:  # noqa: FBT001
    """The statement, said once: whoever writes a form asks it again with each date that she tries."""
    found = _found(asked, hours=hours, lasting=lasting).subquery()
    place, host = aliased(District), aliased(District)
    question: Question = select(
        found.c.id, found.c.event_id, found.c.start, found.c.end, found.c.all_day, place.slug, host.slug,
        found.c.expected_attendance, found.c.worded, found.c.filed_under,
    )  # fmt: skip
    question = question.join(place, place.id == found.c.district_id).join(host, host.id == found.c.host_id)
    return question.order_by(found.c.start, found.c.id).limit(bindparam("limit", type_=Integer))


def _found(asked: Asked, *, hours: bool, lasting: bool) -> SelectBase:
    """The dates, each kind of them by an index of its own: of one day or night by its day, what lasts by its end.

    The sum of nothing keeps SQLite from looking up all that is ever near instead. What is near is asked before the
    hours, as these have to be reckoned.
    """
    near = (Occurrence.district_id + 0).in_(select(District.id).where(District.slug.in_(sorted(asked.near))))
    big = Occurrence.expected_attendance >= asked.crowd
    days = Occurrence.first_day.in_(bindparam("days", expanding=True, type_=Date))
    short = _dates(asked.viewer).where(
        days, Occurrence.several_days.is_(False), or_(near, big), *([_in_hours()] if hours else [])
    )  # fmt: skip
    if not lasting:
        return short
    within = (Occurrence.end_utc > bindparam("first"), Occurrence.start_utc < bindparam("last"))
    far = and_(big, _length() <= int(asked.longest.total_seconds()))
    return union_all(short, _dates(asked.viewer).where(Occurrence.several_days.is_(True), *within, or_(near, far)))


def _dates(viewer: Viewer) -> Question:
    """What is on, for everybody or for her, with what is weighed of it. What everybody is shown needs no look at its
    event; a hold does, as it may show no more than that the time is taken.
    """
    held = Occurrence.status == Status.TENTATIVE
    visible, worded = (
        exists().where(Event.id == Occurrence.event_id, each(viewer)) for each in (visible_to, worded_to)
    )
    own = select(Event.id).where(Event.uid == bindparam("without", type_=String)).scalar_subquery()
    columns: tuple[Any, ...] = (
        Occurrence.id, Occurrence.event_id, Occurrence.district_id, Occurrence.host_id, Occurrence.all_day,
        _seconds(Occurrence.start_utc).label("start"), _seconds(Occurrence.end_utc).label("end"),
        Occurrence.expected_attendance, Occurrence.filed_under, case((held, worded), else_=true()).label("worded"),
    )  # fmt: skip
    public = and_(Occurrence.status == Status.CONFIRMED, Occurrence.shown.is_(True))
    question: Question = select(*columns).where(or_(public, and_(held, visible)))
    return question.where(Occurrence.event_id != func.coalesce(own, 0))


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
