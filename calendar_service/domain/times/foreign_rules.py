"""Recurrences out of other people's calendars, made to fit ours: bounded, begun within reach of today, one rule.

Their rules run for decades or for ever. Ours run for two years: of a longer series those two years are kept that
matter, from a month before today on, or the last two of one that is over. What a rule of ours cannot say becomes
dates (a second rule, a start that is none of the rule's dates), or is said to be lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from calendar_service.domain.errors import Problem
from calendar_service.domain.times.recurrence import MOST_DATES, BadRule, Rule, Weekday
from calendar_service.domain.times.rule_parts import WEEKDAYS

BEFORE_TODAY = timedelta(days=30)
TWO_YEARS = timedelta(days=730)
_MOST_WINDOWS = 60
_MOST_PROBES = 5
_TIME_PARTS = re.compile(r";?BY(?:HOUR|MINUTE|SECOND)=[0-9,]*", re.IGNORECASE)
_TIME_PART = re.compile(r"BY(HOUR|MINUTE|SECOND)=([0-9,]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """When an event takes place, in our terms. `start`, `rdates` and `exdates` are wall clocks; `rule` may be None."""

    start: datetime
    rule: Rule | None
    rdates: tuple[datetime, ...]
    exdates: tuple[datetime, ...]
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """When an event takes place, as its file says: rules as texts, everything else as wall clocks of `timezone`."""

    start: datetime
    all_day: bool
    timezone: str
    rules: tuple[str, ...]
    rdates: tuple[datetime, ...] = ()
    exdates: tuple[datetime, ...] = ()


def fit(foreign: Foreign, *, today: date) -> Fitted:
    """The same dates as far as our rules reach. Never raises: what cannot be kept is said in `remarks`."""
    if not foreign.rules:
        return Fitted(start=foreign.start, rule=None, rdates=foreign.rdates, exdates=foreign.exdates)
    try:
        first = _rule(foreign.rules[0], foreign)
        fitted = _begun(first, foreign, today=today)
    except BadRule:
        lost = Problem(field="rrule", code="import_rule_lost", values={"rule": foreign.rules[0][:100]})
        return Fitted(start=foreign.start, rule=None, rdates=foreign.rdates, exdates=foreign.exdates, remarks=(lost,))
    return _with_others(fitted, foreign, today=today)


def _rule(text: str, foreign: Foreign) -> Rule:
    """Parts that only repeat the start's hour are left out. Raises BadRule."""
    hours = {"HOUR": foreign.start.hour, "MINUTE": foreign.start.minute, "SECOND": foreign.start.second}
    if all(value == str(hours[name.upper()]) for name, value in _TIME_PART.findall(text)):
        text = _TIME_PARTS.sub("", text)
    return Rule.read_open(text, start=foreign.start, all_day=foreign.all_day, timezone=foreign.timezone)


def _begun(rule: Rule, foreign: Foreign, *, today: date) -> Fitted:
    """The rule from a date of its own on: the one that matters today. Raises BadRule."""
    beside = foreign.rdates
    first = next(rule.dates(), None)
    if first is None:
        raise BadRule("rule_never")
    if first != rule.start:  # RFC 5545 leaves open what this means; most programs take both and COUNT the rule's
        beside = (*beside, rule.start)
        rule = replace(_explicit(rule), start=first)
    if _is_short(rule):
        return _bounded(rule, beside, foreign.exdates)
    return _cut(rule, beside, foreign.exdates, today=today)


def _is_short(rule: Rule) -> bool:
    """Whether it is over within two years."""
    try:
        bounded = rule.bounded()
    except BadRule:
        return False
    return bounded == rule


def _bounded(rule: Rule, rdates: Sequence[datetime], exdates: Sequence[datetime]) -> Fitted:
    """Raises BadRule."""
    bounded = rule.bounded()
    kept = sorted({*rdates} - {rule.start})[:MOST_DATES]
    first = min([rule.start, *kept])
    without = tuple(each for each in exdates if each >= first)
    return Fitted(start=rule.start, rule=bounded, rdates=tuple(kept), exdates=without)


