"""On a joint event's page: a co-host asks for a change, the host hands the event over after saying her password."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.services.house import House
from calendar_service.services.joint import cohosting, requesting
from tests.builders import an_event
from tests.web.office import Desk, form_in
from tests.web.pages import Element

pytestmark = pytest.mark.one_database

EVENT = "/office/events/retreta-en-el-parque"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "barranco")


@pytest.fixture
def luis(app: Flask, house: House, now: datetime, rosa: Desk) -> Desk:
    """An officer of Miraflores, which co-hosts Rosa's event."""
    desk = Desk(app, house, now, "miraflores")
    with house.deed() as session:
        event = an_event(session, by=rosa.viewer, now=now)
        cohosting.ask(session, event, ["miraflores"], by=rosa.viewer, now=now)
        cohosting.answer(session, event, "miraflores", accept=True, by=desk.viewer, now=now)
    return desk


def notices(page: Element) -> list[str]:
    return [each.text for each in page.all("p", cls="notice") if each.text]


def test_a_change_is_asked_for_and_answered_on_the_events_page(rosa: Desk, luis: Desk) -> None:
    luis.press(f"{EVENT}/requests", EVENT, text="Que empiece a las 7")
    page = rosa.open(EVENT)
    assert "Que empiece a las 7" in page.text
    assert notices(page) == ["Miraflores pide un cambio Responder"]
    assert notices(luis.open(EVENT)) == []
    rosa.press(f"{EVENT}/requests/1", EVENT, do="grant", answer="Ya está")
    assert "Respuesta: Ya está" in luis.open(EVENT).text
    assert notices(rosa.open(EVENT)) == []
    again = luis.post(f"{EVENT}/requests", {**form_in(luis.open(EVENT), f"{EVENT}/requests"), "text": " "})
    assert again.status_code == 422


def test_handing_over_asks_for_the_password_first_s10(rosa: Desk, luis: Desk) -> None:
    del luis
    asked = rosa.send(f"{EVENT}/hand-over", EVENT)
    assert asked.status_code == 200
    assert 'name="again_password"' in asked.text
    assert "Se propone" not in rosa.open(EVENT).text


def test_the_event_changes_hands_and_its_history_says_so(rosa: Desk, luis: Desk) -> None:
    with rosa.changing("retreta-en-el-parque") as (session, event):
        requesting.offer(session, event, "miraflores", by=rosa.viewer, now=rosa.now)
    luis.press(f"{EVENT}/requests/1", EVENT, do="grant")
    assert luis.event("retreta-en-el-parque").host.slug == "miraflores"
    assert "Aceptó organizarlo" in luis.open(f"{EVENT}/history").text
    assert "solo su municipalidad puede cambiarlo" in rosa.open(EVENT).text
