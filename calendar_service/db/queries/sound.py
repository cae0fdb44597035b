"""Reading past what is damaged: a value that is none of its column's kind costs its own row, not the list (decision 8).

SQLite keeps whatever a hand puts into a column; what was read all at once is then read again, row by row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select

from calendar_service.db.damage.forgiving import FORGIVES, NoTime
from calendar_service.db.damage.soundness import DAMAGED
from calendar_service.db.engine import Session

AnyRow = Row[*tuple[Any, ...]]
Question = Select[*tuple[Any, ...]]
NOTHING: Mapping[str, Any] = {}
log = logging.getLogger(__name__)


def sound_rows(session: Session, question: Question, given: Mapping[str, Any] = NOTHING) -> Sequence[AnyRow]:
    """The rows that answer a question, without those that cannot be read."""
    return [row for row in every_row(session, question, given) if row is not None]


def every_row(session: Session, question: Question, given: Mapping[str, Any] = NOTHING) -> Sequence[AnyRow | None]:
    """The rows that answer a question; in the place of one that cannot be read stands None, and the log says so."""
    line = session.connection()
    try:
        rows = line.execute(question, given).all()
    except DAMAGED:
        return list(_one_by_one(session, question, given))
    return [_read(row) for row in rows] if FORGIVES in line.info else rows


def _read(row: AnyRow) -> AnyRow | None:
    """None where something stands that was forgiven: nothing failed when it was read, and everything would later."""
    found = next((each for each in row if isinstance(each, NoTime)), None)
    if found is None:
        return row
    log.error("row left out of a list", extra={"problem": f"no time: {found!s}"})
    return None


def _one_by_one(session: Session, question: Question, given: Mapping[str, Any]) -> Iterator[AnyRow | None]:
    """The driver has gone on to the next row before a value is read."""
    found, reading = session.connection().execute(question, given), True
    while reading:
        try:
            row = found.fetchone()
            reading = row is not None
        except DAMAGED as wrong:
            row = None
            log.error("row left out of a list", extra={"problem": ascii(str(wrong))[1:201]})  # noqa: TRY400 - no frames
        if reading:
            yield row and _read(row)