def _cut(rule: Rule, rdates: Sequence[datetime], exdates: Sequence[datetime], *, today: date) -> Fitted:
    """Two years of a longer series. Raises BadRule."""
    rule = _until_instead_of_count(rule)
    day = today - BEFORE_TODAY
    if rule.until:
        day = min(day, rule.until.date() - TWO_YEARS)
    begun = _resumed(rule, day) or rule
    fitted = _bounded(begun, [each for each in rdates if each >= begun.start], exdates)
    last = fitted.rule.until.date() if fitted.rule and fitted.rule.until else None
    if begun.start == rule.start and rule.until and last == rule.until.date():
        return fitted
    cut = Problem(field="rrule", code="import_series_cut", values={"first": begun.start.date(), "last": last})
    return replace(fitted, remarks=(cut,))


def _resumed(rule: Rule, day: date) -> Rule | None:
    """The same rule from its first date on or after a day; itself when it begins later. None when it has none there."""
    if day <= rule.start.date():
        return rule
    explicit = _explicit(rule)
    for number in range(_MOST_PROBES):  # two years hold a date, unless it is 29 February or a rule of many years
        nearby = replace(explicit, start=_in_step(explicit, day + number * TWO_YEARS), count=None)
        later = next((each for each in nearby.dates() if each.date() >= day), None)
        if later:
            return replace(explicit, start=later)
    return None


def _explicit(rule: Rule) -> Rule:
    """What goes without saying (the start's weekday, day or month) said, so that the start may be another."""
    start = rule.start
    if rule.byday or rule.bymonthday or rule.freq == "DAILY":
        return rule
    match rule.freq:
        case "WEEKLY":
            return replace(rule, byday=(Weekday(None, WEEKDAYS[start.weekday()]),))
        case "MONTHLY":
            return replace(rule, bymonthday=(start.day,))
        case _:
            return replace(rule, bymonth=rule.bymonth or (start.month,), bymonthday=(start.day,))


def _in_step(rule: Rule, day: date) -> datetime:
    """A moment on or before a day that is a whole number of intervals after the start's period."""
    start = rule.start
    match rule.freq:
        case "DAILY" | "WEEKLY":
            step = rule.interval * (7 if rule.freq == "WEEKLY" else 1)
            return start + timedelta(days=(day - start.date()).days // step * step)
        case "MONTHLY":
            months = (day.year - start.year) * 12 + day.month - start.month
            number = start.year * 12 + start.month - 1 + months // rule.interval * rule.interval
            return start.replace(year=number // 12, month=number % 12 + 1, day=1)
        case _:
            years = (day.year - start.year) // rule.interval * rule.interval
            return start.replace(year=start.year + years, month=1, day=1)


def _until_instead_of_count(rule: Rule) -> Rule:
    """COUNT as the day of its last date, since the rule will begin elsewhere."""
    if rule.count is None:
        return rule
    left, current = rule.count, replace(_explicit(rule), count=None)
    for _ in range(_MOST_WINDOWS):
        dates = list(current.dates())
        if len(dates) >= left:
            return _ending(rule, dates[left - 1])
        if len(dates) < 2:  # noqa: PLR2004 - nothing after the date that it begins with
            break
        left -= len(dates) - 1
        current = replace(current, start=dates[-1])
    return replace(rule, count=None)


def _ending(rule: Rule, last: datetime) -> Rule:
    end = last.replace(hour=0, minute=0, second=0) if rule.all_day else last.replace(hour=23, minute=59, second=59)
    return replace(rule, count=None, until=min(end, rule.until) if rule.until else end)


def _with_others(fitted: Fitted, foreign: Foreign, *, today: date) -> Fitted:
    """The dates of further rules beside those of the first."""
    dates = set(fitted.rdates)
    remarks = [*fitted.remarks]
    for text in foreign.rules[1:5]:
        other = fit(replace(foreign, rules=(text,), rdates=()), today=today)
        remarks += other.remarks
        if other.rule:
            dates |= {*other.rule.dates()} - {fitted.start}
    kept = tuple(sorted(dates))[:MOST_DATES]
    return replace(fitted, rdates=kept, remarks=tuple(remarks))
