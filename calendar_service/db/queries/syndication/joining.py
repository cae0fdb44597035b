"""What calendars are joined from: kept texts as bytes, with what has to be known of each.

The feeds that most people follow (a district, a cluster, everything) are found by each text's own extent, in
statements that are put into words once a day, and are the same for every district: SQLAlchemy takes longer to do that
than the database to answer them, and the database longer to read a new one than to answer one that it knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import repeat, zip_longest
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Dialect,
    LargeBinary,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Clause, selection_clauses, touching
from calendar_service.db.queries.network.hosting import shared_by, ways_in
from calendar_service.domain.events import PUBLIC, Event, Occurrence
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.publication import KeptText
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.window import Window

Key = tuple[int, str]
"""Event and part."""


class KeptRow(NamedTuple):
    """One part of an event within a feed's window. `text` and `part` are None when nothing is kept of it.

    `zone` is the one that it uses, None for whole days. `shared_by` is the host's municipality where the event stands
    in the feed only because others share it. `starts` and `ends` are the text's extent, as the driver gives it.
    """

    event_id: int
    part: str | None
    current: bool
    text: bytes | None
    zone: str | None
    shared_by: str | None
    starts: Any
    ends: Any

    @property
    def key(self) -> Key:
        """By which texts are put in order."""
        return self.event_id, self.part or ""


class Reach(StrEnum):
    """Which of the texts within a window: all in no order, those that begin from today on or lie behind (the nearest
    first), and those that have begun and are not over.
    """

    ALL = "all"
    AHEAD = "ahead"
    RUNNING = "running"
    BEHIND = "behind"


class _AsBytes(FunctionElement[bytes]):
    """A text in UTF-8, which is never made into a string and back on its way into a body."""

    type = LargeBinary()
    inherit_cache = True


@compiles(_AsBytes, "sqlite")
def _in_sqlite(element: _AsBytes, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"CAST({compiler.process(element.clauses, **how)} AS BLOB)"


@compiles(_AsBytes, "postgresql")
def _in_postgresql(element: _AsBytes, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"convert_to({compiler.process(element.clauses, **how)}, 'UTF8')"


_TEXT = _AsBytes(KeptText.text)
_ZONE = case((Event.all_day, null()), else_=Event.timezone)
_EXTENT = (KeptText.starts, KeptText.ends)


def _current(sequence: Any, builder: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    return func.coalesce(and_(KeptText.sequence == sequence, KeptText.builder == builder), False)


# Any selection


def kept_texts(
    session: Session, selection: Selection, *, window: Window, today: datetime, variant: str, builder: str,
    limit: int | None = None,
) -> list[KeptRow]:  # fmt: skip
    """The texts that a feed is joined from; with a `limit`, those of what is on next as of `today` (a midnight),
    then of the latest past.

    One query, whatever the feed holds. Cancelled and withdrawn events are among them; drafts and holds never.
    """
    metropolis = session.installation.metropolis
    clauses = selection_clauses(selection, metropolis=metropolis, window=window)
    dates = _dates(clauses, today=today, variant=variant)
    order = (dates.c.next.is_(None), dates.c.next, dates.c.last.desc()) if limit is not None else ()
    is_kept_part = and_(
        KeptText.event_id == dates.c.event_id, KeptText.variant == variant, KeptText.part == dates.c.part
    )
    question = (
        select(
            dates.c.event_id, dates.c.part, _current(Event.sequence, builder), _TEXT, _ZONE,
            shared_by(selection, District.municipality), *_EXTENT,
        )
        .join(Event, Event.id == dates.c.event_id)
        .outerjoin(KeptText, is_kept_part)
        .order_by(*order, dates.c.event_id, dates.c.part)
        .limit(limit)
    )  # fmt: skip
    return [KeptRow(*row) for row in session.execute(question)]


def _dates(clauses: Sequence[Clause], *, today: datetime, variant: str) -> Subquery:
    """Event and part of every public date that the clauses ask for, with its next and last start."""
    coming = case((Occurrence.end_utc > today, Occurrence.start_utc))
    return (
        select(
            Occurrence.event_id, KeptText.part, func.min(coming).label("next"),
            func.max(Occurrence.start_utc).label("last"),
        )
        .join(Event, Event.id == Occurrence.event_id)
        .outerjoin(KeptText, and_(KeptText.variant == variant, _IS_OF_PART))
        .where(Event.status.in_(PUBLIC), *clauses)
        .group_by(Occurrence.event_id, KeptText.part)
        .subquery()
    )  # fmt: skip


_IS_OF_PART = and_(
    KeptText.event_id == Occurrence.event_id, or_(KeptText.part == "", KeptText.part == Occurrence.recurrence_id)
)


# What most people follow

IDS, SLUG = "/* ids */", "/slug/"
"""What stands in a statement for values that are given each time; no slug has a slash."""
_MARKS = re.compile(f"{re.escape(IDS)}|'{SLUG}'")

Run = Callable[[str, Sequence[Any]], Iterable[Any]]
"""Asks a statement that is text, with its values, and gives its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is asked of one district, one cluster or everything, as of `today` (a midnight).

    The selection names no place (`without_slug`): the statements for all of them are alike.
    """

    selection: Selection
    slug: str = field(compare=False)
    window: Window
    today: datetime
    variant: str
    builder: str
    dialect: Dialect


def without_slug(selection: Selection) -> Selection:
    """One district, one cluster or everything, whatever it is called."""
    districts, clusters = ((SLUG,) if slugs else () for slugs in (selection.districts, selection.clusters))
    return replace(selection, districts=districts, clusters=clusters)


def running(session: Session) -> Run:
    """Asks in a session."""
    connection = session.connection()
    return lambda question, values: connection.exec_driver_sql(question, tuple(values) or None).fetchall()


def as_given(instant: datetime, dialect: Dialect) -> Any:  # noqa: ANN401 - as the driver gives it
    """An instant as the driver gives what stands in a row; both kinds can be put in order."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if dialect.name == "sqlite" else instant


