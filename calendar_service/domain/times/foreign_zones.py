"""Series that their file keeps in UTC, told on the clocks of those who go there.

Many programs write evenings in Lima as early mornings in UTC. Where the zone keeps one offset, the rule moves with
it, its weekdays turned by a day where the day changes. Anywhere else only the dates themselves can be moved.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from calendar_service.domain.times.foreign_rules import Fitted, Foreign
from calendar_service.domain.times.moments import to_utc, to_wall
from calendar_service.domain.times.recurrence import Rule, expand
from calendar_service.domain.times.rule_parts import WEEKDAYS, BadRule, Weekday

_MONTHS_AHEAD = 30
_MONTH = timedelta(days=30)


def retold(wall: datetime, *, was: str, zone: str) -> datetime:
    """A wall clock of one zone as another's."""
    return to_wall(to_utc(wall, was), zone)


def shifted(fitted: Fitted, foreign: Foreign, *, zone: str) -> Fitted:
    """What was fitted in the file's zone, in ours: with its rule where that can be turned, else as dates.

    Raises BadRule.
    """
    was = foreign.timezone
    start = retold(fitted.start, was=was, zone=zone)
    rdates = tuple(retold(each, was=was, zone=zone) for each in fitted.rdates)
    exdates = tuple(retold(each, was=was, zone=zone) for each in fitted.exdates)
    moved = replace(fitted, start=start, rdates=rdates, exdates=exdates)
    if fitted.rule is None:
        return moved
    if rule := _turned(fitted.rule, start, was=was, zone=zone):
        return replace(moved, rule=rule)
    dates = expand(start=fitted.start, rule=fitted.rule, rdates=fitted.rdates, exdates=fitted.exdates)
    told = [retold(each, was=was, zone=zone) for each in dates]
    return replace(moved, start=told[0], rule=None, rdates=tuple(told[1:]), exdates=())


def _turned(rule: Rule, start: datetime, *, was: str, zone: str) -> Rule | None:
    """The rule as it makes the same moments in the other zone; None where no rule does."""
    if len(_shifts(rule.start, was=was, zone=zone)) > 1:
        return None
    days = (start.date() - rule.start.date()).days
    last = rule.until and (list(rule.dates())[-1])
    until = last and retold(last, was=was, zone=zone).replace(hour=23, minute=59, second=59)
    turned = replace(rule, start=start, timezone=zone, until=until)
    if days:
        if rule.freq not in {"DAILY", "WEEKLY"} or rule.bymonth or rule.bymonthday or rule.bysetpos:
            return None
        byday = tuple(sorted(Weekday(each.ordinal, _next(each.day, days)) for each in rule.byday))
        turned = replace(turned, byday=byday, wkst=_next(rule.wkst, days) if rule.interval > 1 else rule.wkst)
    try:
        return Rule.read(turned.text, start=start, all_day=False, timezone=zone)
    except BadRule:
        return None


def _shifts(start: datetime, *, was: str, zone: str) -> set[timedelta]:
    """By how much the clocks of the two zones differ, in the months that a rule may reach."""
    moments = (start + _MONTH * number for number in range(_MONTHS_AHEAD))
    return {retold(each, was=was, zone=zone) - each for each in moments}


def _next(day: str, days: int) -> str:
    return WEEKDAYS[(WEEKDAYS.index(day) + days) % 7]
