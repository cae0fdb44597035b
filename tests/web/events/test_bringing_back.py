"""What is taken away on the desk and brought back from there: a draft's bin, what the network took down."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.domain.events import Status
from calendar_service.services.house import House
from tests.builders import an_event
from tests.web.office import Desk
from tests.web.pages import read

EVENT = "/office/events/retreta-en-el-parque"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "barranco")


@pytest.fixture
def network(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, facilitator=True)


def posted(desk: Desk, status: Status = Status.CONFIRMED) -> None:
    with desk.house.deed() as session:
        an_event(session, by=desk.viewer, now=desk.now, status=status)


def test_a_draft_thrown_away_is_brought_back_from_the_bin_r25(rosa: Desk) -> None:
    posted(rosa, Status.DRAFT)
    rosa.press(f"{EVENT}/discard", EVENT)
    rosa.open(EVENT, status=404)
    assert "Retreta en el parque" in rosa.open("/office/bin").text
    answer = rosa.press("/office/bin/retreta-en-el-parque/restore", "/office/bin")
    assert answer.headers["Location"].startswith(EVENT)
    assert rosa.event("retreta-en-el-parque").status == Status.DRAFT
    assert "Está vacía" in rosa.open("/office/bin").text


def test_a_facilitator_takes_an_event_down_with_a_reason_and_puts_it_back(
    app: Flask, rosa: Desk, network: Desk
) -> None:
    posted(rosa)
    citizen = app.test_client()
    path = f"{EVENT}/take-down"
    assert network.send(path, reason=" ").status_code == 422
    network.press(path, reason="Convoca a una pelea")
    gone = citizen.get("/events/retreta-en-el-parque")
    assert (gone.status_code, read(gone.text).one("h1").text) == (410, "Este evento no se muestra por ahora.")
    assert "Convoca a una pelea" in rosa.open(EVENT).text
    assert "Retreta en el parque" in network.open("/office/taken-down").text
    assert network.client.get(EVENT).headers["Location"].endswith("/take-down")
    network.press(f"{EVENT}/put-back", "/office/taken-down")
    assert citizen.get("/events/retreta-en-el-parque").status_code == 200


def test_an_officer_takes_nothing_down_and_a_facilitator_no_draft_s16(rosa: Desk, network: Desk) -> None:
    posted(rosa, Status.DRAFT)
    rosa.open(f"{EVENT}/take-down", status=403)
    network.open(f"{EVENT}/take-down", status=404)