def named_texts(run: Run, named: Named, *, reach: Reach = Reach.ALL, limit: int | None = None) -> list[KeptRow]:
    """The same for what most people follow. A series with a gap as long as the window counts as within."""
    return list(map(KeptRow._make, _in_words(named, reach, limit).asked(run, named)))


def named_texts_of(run: Run, named: Named, event_ids: Iterable[int]) -> list[KeptRow]:
    """The same of some events alone: those that do not stand there are left out."""
    return list(map(KeptRow._make, _of_some(named).asked(run, named, sorted(event_ids))))


class _Words:
    """A statement as text that the database has read once, whatever is given for its marks."""

    def __init__(self, question: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        text = str(question.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        self._mark = "?" if dialect.name == "sqlite" else "%s"
        self._pieces = _MARKS.split(text)
        self._takes_ids = [found == IDS for found in _MARKS.findall(text)]
        self._texts: dict[int, str] = {}

    def asked(self, run: Run, named: Named, ids: Sequence[int] = ()) -> Iterable[Any]:
        """The rows for a place and some ids, the last of which is said more than once: so there are few texts."""
        many = 1 << (len(ids) - 1).bit_length() if ids else 0
        given = [*ids, *repeat(ids[-1], many - len(ids))] if ids else []
        values = [value for takes in self._takes_ids for value in (given if takes else (named.slug,))]
        return run(self._texts.get(many) or self._text(many), values)

    def _text(self, many: int) -> str:
        marks = [",".join([self._mark] * many) if takes else self._mark for takes in self._takes_ids]
        text = self._texts[many] = "".join(
            f"{piece}{mark}" for piece, mark in zip_longest(self._pieces, marks, fillvalue="")
        )  # fmt: skip
        return text


@lru_cache(maxsize=192)
def _in_words(named: Named, reach: Reach, limit: int | None) -> _Words:
    return _Words(_question(named, reach, of_some=False).limit(limit), named.dialect)


@lru_cache(maxsize=64)
def _of_some(named: Named) -> _Words:
    return _Words(_question(named, Reach.ALL, of_some=True), named.dialect)


def _question(named: Named, reach: Reach, *, of_some: bool) -> Select[Any]:
    standing = _some_standing(named.selection) if of_some else _standing(named.selection)
    window, today = named.window, named.today
    ours = and_(KeptText.event_id == standing.c.id, KeptText.variant == named.variant)
    clauses: dict[Reach, tuple[Clause, Sequence[Any]]] = {
        Reach.ALL: (and_(KeptText.ends > window.start, KeptText.starts < window.end), ()),
        Reach.AHEAD: (and_(KeptText.starts >= today, KeptText.starts < window.end), (KeptText.starts,)),
        Reach.RUNNING: (and_(KeptText.starts < today, KeptText.ends > today), ()),
        Reach.BEHIND: (and_(KeptText.ends <= today, KeptText.ends > window.start), (KeptText.ends.desc(),)),
    }
    within, order = clauses[reach]
    columns = (
        standing.c.id, KeptText.part, _current(standing.c.sequence, named.builder), _TEXT, standing.c.zone,
        standing.c.shared_by, *_EXTENT,
    )  # fmt: skip
    if reach is not Reach.ALL:
        return select(*columns).join(KeptText, ours).where(within).order_by(*order)
    dated = select(Occurrence.event_id).where(*touching(window))
    missing = and_(KeptText.event_id.is_(None), standing.c.id.in_(dated))
    return select(*columns).outerjoin(KeptText, ours).where(or_(within, missing))


def _standing(selection: Selection) -> Subquery:
    """The public events of a selection, each once, read from an index alone."""
    ways = [_way(clauses, shared=shared) for clauses, shared in ways_in(selection)]
    return (union_all(*ways) if len(ways) > 1 else ways[0]).subquery()


def _some_standing(selection: Selection) -> Subquery:
    """The same of those whose ids are given: each is looked at once, and mostly stands there by the first way."""
    ways = or_(*(and_(true(), *clauses) for clauses, _ in ways_in(selection)))
    return _events(shared_by(selection, District.municipality)).where(_are_given(Event.id), ways).subquery()


def _are_given(ids: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    given: ColumnElement[bool] = ids.op("IN")(literal_column(f"({IDS})"))
    return given


def _way(clauses: Sequence[Clause], *, shared: bool) -> Select[Any]:
    question = _events(District.municipality if shared else null()).where(*clauses)
    return question.join(District, District.id == Event.host_id) if shared else question


def _events(said: Any) -> Select[Any]:  # noqa: ANN401 - a column
    """What is read of those that are public; `said` is whose they are."""
    return select(
        Event.id.label("id"), Event.sequence.label("sequence"), _ZONE.label("zone"), said.label("shared_by")
    ).where(Event.status.in_(PUBLIC))  # fmt: skip


def textless(run: Run, named: Named) -> list[KeptRow]:
    """The events of which nothing is kept in a variant, such as a language that nobody asked for before."""
    return [KeptRow(event_id, None, False, None, None, None, None, None)
            for (event_id,) in _textless(named).asked(run, named)]  # fmt: skip


@lru_cache(maxsize=16)
def _textless(named: Named) -> _Words:
    standing = _standing(named.selection)
    kept = exists().where(KeptText.event_id == standing.c.id, KeptText.variant == named.variant)
    dated = select(Occurrence.event_id).where(*touching(named.window))
    return _Words(select(standing.c.id).where(~kept, standing.c.id.in_(dated)), named.dialect)


def next_dates(run: Run, named: Named, event_ids: Iterable[int]) -> dict[tuple[int, str], Any]:
    """By event and part, when the next date begins that is not over today, as the driver gives it."""
    found = _next_dates(named).asked(run, named, sorted(event_ids))
    return {(event_id, part): begins for event_id, part, begins in found}


@lru_cache(maxsize=64)
def _next_dates(named: Named) -> _Words:
    return _Words(
        select(KeptText.event_id, KeptText.part, func.min(Occurrence.start_utc))
        .join(Occurrence, _IS_OF_PART)
        .where(KeptText.variant == named.variant, _are_given(KeptText.event_id), Occurrence.end_utc > named.today)
        .group_by(KeptText.event_id, KeptText.part),
        named.dialect,
    )
