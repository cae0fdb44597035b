"""What somebody plans, read from plain texts: a query of the API, or a form that is not finished yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.times.moments import Span, read_wall
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.services.desk.clashing import Wish

MOST_EXPECTED = 1_000_000
LONGEST_DAYS = 366
DIGITS = 9


def read_wish(
    *, start: str, end: str = "", district: str, disciplines: Sequence[str] = (), audiences: Sequence[str] = (),
    expected: str = "", uid: str | None = None, metropolis: Metropolis,
) -> Wish:  # fmt: skip
    """The wish. `start` and `end` as the API writes them. Raises Invalid with every problem."""
    problems: list[Problem] = []
    span = _span(start, end, metropolis, problems)
    if district not in {each.slug for each in metropolis.districts}:
        problems.append(_unknown("district", district))
    problems += _not_in("discipline", disciplines, metropolis.disciplines)
    problems += _not_in("audience", audiences, metropolis.audiences)
    many = _number(expected, problems)
    if problems or span is None:
        raise Invalid(problems)
    return Wish(span=span, district=district, disciplines=tuple(disciplines), audiences=tuple(audiences),
                expected=many, uid=uid)  # fmt: skip


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
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS and int(text) <= MOST_EXPECTED):
        problems.append(Problem(field="expected", code="selection_number", values={"low": 0, "high": MOST_EXPECTED}))
        return None
    return int(text)
