"""The audit log."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from calendar_service.db.engine import Database
from calendar_service.domain.errors import Duplicate
from calendar_service.domain.journal import Audit
from calendar_service.services.auditing import OPERATOR, note


def a_note(database: Database, now: datetime) -> None:
    with database.deed() as session:
        note(session, by=OPERATOR, deed="loaded", subject="metropolis:lima", now=now, districts=43)


def test_a_row_says_who_what_when_and_from_where(database: Database, now: datetime) -> None:
    """S44."""
    a_note(database, now)
    with database.reading() as session:
        row = session.scalars(select(Audit)).one()
    assert (row.at, row.officer_id, row.channel, row.deed) == (now, None, "command", "loaded")
    assert (row.subject, row.details) == ("metropolis:lima", {"districts": 43})


@pytest.mark.parametrize("deed", ["UPDATE audit SET deed = 'other'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_or_delete_a_row(database: Database, now: datetime, deed: str) -> None:
    """S44: no update or delete, even for who has the database's password."""
    a_note(database, now)
    with pytest.raises((DBAPIError, Duplicate)), database.deed() as session:
        session.execute(text(deed))
    with database.reading() as session:
        assert session.scalars(select(Audit.deed)).all() == ["loaded"]
