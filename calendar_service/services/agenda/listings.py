"""The statements of a selection's lists, said once and kept.

A selection asks the same statement all day long, as a window begins and ends with days; only the time is given anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import exists

from calendar_service.db.queries.agenda import browsing as clauses_of
from calendar_service.db.queries.agenda import lines, mapping
from calendar_service.db.queries.agenda import listing as programs
from calendar_service.db.queries.agenda.browsing import Clause
from calendar_service.db.queries.agenda.lines import Question
from calendar_service.db.queries.agenda.wording import Frequency, words_of
from calendar_service.domain.access import Viewer, seen_of
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.agenda import Sort
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.window import Window

KEPT, WORDED = 150, 20
P = ParamSpec("P")
T = TypeVar("T")


def kept(say: Callable[P, T]) -> Callable[P, T]:
    """Each statement is said once, while it is asked for. One takes 0.2 MB, and with words up to 0.7; of those few
    stay, as they hardly come twice. So who asks without end for something else does not fill the memory (R22).
    """
    plain, worded = lru_cache(maxsize=KEPT)(say), lru_cache(maxsize=WORDED)(say)

    @wraps(say)
    def found(*asked: P.args, **named: P.kwargs) -> T:
        with_words = any(isinstance(each, Selection) and each.q for each in (*asked, *named.values()))
        return (worded if with_words else plain)(*asked, **named)  # type: ignore[arg-type] # all of it can be hashed

    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list asks: which dates begin in its window (with what another order than by date goes by), and which run
    already.
    """

    coming: Question
    running: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What days side by side ask: the first few of each, how many each has, and what lasts several days."""

    first: Question
    numbers: Question
    lasting: Question


def listing(
    metropolis: Metropolis, selection: Selection, *, window: Window, past: bool, runs_now: bool, frequency: Frequency,
    sort: Sort = Sort.DATE,
) -> Listing:  # fmt: skip
    """The statements of a list. Without `past` what is over is left out; with `runs_now` also of what runs already."""
    return _listing(metropolis, selection, window, past, runs_now, frequency, sort)


@kept
def _listing(
    metropolis: Metropolis, selection: Selection, window: Window, past: bool, runs_now: bool,  # noqa: FBT001
    frequency: Frequency, sort: Sort,
) -> Listing:  # fmt: skip
    few = clauses_of.timeless_clauses(selection, metropolis=metropolis, few=True)
    words, going_on = words_of(selection.q, frequency, start=window.start), clauses_of.not_over(clauses_of.NOW)
    begun = [clauses_of.SHOWN, *words.many, *clauses_of.begins_within(window), *([] if past else [going_on])]
    coming = [[*way, *begun] for way in clauses_of.each_way(selection, metropolis=metropolis)]
    running = [
        clauses_of.SHOWN, *clauses_of.touching(window), *few, *words.few, clauses_of.runs_already(window, shown=True),
        *([] if past and not runs_now else [going_on]),
    ]  # fmt: skip
    by_date = lines.listed_by_beginning(coming)
    return Listing(
        coming=by_date if sort is Sort.DATE else lines.candidates(coming, by=sort), running=lines.listed_by_end(running)
    )


def _but_words(metropolis: Metropolis, selection: Selection, window: Window) -> list[Clause]:
    return clauses_of.selection_clauses(replace(selection, q=""), metropolis=metropolis, window=window)


def calendar(metropolis: Metropolis, selection: Selection, *, window: Window) -> Calendar:
    """The statements of days side by side."""
    return _calendar(metropolis, selection, window)


@kept
def _calendar(metropolis: Metropolis, selection: Selection, window: Window) -> Calendar:
    asked = clauses_of.selection_clauses(selection, metropolis=metropolis, window=window)
    clauses = [*asked, clauses_of.SHOWN]
    begun = [*clauses, Occurrence.several_days.is_(False), *clauses_of.begins_within(window)]
    return Calendar(
        first=lines.of_each_day(begun, selection), numbers=lines.by_day(begun),
        lasting=lines.by_end([*clauses, Occurrence.several_days.is_(True)], selection),
    )  # fmt: skip


def by_district(
    metropolis: Metropolis, selection: Selection, *, window: Window, past: bool, frequency: Frequency
) -> Question:  # fmt: skip
    """The statement of a map: as many dates as a list has that begin in its window."""
    return _by_district(metropolis, selection, window, past, frequency)


@kept
def _by_district(
    metropolis: Metropolis, selection: Selection, window: Window, past: bool, frequency: Frequency  # noqa: FBT001
) -> Question:  # fmt: skip
    words = words_of(selection.q, frequency, start=window.start)
    timeless = clauses_of.timeless_clauses(selection, metropolis=metropolis)
    return mapping.by_district([clauses_of.SHOWN, *words.many, *timeless], window=window, past=past)


class Asked(Enum):
    """What a program reads to its end: events by their first date or by their last change, or dates."""

    EVENTS = "events"
    CHANGES = "changes"
    DATES = "dates"


@kept
def program(
    asked: Asked, metropolis: Metropolis, selection: Selection, window: Window, viewer: Viewer, on: bool,  # noqa: FBT001
    soon: bool,  # noqa: FBT001
) -> Question:  # fmt: skip
    """The statement of a list for programs; `on` from the place where a page ended, `soon` among the next few dates."""
    clauses, words = _but_words(metropolis, selection, window), words_of(selection.q, start=window.start)
    if asked is Asked.CHANGES:
        return programs.events_by_change([*clauses, *words.many, seen_of(viewer, selection)], on=on)
    clauses += [seen_of(viewer, selection), ~Event.is_bare] if viewer.is_officer else [clauses_of.SHOWN]
    if asked is Asked.EVENTS:
        return programs.events_by_first_date(clauses, words, window, viewer=viewer, on=on, soon=soon)
    return programs.dates_by_start(clauses, words, window, viewer=viewer, on=on, soon=soon)


@kept
def best(metropolis: Metropolis, selection: Selection, window: Window, viewer: Viewer, sort: Sort) -> Question:
    """The statement of what programs are given in another order than by date."""
    clauses = clauses_of.selection_clauses(selection, metropolis=metropolis, window=window)
    seen = exists().where(Event.id == Occurrence.event_id, seen_of(viewer, selection), ~Event.is_bare)
    clauses.append(seen if viewer.is_officer else clauses_of.SHOWN)
    return lines.candidates([clauses], by=sort)
