"""Months as days of the calendar; each is named by its first day."""

from __future__ import annotations

from datetime import date, timedelta


def following(month: date) -> date:
    """The month after this one."""
    return (month + timedelta(days=31)).replace(day=1)


def last_day(month: date) -> date:
    """The last day of a month."""
    return following(month) - timedelta(days=1)
