"""Lists for programs: the events and dates of a selection, and venues, read to their end a page at a time.

A program sees what its viewer may see; of a busy hold only that the time is taken, and it cannot ask by what such a
hold does not show. Words that may not be shown are left out by whoever writes the answer (`domain.access.sight`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from calendar_service.db.engine import Session
from calendar_service.db.queries import listing as queries
from calendar_service.db.queries.browsing import Clause, selection_clauses
from calendar_service.db.queries.organisations import organisations_by_slug
from calendar_service.domain.access import Viewer, seen_of
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.organisations import Organisation
from calendar_service.domain.places import Venue
from calendar_service.domain.selection import Selection
from calendar_service.domain.window import Window, window
from calendar_service.services.agenda import cursors
from calendar_service.services.agenda.browsing import check_names
from calendar_service.services.agenda.cursors import Cursor

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
    """What a list is asked. `updated_since` (aware) asks for what changed since then, on whatever dates."""

    selection: Selection
    limit: int = LIMIT
    cursor: str = ""
    updated_since: datetime | None = None

    def said(self, kind: str) -> str:
        """The question as a text: what a cursor belongs to."""
        since = self.updated_since.isoformat() if self.updated_since else ""
        return f"{kind}?{self.selection.query()}&updated_since={since}"


def events(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[Event]:
    """A page of events, wholly loaded: by their first date that fits, or by their last change. Raises Invalid."""
    said = asked.said("events")
    left_off = _left_off(asked, said)
    began = left_off.began if left_off else now
    _check_names(session, asked.selection, viewer)
    clauses = _clauses(session, asked, _window(session, asked, began), viewer)
    after = (left_off.at, left_off.row) if left_off else None
    if asked.updated_since:
        since = asked.updated_since
        rows = queries.events_by_change(session, clauses, since=since, after=after, limit=asked.limit + 1)
    else:
        clauses.append(~Event.is_bare)
        rows = queries.events_by_first_date(session, clauses, after=after, limit=asked.limit + 1)
    found = queries.whole_events(session, [row for row, _ in rows[: asked.limit]])
    return Page(items=found, next_cursor=_next(rows, asked, began=began, said=said))


def occurrences(session: Session, asked: Question, *, viewer: Viewer, now: datetime) -> Page[Occurrence]:
    """A page of dates, by when they begin. A range without a last day ends after 400 days. Raises Invalid."""
    said = asked.said("occurrences")
    left_off = _left_off(asked, said)
    began = left_off.began if left_off else now
    _check_names(session, asked.selection, viewer)
    asked = replace(asked, selection=_bounded(session, asked.selection, began))
    clauses = _clauses(session, asked, _window(session, asked, began), viewer)
    clauses.append(~Event.is_bare)
    after = (left_off.at, left_off.row) if left_off else None
    found = queries.occurrences_by_start(session, clauses, after=after, limit=asked.limit + 1)
    rows = [(each.id, each.start_utc) for each in found]
    return Page(items=found[: asked.limit], next_cursor=_next(rows, asked, began=began, said=said))


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


def _left_off(asked: Question, said: str) -> Cursor | None:
    return cursors.read(asked.cursor, question=said) if asked.cursor else None


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


def _clauses(session: Session, asked: Question, within: Window, viewer: Viewer) -> list[Clause]:
    metropolis = session.installation.metropolis
    clauses = selection_clauses(asked.selection, metropolis=metropolis, window=within)
    return [*clauses, seen_of(viewer, asked.selection)]


def _next(rows: Sequence[tuple[int, datetime]], asked: Question, *, began: datetime, said: str) -> str | None:
    if len(rows) <= asked.limit:
        return None
    row, at = rows[asked.limit - 1]
    return cursors.write(Cursor(began=began, at=at, row=row), question=said)
