"""Whether a row is what its columns say. Everything that comes in by page, API or import is: only a hand is not held.

Nothing is looked at here that merely should not be (a control character, a title too long): such a row can be shown,
and be mended by who hosts it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Numeric, String, Table

from calendar_service.domain.columns import UtcDateTime, WallClocks, Words
from calendar_service.domain.events import Event, HoldShows, Host, Occurrence, Override, Status
from calendar_service.domain.mail import (
    Lead,
    Message,
    MessageKind,
    MessageState,
    Subscription,
    SubscriptionKind,
    SubscriptionState,
)
from calendar_service.domain.network.clusters import ClusterMember, Consent
from calendar_service.domain.network.news import News, NewsKind
from calendar_service.domain.network.requests import EventRequest, RequestKind
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.people import Membership, Role
from calendar_service.domain.times.moments import Span, is_zone
from calendar_service.domain.times.recurrence import Rule

Kinds = type | tuple[type, ...]
DAMAGED = (ValueError, TypeError, ArithmeticError)
"""What reading a column raises whose value is none of its kind: only a hand in the database puts it there."""
MARGIN = timedelta(days=2)
LARGEST = 2**63
KINDS: tuple[tuple[type, Kinds], ...] = (
    (UtcDateTime, datetime), (DateTime, datetime), (Date, date), (Words, tuple), (WallClocks, tuple),
    (JSON, dict), (Boolean, (bool, int)), (Integer, int), (Float, float), (Numeric, Decimal),
    (LargeBinary, bytes), (String, str),
)  # fmt: skip
"""What stands in a column of a kind; the first that fits counts."""
NAMED: Mapping[tuple[str, str], type[StrEnum]] = {
    (Event.__tablename__, "status"): Status, (Event.__tablename__, "hold_shows"): HoldShows,
    (Occurrence.__tablename__, "status"): Status, (Override.__tablename__, "status"): Status,
    (Host.__tablename__, "state"): Consent, (ClusterMember.__tablename__, "state"): Consent,
    (Share.__tablename__, "state"): ShareState, (EventRequest.__tablename__, "kind"): RequestKind,
    (News.__tablename__, "kind"): NewsKind, (Message.__tablename__, "kind"): MessageKind,
    (Message.__tablename__, "state"): MessageState, (Subscription.__tablename__, "kind"): SubscriptionKind,
    (Membership.__tablename__, "role"): Role,
    (Subscription.__tablename__, "state"): SubscriptionState, (Subscription.__tablename__, "lead"): Lead,
}  # fmt: skip
"""Columns that hold one of a few names."""
OWED = (MessageState.QUEUED, MessageState.SENDING)
ONE_CHANGE = {"change": int}
ONE_NOTICE = {"since": int, "leads": list}
ABOUT: Mapping[str, Mapping[str, type]] = {
    MessageKind.CONFIRM: {"subscription": int}, MessageKind.REMINDER: {},
    MessageKind.DIGEST: {"subscription": int, "day": date}, MessageKind.CHANGED: ONE_NOTICE,
    MessageKind.CANCELLED: ONE_NOTICE, MessageKind.INVITATION: {"invitation": int}, MessageKind.RESET: {"reset": int},
    MessageKind.PASSWORD_CHANGED: {"at": datetime}, MessageKind.ADDRESS: ONE_CHANGE,
    MessageKind.ADDRESS_CHANGED: ONE_CHANGE, MessageKind.ASKED: {"news": int, "officer": int},
    MessageKind.NEWS: {"officer": int, "since": datetime, "until": datetime},
}  # fmt: skip
"""What a mail that is owed has to say it is about; times as ISO texts. Without it no other would be sent."""


def faults_of(table: Table, row: Sequence[Any]) -> list[str]:
    """The names of the columns of a row that are not what they should be; the row has a value for each column."""
    faults = [each.name for each, value in zip(table.columns, row, strict=True) if not _fits(each, value)]
    said = {each.name: value for each, value in zip(table.columns, row, strict=True)}
    if not faults and table.name == Event.__tablename__:
        return _faults_of_times(said)
    if table.name == Message.__tablename__ and "about" not in faults and not _says_what(said):
        faults.append("about")
    return faults


def _fits(column: Column[Any], value: object) -> bool:
    if value is None:
        return bool(column.nullable)
    names = NAMED.get((column.table.name, column.name))
    if names is not None and value not in {str(each) for each in names}:
        return False
    kind = next((kind for type_, kind in KINDS if isinstance(column.type, type_)), object)
    return isinstance(value, kind) and _is_usable(value)


def _is_usable(value: object) -> bool:
    """Whether nothing that is done with it can fail: letters that can be sent, times that can be moved by a day."""
    return next((check(value) for kind, check in CHECKS if isinstance(value, kind)), True)


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)


CHECKS: tuple[tuple[type, Callable[[Any], bool]], ...] = (
    (str, _is_text),
    (tuple, lambda values: all(isinstance(each, str | datetime) and _is_usable(each) for each in values)),
    (date, lambda at: date.min + MARGIN <= date(at.year, at.month, at.day) <= date.max - MARGIN),
    (Decimal, lambda amount: amount.is_finite() and abs(amount) < LARGEST),
    (float, lambda number: math.isfinite(number) and abs(number) < LARGEST),
    (int, lambda number: abs(number) < LARGEST),
)


def _says_what(message: Mapping[str, Any]) -> bool:
    """Whether a mail says what it is about, if it is still owed."""
    needs = ABOUT.get(message["kind"], {}) if message["state"] in OWED else {}
    return all(_is_a(kind, message["about"].get(name)) for name, kind in needs.items())


def _is_a(kind: type, value: object) -> bool:
    if not issubclass(kind, date):
        return isinstance(value, kind)
    try:
        return isinstance(value, str) and bool(kind.fromisoformat(value))
    except ValueError:
        return False


def _faults_of_times(event: Mapping[str, Any]) -> list[str]:
    if not is_zone(event["timezone"]):
        return ["timezone"]
    span = Span(start=event["start"], end=event["end"], all_day=bool(event["all_day"]), timezone=event["timezone"])
    try:
        if event["rrule"]:
            Rule.read_open(event["rrule"], start=span.start, all_day=span.all_day, timezone=span.timezone)
    except ValueError:
        return ["rrule"]
    return [] if span.start_utc <= span.end_utc else ["end"]
