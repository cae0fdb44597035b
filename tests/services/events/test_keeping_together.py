"""R7: several processes keep the same texts at the same time, as after an upgrade; nobody is refused for it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import delete, func, select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from calendar_service.domain.publication import KeptText
from calendar_service.services.syndication.keeping import keep_missing
from tests.builders import an_event, an_officer

TOGETHER, EVENTS = 4, 6


def test_texts_that_several_keep_at_once_are_kept_once(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        for _ in range(EVENTS):
            an_event(session, by=officer, now=now)
        session.flush()
        ids = list(session.scalars(select(Event.id)))
        session.execute(delete(KeptText))
    start = threading.Barrier(TOGETHER)

    def keep(_: int) -> None:
        with lima.deed() as session:
            session.scalars(select(Event.id)).all()  # the transaction has begun
            if not lima.is_sqlite:  # where writers run side by side
                start.wait(30)
            keep_missing(session, ids, variant="es")

    with ThreadPoolExecutor(TOGETHER) as together:
        list(together.map(keep, range(TOGETHER)))
    with lima.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeptText)) == EVENTS
