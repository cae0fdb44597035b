"""After the event: how many people came, asked of its host until she says it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.domain.journal import Audit
from calendar_service.domain.network.news import News
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.evidence import outcomes
from calendar_service.services.house import House
from calendar_service.services.status.statuses import cancel
from tests.builders import an_event
from tests.web.office import Desk, problem_at, value_of
from tests.web.pages import read

SATURDAY = {"start": "2026-11-28T19:30", "end": "2026-11-28T21:00"}
CAME = "/office/events/retreta-en-el-parque/outcomes/20261128T1930"
MORNING = to_utc(datetime.fromisoformat("2026-11-29T06:00"), "America/Lima")


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, where a concert took place on Saturday, and another is to come."""
    desk = Desk(app, house, now, "barranco")
    with house.deed() as session:
        an_event(session, by=desk.viewer, now=now - timedelta(days=14), **SATURDAY)  # type: ignore[arg-type]
        an_event(session, by=desk.viewer, now=now, summary="Verbena")
    return desk


@pytest.mark.one_database
def test_the_desk_asks_how_many_people_came_until_somebody_says_it(rosa: Desk) -> None:
    assert "Cuánta gente vino" in rosa.open("/office/").one(cls="today").text
    page = rosa.open("/office/outcomes")
    assert page.texts("h2") == ["Retreta en el parque"]
    rosa.press(CAME, "/office/outcomes", people="120")
    assert "No falta ninguna" in rosa.open("/office/outcomes").text
    assert "Cuánta gente vino" not in rosa.open("/office/").text
    assert "Vinieron 120 personas" in rosa.open("/office/events/retreta-en-el-parque").text
    assert value_of(rosa.open(CAME), "people") == "120"


@pytest.mark.one_database
def test_what_was_said_is_corrected_and_the_log_keeps_both_s44(rosa: Desk, house: House) -> None:
    rosa.press(CAME, people="1200")
    rosa.press(CAME, people="", note="Llovió", do="not-held")
    with house.reading() as session:
        (known,) = session.scalars(select(Outcome))
        assert (known.held, known.people, known.note) == (False, None, "Llovió")
        logged = session.scalars(select(Audit).where(Audit.deed == "event-outcome").order_by(Audit.id.desc())).first()
        assert logged is not None
        assert logged.details["changes"] == {"held": [True, False], "people": [1200, None], "note": ["", "Llovió"]}
    assert "No se realizó" in rosa.open("/office/events/retreta-en-el-parque").text


@pytest.mark.one_database
def test_what_is_no_number_is_refused_beside_what_was_typed(rosa: Desk) -> None:
    wrong = ["", "muchas", "-3", "٣", "9999999"]
    answers = [rosa.send(CAME, people=typed, note="Ojo") for typed in wrong]
    assert [(each.status_code, value_of(read(each.text), "note")) for each in answers] == [(422, "Ojo")] * len(wrong)
    told = [problem_at(read(each.text), "people") for each in answers]
    assert told[0].startswith("Escribe cuántas personas")
    assert told[1:4] == ["Escribe un número entero, sin letras ni puntos."] * 3
    assert "demasiado grande" in told[4]


@pytest.mark.one_database
def test_a_date_to_come_or_called_off_is_not_answered_for(rosa: Desk, now: datetime) -> None:
    rosa.open("/office/events/verbena/outcomes/20261205T1930", status=409)
    rosa.open("/office/events/verbena/outcomes/20261206T1930", status=404)
    with rosa.changing("retreta-en-el-parque") as (session, event):
        cancel(session, event, reason="lluvia", by=rosa.viewer, now=now - timedelta(days=7))
    rosa.open(CAME, status=409)
    assert "Cuánta gente vino" not in rosa.open("/office/").text


def test_a_district_is_asked_once_a_morning_and_only_for_what_is_new(rosa: Desk, house: House) -> None:
    def asked(now: datetime) -> list[str]:
        with house.deed() as session:
            outcomes.ask(session, now=now)
            session.flush()
            return list(session.scalars(select(News.kind)))

    told = ["outcomes-wanted"]
    assert asked(MORNING - timedelta(minutes=1)) == []
    assert [asked(MORNING), asked(MORNING), asked(MORNING + timedelta(days=1))] == [told, told, told]
    assert asked(MORNING + timedelta(days=7)) == told * 2


def test_nobody_is_asked_for_what_was_said_or_for_a_past_that_was_brought_in(rosa: Desk, house: House) -> None:
    rosa.press(CAME, do="uncounted", people="")
    with house.deed() as session:
        old = {"start": "2026-11-20T19:30", "end": "2026-11-20T21:00"}
        an_event(session, by=rosa.viewer, now=MORNING - timedelta(days=20), summary="Antes", **old)  # type: ignore[arg-type]
        session.flush()
        assert outcomes.ask(session, now=MORNING) == 0
        assert [each.event.summary for each in outcomes.waiting(session, viewer=rosa.viewer, now=MORNING)] == ["Antes"]
