"""What lists ask of an event stands with each of its dates, and follows whatever is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy import select, update

from calendar_service.db.engine import Database
from calendar_service.db.queries.operations import events_listed_wrongly
from calendar_service.domain.access import Viewer, is_shown, shown_to_everybody
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.finding.selection import PartOfDay, Selection, When
from calendar_service.services.agenda import browsing
from calendar_service.services.drafts import read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise
from calendar_service.services.joint import cohosting, requesting
from calendar_service.services.status import statuses, taking_down
from tests.builders import CONCERT, an_event, an_officer

NETWORK = Viewer(facilitator=True)


def test_the_rule_says_the_same_of_an_event_and_in_a_question(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now)
        for status, withdrawn, taken_down in product(Status, (False, True), (None, now)):
            said = update(Event).values(status=status, withdrawn=withdrawn, taken_down=taken_down)
            session.execute(said)
            session.refresh(event)
            asked = session.scalar(select(Event.id).where(shown_to_everybody())) is not None
            assert is_shown(event) == asked, (status, withdrawn, taken_down)


def test_each_date_past_ones_too_follows_every_deed(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by, far = an_officer(session, now=now), an_officer(session, "comas", now=now)
        event = an_event(session, by=by, now=now, status=Status.TENTATIVE, rrule="FREQ=WEEKLY;COUNT=3")
        later = now + timedelta(days=18)  # after the second of its dates

        def hand_over() -> None:
            cohosting.ask(session, event, ["comas"], by=by, now=later)
            cohosting.answer(session, event, "comas", accept=True, by=far, now=later)
            requesting.offer(session, event, "comas", by=by, now=later)
            (offered,) = requesting.listed(session, event, viewer=far)
            requesting.answer(session, event, offered.id, grant=True, by=far, now=later)

        def edited() -> None:
            fields = {**CONCERT, "free": False, "price": "9", "format": "taller", "age_from": 6, "outdoors": False,
                      "disciplines": ["cine", "danza"], "expected_attendance": 77,
                      "rrule": "FREQ=WEEKLY;COUNT=3"}  # fmt: skip
            revise(
                session, event, read_draft(fields, metropolis=lima.installation.metropolis), seen=None, by=by, now=later
            )

        def moved() -> None:
            to_the_morning = Change(start=datetime(2026, 12, 19, 9), end=datetime(2026, 12, 19, 11))
            change_occurrence(session, event, "20261219T1930", to_the_morning, seen=None, by=by, now=later)

        deeds: tuple[tuple[Callable[[], object], bool], ...] = (
            (lambda: statuses.confirm(session, event, by=by, now=now), True),
            (edited, True),
            (moved, True),
            (lambda: taking_down.take_down(session, event, reason="No va.", by=NETWORK, now=later), False),
            (lambda: taking_down.put_back(session, event, by=NETWORK, now=later), True),
            (hand_over, True),
            (lambda: statuses.cancel(session, event, reason="Lluvia", by=far, now=later), True),
            (lambda: statuses.cancel(session, event, reason="", withdraw=True, by=far, now=later), False),
        )
        for deed, shown in deeds:
            deed()
            session.flush()
            assert set(session.scalars(select(Occurrence.shown))) == {shown}
            assert events_listed_wrongly(session, limit=9) == []
            assert set(session.scalars(select(Occurrence.filed_under))) == {event.filed_under}
        assert event.filed_under.startswith("cine danza|")
        assert session.scalars(select(Occurrence.hour).order_by(Occurrence.start)).all() == [19, 19, 9]


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_list_is_read_in_order_from_one_narrow_index(lima: Database, now: datetime) -> None:
    asked: list[tuple[str, Any]] = []

    def hear(*heard: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event
        asked.append((heard[2], heard[3]))

    listening.listen(lima.engine, "before_cursor_execute", hear)
    with lima.reading() as session:
        for selection in (
            Selection(), Selection(time=PartOfDay.EVENING),
            Selection(disciplines=("musica",), free=True, near="barranco", when=When.MONTH),
        ):  # fmt: skip
            browsing.dates(session, selection, now=now)
            statement, given = asked[-1]
            steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            plan = [each.detail for each in steps]
            assert any("COVERING INDEX ix_occurrence_shown" in step for step in plan), plan
            assert not any("TEMP B-TREE" in step for step in plan), plan
    listening.remove(lima.engine, "before_cursor_execute", hear)
