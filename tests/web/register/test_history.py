"""R25, S44: how a venue and a district's profile changed, by whom, old and new; and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from calendar_service.services.house import House
from tests.builders import an_event
from tests.counting import counted
from tests.web.office import Desk, form_in, value_of
from tests.web.pages import Element, read

pytestmark = pytest.mark.one_database

VENUE, PROFILE = "/office/venues/parque-municipal", "/office/district"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, where something takes place in the park."""
    desk = Desk(app, house, now, "barranco")
    with house.deed() as session:
        an_event(session, by=desk.viewer, now=now - timedelta(days=7))
    return desk


def said(page: Element) -> list[list[str]]:
    """Of each change what differs, and who made it."""
    return [[each.one("p").text.strip(), *each.texts("dt"), *each.texts("dd")] for each in page.one("ol").all("li")]


def ways_back(page: Element) -> list[str]:
    """Where the forms lead that let it say what it said before, the latest change first."""
    return [each.attrs["action"] for each in page.one("ol").all("form")]


def test_a_venues_changes_stand_in_its_history_and_are_undone_r25(rosa: Desk, app: Flask) -> None:
    assert "Todavía no ha cambiado nada" in rosa.open(f"{VENUE}/history").text
    rosa.press(VENUE, name="Parque Raimondi", accessibility=["bano-accesible"])
    rosa.press(VENUE, capacity="300", public_space="")
    page = rosa.open(f"{VENUE}/history")
    assert said(page) == [
        ["Barranco", "Aforo", "Espacio público", "300", "sí no"],
        ["Barranco", "Nombre", "Accesibilidad", "Parque Municipal Parque Raimondi", "Baño accesible"],
    ]
    first = ways_back(page)[-1]
    assert rosa.post(first, form_in(page, first)).headers["Location"].endswith(f"{VENUE}?said=gone-back")
    page = rosa.open(VENUE)
    assert [value_of(page, each) for each in ("name", "capacity", "public_space")] == ["Parque Municipal", "", "1"]
    assert "Parque Municipal" in app.test_client().get("/events/retreta-en-el-parque").text
    assert len(said(rosa.open(f"{VENUE}/history"))) == 3


def test_a_profiles_changes_stand_in_its_history_and_are_undone_r25(rosa: Desk, app: Flask) -> None:
    rosa.press(PROFILE, about="Frente al mar", contact_phone="(01) 555 1234")
    rosa.press(PROFILE, about="")
    page = rosa.open(f"{PROFILE}/history")
    assert said(page)[0] == ["Barranco", "Sobre nosotros", "Frente al mar"]
    last = ways_back(page)[0]
    rosa.post(last, form_in(page, last))
    assert "Frente al mar" in app.test_client().get("/districts/barranco").text


def test_who_saw_an_older_version_undoes_nothing_r4(rosa: Desk) -> None:
    rosa.press(VENUE, name="Parque Raimondi")
    page = rosa.open(f"{VENUE}/history")
    (way,) = ways_back(page)
    form = form_in(page, way)
    rosa.press(VENUE, name="Parque Federico")
    answer = rosa.post(way, form)
    assert answer.status_code == 409
    assert len(said(read(answer.text))) == 2
    assert value_of(rosa.open(VENUE), "name") == "Parque Federico"


def test_a_change_of_another_venue_is_not_there_s13(rosa: Desk, house: House, now: datetime) -> None:
    with house.deed() as session:
        other = an_event(session, by=rosa.viewer, now=now, venue={"name": "Plaza", "kind": "plaza"})
        assert other.venue is not None
    rosa.press(VENUE, name="Parque Raimondi")
    page = rosa.open(f"{VENUE}/history")
    (way,) = ways_back(page)
    assert rosa.post(way.replace("parque-municipal", "plaza"), form_in(page, way)).status_code == 404
    assert rosa.post(way.replace("venues/parque-municipal", "district"), form_in(page, way)).status_code == 404


def test_a_history_asks_as_much_for_three_changes_as_for_one_rule_11(rosa: Desk) -> None:
    asked = []
    for capacity in ("100", "200", "300"):
        rosa.press(VENUE, capacity=capacity)
        with counted(rosa.house.database) as statements:
            rosa.open(f"{VENUE}/history")
        asked.append(len(statements))
    assert asked == [asked[0]] * 3
