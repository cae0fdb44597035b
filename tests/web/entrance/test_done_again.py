"""R7: of two deeds that wait for each other the database breaks one off; it is done again, and nobody is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from calendar_service.db.engine import Database
from calendar_service.domain.errors import Busy, Overtaken
from calendar_service.domain.events import Event
from calendar_service.domain.journal import Revision
from calendar_service.services.again import PAUSES, again
from calendar_service.services.house import House
from tests.builders import an_event
from tests.processes import wait_until
from tests.web.office import Desk, form_in

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


class Interrupted:
    """A deed that comes through at its n-th try."""

    def __init__(self, through_at: int) -> None:
        self.through_at, self.tries = through_at, 0

    def __call__(self) -> str:
        self.tries += 1
        if self.tries < self.through_at:
            raise Overtaken
        return "done"


def test_a_deed_is_done_again_three_times_and_no_more_r7() -> None:
    patient, hopeless = Interrupted(through_at=1 + len(PAUSES)), Interrupted(through_at=99)
    assert again(patient) == "done"
    with pytest.raises(Busy):
        again(hopeless)
    assert (patient.tries, hopeless.tries) == (4, 4)


def test_what_else_goes_wrong_is_not_done_again() -> None:
    tries = []

    def wrong() -> None:
        tries.append(1)
        raise ValueError("never again")

    with pytest.raises(ValueError, match="never again"):
        again(wrong)
    assert tries == [1]


@pytest.mark.parametrize("copies", ["postgresql"], indirect=True)  # SQLite has one writer: nobody waits in a circle
def test_a_change_that_loses_a_deadlock_is_made_once_all_the_same_r7(
    app: Flask, house: House, lima: Database, now: datetime
) -> None:
    rosa = Desk(app, house, now, "barranco")
    with house.deed() as session:
        event = an_event(session, by=rosa.viewer, now=now)
    page = f"/office/events/{event.slug}/edit"
    form = form_in(rosa.open(page), page)
    with ThreadPoolExecutor(1) as beside, lima.engine.connect() as rival:
        rival.execute(text("SET deadlock_timeout = '30s'"))  # so that it is not the rival that is broken off
        rival.execute(text("UPDATE scope SET revision = revision"))
        answer = beside.submit(rosa.post, page, {**form, "summary": "Retreta"})
        wait_until(lambda: waiting(lima) == 1)  # it has the event, and waits for the scopes that the rival has
        rival.execute(text("UPDATE event SET version = version"))
        rival.commit()
        assert answer.result(30).status_code == 303
    with house.reading() as session:
        assert session.scalars(select(Event.summary)).all() == ["Retreta"]
        assert session.scalar(select(func.count()).select_from(Revision)) == 2


def waiting(database: Database) -> int:
    """How many wait for a lock."""
    with database.reading() as session:
        return session.scalar(WAITING) or 0
