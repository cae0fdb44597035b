"""Where a list was left off, as a text that its reader hands back untouched.

It says for which question it was given (so that it is refused for another), when the first page was asked (so that
midnight does not shift "from today" between two pages), and the place of the last row.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from calendar_service.domain.errors import Invalid

LARGEST_ID = 2**31 - 1
YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`began` is when the first page was asked (aware UTC), `at` and `row` the place of the last row."""

    began: datetime
    at: datetime
    row: int


def write(cursor: Cursor, *, question: str) -> str:
    """The cursor as a text for an address."""
    parts = [_digest(question), cursor.began.isoformat(), cursor.at.isoformat(), cursor.row]
    return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).rstrip(b"=").decode()


def read(text: str, *, question: str) -> Cursor:
    """The cursor that `write` wrote for the same question. Raises Invalid."""
    try:
        digest, began, at, row = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        cursor = Cursor(began=_instant(began), at=_instant(at), row=_row(row))
    except (ValueError, TypeError, RecursionError, binascii.Error) as wrong:
        raise Invalid.of("cursor", "list_cursor") from wrong
    if digest != _digest(question):
        raise Invalid.of("cursor", "list_cursor_of_another")
    return cursor


def _digest(question: str) -> str:
    return sha256(question.encode()).hexdigest()[:12]


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant.year not in YEARS:
        raise ValueError(text)
    return instant.astimezone(UTC)


def _row(number: object) -> int:
    if type(number) is not int or not 0 <= number <= LARGEST_ID:
        raise ValueError(number)
    return number
