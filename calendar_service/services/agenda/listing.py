"""Lists for programs: the events and dates of a selection, and venues, read to their end a page at a time.

A program sees what its viewer may see; of a busy hold only that the time is taken, and it cannot ask by what such a
hold does not show. Words that may not be shown are left out by whoever writes the answer (`domain.access.sight`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import lines
from calendar_service.db.queries.agenda import listing as queries
from calendar_service.db.queries.network.organisations import organisations_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.agenda import Date, EventKey, Sort
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.window import Window, window
from calendar_service.services.agenda import cursors, listings
from calendar_service.services.agenda.browsing import COUNTED, check_names
from calendar_service.services.agenda.cursors import Cursor
from calendar_service.services.agenda.listings import Asked
from calendar_service.services.agenda.sorting import in_order

LIMIT = 50
MAX_LIMIT = 200
MAX_DAYS = 400
ALWAYS = datetime(1900, 1, 2, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some rows; `next_cursor` asks for the next ones, None when these were the last."""

    items: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a list is asked. `updated_since` (aware) asks for what changed since then, on whatever dates; `sort` is one
    of those that the selection offers (`sorting.offered`).
    """

    selection: Selection
    limit: int = LIMIT
    cursor: str = ""
    updated_since: datetime | None = None
    sort: Sort = Sort.DATE

    def said(self, kind: str) -> str:
        """The question as a text: what a cursor belongs to."""
        since = self.updated_since.isoformat() if self.updated_since else ""
        order = f"&sort={self.sort}" if self.sort is not Sort.DATE else ""
        return f"{kind}?{self.selection.query()}&updated_since={since}{order}"


def event_keys(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[EventKey]:
    """A page of events by their first date that fits, by their last change, or as `sort` says. Raises Invalid."""
    if asked.sort is not Sort.DATE:
        return _best(session, asked, viewer=viewer, now=now)
    kind = Asked.CHANGES if asked.updated_since else Asked.EVENTS
    place = _place(session, asked, "events", viewer, now)
    return _page(_found(queries.event_keys, session, asked, kind, viewer, place), asked, place)


def _best(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[EventKey]:
    """A page of the events that fit best: sorted whole for each page, and no further than a list is counted."""
    place = _place(session, asked, "events", viewer, now)
    within = _window(session, asked, place.began)
    metropolis = session.installation.metropolis
    question = listings.best(metropolis, asked.selection, within, viewer, asked.sort)
    found = lines.found(session, question, now=place.began, limit=COUNTED)
    wanted = [each.event_id for each in in_order(found, asked.sort, asked.selection, metropolis)]
    first = place.after.row if place.after else 0
    end = first + asked.limit
    keys = {each.id: each for each in queries.keys_of(session, wanted[first:end])}
    cursor = cursors.write(Cursor(began=place.began, at=place.began, row=end), question=place.said)
    items = [keys[each] for each in wanted[first:end] if each in keys]
    return Page(items=items, next_cursor=cursor if end < len(wanted) else None)


def events(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[Event]:
    """The same, wholly loaded."""
    page = event_keys(session, asked, viewer=viewer, now=now)
    return Page(items=whole(session, [each.id for each in page.items]), next_cursor=page.next_cursor)


def whole(session: Session, ids: Sequence[int]) -> list[Event]:
    """These events with all that hangs on them, in this order."""
    return queries.whole_events(session, ids)


def dates(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[Date]:
    """A page of dates, by when they begin. A range without a last day ends after 400 days. Raises Invalid."""
    place = _place(session, asked, "occurrences", viewer, now)
    bounded = replace(asked, selection=_bounded(session, asked.selection, place.began))
    return _page(_found(queries.dates, session, bounded, Asked.DATES, viewer, place), asked, place)


def occurrences(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[Occurrence]:
    """The same, as what they are, with their venues."""
    page = dates(session, asked, viewer=viewer, now=now)
    found = queries.whole_dates(session, [each.id for each in page.items])
    return Page(items=found, next_cursor=page.next_cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """For which question, when its first page was asked, and after which row this one begins."""

    said: str
    began: datetime
    after: Cursor | None


def _place(session: Session, asked: Question, kind: str, viewer: Viewer, now: datetime) -> _Place:
    said = asked.said(kind)
    after = cursors.read(asked.cursor, question=said) if asked.cursor else None
    _check_names(session, asked.selection, viewer)
    return _Place(said=said, began=after.began if after else now, after=after)


R = TypeVar("R", EventKey, Date)


def _found(
    read: Callable[[Session, queries.Question, Mapping[str, Any]], Sequence[R | None]], session: Session,
    asked: Question, kind: Asked, viewer: Viewer, place: _Place,
) -> Sequence[R | None]:  # fmt: skip
    """The rows of a page, and one more if there are more. What a common word finds fills a page from the next few
    dates: so all that a word finds is gathered only where it does not.
    """
    if asked.selection.q and not asked.updated_since:
        found = read(session, *_asked(session, asked, kind, viewer, place, soon=True))
        if len(found) > asked.limit:
            return found
    return read(session, *_asked(session, asked, kind, viewer, place, soon=False))


def _asked(
    session: Session, asked: Question, kind: Asked, viewer: Viewer, place: _Place, *, soon: bool
) -> tuple[queries.Question, dict[str, object]]:  # fmt: skip
    within, after = _window(session, asked, place.began), place.after
    metropolis = session.installation.metropolis
    question = listings.program(kind, metropolis, asked.selection, within, viewer, after is not None, soon)
    given: dict[str, object] = {"limit": asked.limit + 1}
    if asked.updated_since:
        given["since"] = asked.updated_since
    if after:
        given |= {"at": after.at, "row": after.row}
    return question, given


def _page(found: Sequence[R | None], asked: Question, place: _Place) -> Page[R]:
    """A row more than was asked for says that there is a next page; a damaged one (None) counts, and is left out."""
    items = [each for each in found[: asked.limit] if each is not None]
    if len(found) <= asked.limit or not items:
        return Page(items=items, next_cursor=None)
    cursor = cursors.write(Cursor(began=place.began, at=items[-1].at, row=items[-1].id), question=place.said)
    return Page(items=items, next_cursor=cursor)


def venues(
    session: Session, districts: Sequence[str], *, viewer: Viewer, limit: int, after: str
) -> Page[Venue]:  # fmt: skip
    """A page of venues by slug; the slug of the last one is the cursor. Raises Invalid for an unknown district."""
    _check_names(session, Selection(districts=tuple(districts)), viewer)
    found = queries.venues_by_slug(session, districts, viewer=viewer, after=after, limit=limit + 1)
    return Page(items=found[:limit], next_cursor=found[limit - 1].slug if len(found) > limit else None)


def organisations(
    session: Session, districts: Sequence[str], *, viewer: Viewer, limit: int, after: str
) -> Page[Organisation]:  # fmt: skip
    """A page of the register by slug, as `venues`. Raises Invalid for an unknown district."""
    _check_names(session, Selection(districts=tuple(districts)), viewer)
    found = organisations_by_slug(session, districts, viewer=viewer, after=after, limit=limit + 1)
    return Page(items=found[:limit], next_cursor=found[limit - 1].slug if len(found) > limit else None)


def _check_names(session: Session, selection: Selection, viewer: Viewer) -> None:
    if problems := check_names(session, selection, viewer=viewer):
        raise Invalid(problems)


def _window(session: Session, asked: Question, began: datetime) -> Window:
    """What changed is asked for on whatever dates, unless the question names some."""
    if asked.updated_since and asked.selection == asked.selection.without_time():
        return Window(start=ALWAYS, end=None, first_day=ALWAYS.date(), last_day=None)
    return window(asked.selection, now=began, timezone=session.installation.metropolis.timezone)


def _bounded(session: Session, selection: Selection, began: datetime) -> Selection:
    """The same with its first and last day said, at most 400 days. Raises Invalid."""
    if selection.when:
        return selection
    first = window(selection, now=began, timezone=session.installation.metropolis.timezone).first_day
    furthest = first + timedelta(days=MAX_DAYS - 1)
    last = selection.to_day or furthest
    if last > furthest:
        raise Invalid.of("to", "list_range", days=MAX_DAYS)
    return replace(selection, from_day=first, to_day=last)
