"""Special days: an officer marks those of her district, a facilitator those of the whole metropolis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import clashes as queries
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.times.special_days import SpecialDay, SpecialDayKind
from calendar_service.services.auditing import note


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A day that whoever plans should know of. `key` names a public holiday, `number` a day that somebody marked."""

    day: date
    names: Mapping[str, str]
    kind: str
    key: str = ""
    number: int | None = None
    district: str | None = None
    district_name: str = ""
    yearly: bool = False

    def name(self, language: str) -> str:
        """Its name in a language, else in the first there is."""
        return self.names.get(language) or next(iter(self.names.values()))


def marked_days(
    session: Session, first: date, last: date, *, districts: Iterable[str] | None = None
) -> Sequence[Marked]:
    """Public holidays and special days from one day to another, both included, in order."""
    metropolis = session.installation.metropolis
    language = metropolis.language
    found = [
        Marked(day=each.day, names=each.names, kind="holiday", key=each.key)
        for each in metropolis.holidays(first, last)
    ]
    for each in queries.special_days(session, first, last, districts=districts):
        found += [_marked(each, day, language) for day in each.days(first, last)]
    return sorted(found, key=lambda each: (each.day, each.number is not None, each.number or 0))


def _marked(special: SpecialDay, day: date, language: str) -> Marked:
    home = special.district
    return Marked(
        day=day, names={language: special.name}, kind=special.kind, number=special.id, yearly=special.yearly,
        district=home.slug if home else None, district_name=home.name if home else "",
    )  # fmt: skip


def add(
    session: Session, *, name: str, day: date, kind: str, yearly: bool, district: str | None, by: Viewer, now: datetime
) -> SpecialDay:
    """Mark a day: for a district of one's own or, as a facilitator, for all. Raises Forbidden, Invalid."""
    home = district_by_slug(session, district) if district else None
    if not _may(by, home.id if home else None):
        raise Forbidden("not_your_district")
    if kind not in set(SpecialDayKind):
        raise Invalid.of("kind", "unknown_value", value=kind[:80])
    special = SpecialDay(
        day=day, name=name, kind=kind, yearly=yearly, district_id=home.id if home else None,
        added_by_id=by.officer_id, created=now,
    )  # fmt: skip
    special.district = home
    session.add(special)
    session.flush()
    _note(session, special, "special-day-add", by=by, now=now)
    return special


def remove(session: Session, number: int, *, by: Viewer, now: datetime) -> SpecialDay:
    """Take a marked day away; the row stays, so that it can be put back. Raises NotFound, Forbidden."""
    special = _own(session, number, by)
    if special.removed is None:
        special.removed = now
        _note(session, special, "special-day-remove", by=by, now=now)
        session.flush()
    return special


def put_back(session: Session, number: int, *, by: Viewer, now: datetime) -> SpecialDay:
    """Undo that (R25). Raises NotFound, Forbidden."""
    special = _own(session, number, by)
    if special.removed is not None:
        special.removed = None
        _note(session, special, "special-day-put-back", by=by, now=now)
        session.flush()
    return special


def may_mark(by: Viewer, marked: Marked, mine: Iterable[str]) -> bool:
    """Whether she may take it away: one of her own districts (slugs), or, as a facilitator, of the metropolis."""
    if marked.number is None or not by.writes:
        return False
    return by.facilitator if marked.district is None else marked.district in set(mine)


def _own(session: Session, number: int, by: Viewer) -> SpecialDay:
    special = queries.special_day(session, number)
    if special is None:
        raise NotFound("special_day")
    if not _may(by, special.district_id):
        raise Forbidden("not_your_district")
    return special


def _may(by: Viewer, district_id: int | None) -> bool:
    if district_id is None:
        return by.writes and by.facilitator
    return may_post_for(by, district_id)


def _note(session: Session, special: SpecialDay, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=deed, subject=f"special-day:{special.id}", district_id=special.district_id, now=now,
         day=special.day.isoformat(), name=special.name)  # fmt: skip
