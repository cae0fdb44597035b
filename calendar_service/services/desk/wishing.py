"""What somebody plans, read from plain texts: a query of the API, or a form that is not finished yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid, NotFound, Problem
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import Span, read_wall
from calendar_service.domain.times.recurrence import BadRule, Rule, expand
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.services.agenda import places
from calendar_service.services.desk.advice import Wish
from calendar_service.text import number_in

MOST_EXPECTED = 1_000_000
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time as the API writes it; of a series also its rule (RFC 5545), further dates, and dates left out."""

    start: str
    end: str = ""
    rrule: str = ""
    rdates: Sequence[str] = ()
    exdates: Sequence[str] = ()


def read_wish(
    when: When, *, district: str, disciplines: Sequence[str] = (), audiences: Sequence[str] = (),
    expected: str = "", uid: str | None = None, metropolis: Metropolis,
) -> Wish:  # fmt: skip
    """The wish. Raises Invalid with every problem."""
    problems: list[Problem] = []
    span = _span(when.start, when.end, metropolis, problems)
    if district not in {each.slug for each in metropolis.districts}:
        problems.append(_unknown("district", district))
    problems += _not_in("discipline", disciplines, metropolis.disciplines)
    problems += _not_in("audience", audiences, metropolis.audiences)
    many = _number(expected, problems)
    dates = _dates(span, when, problems) if span else ()
    if problems or span is None:
        raise Invalid(problems)
    return Wish(span=span, dates=dates, district=district, disciplines=tuple(disciplines), audiences=tuple(audiences),
                expected=many, uid=uid)  # fmt: skip


def placed(session: Session, wish: Wish, venue: str, *, viewer: Viewer) -> Wish:
    """The wish where a venue (a slug, empty for none) stands. Raises Invalid for one that she does not know of."""
    if not venue:
        return wish
    try:
        found = places.venue(session, venue, viewer=viewer)
    except NotFound as wrong:
        raise Invalid([_unknown("venue", venue)]) from wrong
    return replace(wish, district=found.district.slug)


def _dates(span: Span, when: When, problems: list[Problem]) -> tuple[Span, ...]:
    """Every date of a series, in order; none for one date alone."""
    field = "rrule" if when.rrule else "rdate"
    try:
        rule = _rule(span, when.rrule)
        more, without = ([read_wall(each)[0] for each in walls] for walls in (when.rdates, when.exdates))
        starts = expand(start=span.start, rule=rule, rdates=more, exdates=without)
    except BadRule as wrong:
        problems.append(Problem(field=field, code=wrong.code, values=wrong.values))
        return ()
    except ValueError:
        problems.append(Problem(field="rdate", code="draft_moment"))
        return ()
    return tuple(span.moved_to(each) for each in starts) if len(starts) > 1 or starts[0] != span.start else ()


def _rule(span: Span, text: str) -> Rule | None:
    return Rule.read(text, start=span.start, all_day=span.all_day, timezone=span.timezone) if text else None


def _span(start: str, end: str, metropolis: Metropolis, problems: list[Problem]) -> Span | None:
    if not start:
        problems.append(Problem(field="start", code="required"))
        return None
    try:
        begins, all_day = read_wall(start)
        ends, whole = read_wall(end) if end else (None, all_day)
    except ValueError:
        problems.append(Problem(field="start", code="draft_moment"))
        return None
    if all_day != whole or (ends and (ends < begins or (ends == begins and not all_day))):
        problems.append(Problem(field="end", code="draft_end_before_start"))
        return None
    if ends and (ends - begins).days > LONGEST_DAYS:
        problems.append(Problem(field="end", code="draft_too_long", values={"days": LONGEST_DAYS}))
        return None
    return Span(start=begins, end=ends, all_day=all_day, timezone=metropolis.timezone)


def _not_in(field: str, slugs: Iterable[str], vocabulary: Vocabulary) -> list[Problem]:
    return [_unknown(field, each) for each in slugs if each not in vocabulary]


def _unknown(field: str, value: str) -> Problem:
    return Problem(field=field, code="unknown_value", values={"value": value[:80]})


def _number(text: str, problems: list[Problem]) -> int | None:
    if not text:
        return None
    number = number_in(text)
    if number is None or number > MOST_EXPECTED:
        problems.append(Problem(field="expected", code="selection_number", values={"low": 0, "high": MOST_EXPECTED}))
        return None
    return number
