"""Dates of which the same became, week after week: what a series became is told as one thing, not date by date."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from calendar_service.services.mails.timetables import Change, Difference, Known, When

Run = Sequence[Difference]
FEW = 3
"""Of fewer each is told by its day."""
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)


def runs(differences: Sequence[Difference]) -> list[Run]:
    """All of them, by when each was to begin: what comes every week together (a week may be left out here and there),
    all else alone.
    """
    alike: dict[Hashable, list[Difference]] = {}
    for each in differences:
        alike.setdefault((each.change, _in_its_week(each.was), _in_its_week(each.now)), []).append(each)
    found: list[Run] = []
    for some in alike.values():
        found += [some] if _comes_weekly(some) else [[each] for each in some]
    return sorted(found, key=lambda run: min(run[0].moments))


def _in_its_week(known: Known | None) -> Hashable:
    """All that may be the same of dates of several weeks; what lasts for days is like no other."""
    if known is None:
        return None
    when = known.when
    lasts = when.end - when.start if when.end else None
    same = (when.start.weekday(), when.start.time(), lasts, when.all_day, known.place, known.on, known.reason)
    return known.start if lasts is not None and lasts > ONE_DAY else same


def _comes_weekly(run: Run) -> bool:
    """Whether there is one in nearly every week from the first to the last."""
    starts = [known.when.start for each in run if (known := each.now or each.was)]
    weeks = (max(starts) - min(starts)) // ONE_WEEK + 1
    return len(run) >= FEW and 2 * weeks <= 3 * len(run)


# What, in a word


class Became(StrEnum):
    """What became of all of them; `OTHERWISE` where it is not one thing."""

    DAY = "day"
    HOUR = "hour"
    PLACE = "place"
    OFF = "off"
    NEW = "new"
    OTHERWISE = "otherwise"


def became(differences: Sequence[Difference]) -> Became:
    """The one thing that became of dates, if it is one."""
    found = {_became(each) for each in differences}
    return found.pop() if len(found) == 1 else Became.OTHERWISE


def _became(difference: Difference) -> Became:
    was, now = difference.was, difference.now
    if difference.change is Change.MOVED and was and now and was.place == now.place:
        return _moved(was.when, now.when)
    return _IN_A_WORD.get(difference.change, Became.OTHERWISE)


def _moved(was: When, now: When) -> Became:
    if was.start.date() == now.start.date():
        return Became.HOUR
    return Became.DAY if _hours(was) == _hours(now) else Became.OTHERWISE


def _hours(when: When) -> Hashable:
    return when.start.time(), when.end and when.end.time()


_IN_A_WORD: Mapping[Change | None, Became] = {
    Change.PLACED: Became.PLACE, Change.CANCELLED: Became.OFF, Change.ADDED: Became.NEW,
}  # fmt: skip
