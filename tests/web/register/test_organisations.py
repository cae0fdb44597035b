"""The register as citizens read it, and as officers keep it."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.services.house import House
from tests.builders import an_event
from tests.web.office import Desk, problem_at
from tests.web.pages import read

NEW = "/office/organisations/new"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco who has entered one."""
    desk = Desk(app, house, now, "barranco")
    desk.press(
        NEW, name="Circo a Pulmón", kind="colectivo", about="Cirqueras del barrio.", disciplines=["artes-escenicas"]
    )
    return desk


def test_what_was_entered_has_a_page_with_its_events(rosa: Desk, app: Flask, house: House, now: datetime) -> None:
    with house.deed() as session:
        parties = [{"slug": "circo-a-pulmon", "role": "organiser"}]
        an_event(session, by=rosa.viewer, now=now, organisations=parties)
    citizen = app.test_client()
    assert "Circo a Pulmón" in citizen.get("/organisations").text
    page = citizen.get("/organisations/circo-a-pulmon").text
    assert "Cirqueras del barrio." in page
    assert "Retreta en el parque" in page
    assert "/organisations/circo-a-pulmon" in citizen.get("/events/retreta-en-el-parque").text
    told = citizen.get("/api/v1/events?organisation=circo-a-pulmon").json
    assert told
    assert [each["organisations"] for each in told["items"]] == [parties]
    register = citizen.get("/api/v1/organisations?district=barranco").json
    assert register
    assert [(each["slug"], each["district"]) for each in register["items"]] == [("circo-a-pulmon", "barranco")]


def test_a_hidden_one_is_not_there_for_citizens_s17(rosa: Desk, app: Flask) -> None:
    rosa.press("/office/organisations/circo-a-pulmon", public="")
    citizen = app.test_client()
    assert citizen.get("/organisations/circo-a-pulmon").status_code == 404
    assert "Circo a Pulmón" not in citizen.get("/organisations").text
    assert citizen.get("/api/v1/organisations").json == {"items": [], "next_cursor": None}
    assert citizen.get("/api/v1/events?organisation=circo-a-pulmon").status_code == 400


def test_what_is_wrong_stands_at_its_field(rosa: Desk) -> None:
    answer = rosa.send(NEW, name="", kind="colectivo")
    assert answer.status_code == 422
    assert problem_at(read(answer.text), "name")


def test_entered_twice_becomes_one(rosa: Desk, app: Flask) -> None:
    rosa.press(NEW, name="Circo Pulmón", kind="colectivo")
    merging = "/office/organisations/circo-pulmon/merge"
    assert "No se puede deshacer" in rosa.send(merging, merging.removesuffix("/merge"), into="circo-a-pulmon").text
    rosa.press(merging, merging.removesuffix("/merge"), into="circo-a-pulmon", sure="1")
    answer = app.test_client().get("/organisations/circo-pulmon")
    assert (answer.status_code, answer.location) == (301, "/organisations/circo-a-pulmon")
