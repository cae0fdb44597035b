"""A house over a loaded database, for mails from the wish to the wire, and an officer who posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.mail import Message
from calendar_service.services.house import House
from tests.builders import an_officer
from tests.mails import LETTERS, Written
from tests.web.conftest import settings_for


@pytest.fixture
def house(lima: Database, tmp_path: Path) -> House:
    """On SQLite and on PostgreSQL; mails become files unless a test says otherwise."""
    return House(settings=settings_for(lima, tmp_path), installation=lima.installation, database=lima)


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.deed() as opened:
        yield opened


@pytest.fixture
def officer(session: Session, now: datetime) -> Viewer:
    return an_officer(session, now=now)


@pytest.fixture
def written(session: Session) -> Written:
    """All that is owed of a kind, as one mail."""

    def write(kind: str, at: datetime) -> EmailMessage:
        session.flush()
        messages = session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)).all()
        assert LETTERS.stale(session, messages, now=at) == {}
        return message_from_bytes(LETTERS.write(session, messages, now=at), _class=EmailMessage, policy=policy.default)

    return write
