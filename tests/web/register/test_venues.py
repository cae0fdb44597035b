"""The venues of a district: changed by its own officers, never blindly, with every event that shows them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from calendar_service.services.house import House
from tests.builders import an_event
from tests.web.office import Desk, Fields, form_in, problem_at, value_of
from tests.web.pages import read

pytestmark = pytest.mark.one_database

VENUE = "/office/venues/parque-municipal"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, where something takes place in the park."""
    desk = Desk(app, house, now, "barranco")
    with house.deed() as session:
        an_event(session, by=desk.viewer, now=now - timedelta(days=7))
    return desk


def test_a_changed_venue_is_said_by_its_events(rosa: Desk, app: Flask) -> None:
    citizen: FlaskClient = app.test_client()
    rosa.press(VENUE, name="Parque Raimondi", capacity="300", accessibility=["bano-accesible"], point="-12.14,-77.02")
    assert "Parque Raimondi" in citizen.get("/events/retreta-en-el-parque").text
    assert "Parque Raimondi" in citizen.get("/feeds/districts/barranco.ics").text
    page = rosa.open(VENUE)
    said = [value_of(page, each) for each in ("name", "capacity", "point", "public_space", "accessibility")]
    assert said == ["Parque Raimondi", "300", "-12.14, -77.02", "1", "bano-accesible"]


def test_a_venue_saved_as_it_was_shown_changes_nothing(rosa: Desk) -> None:
    before = rosa.event("retreta-en-el-parque")
    rosa.press(VENUE)
    after = rosa.event("retreta-en-el-parque")
    assert (after.sequence, after.last_modified) == (before.sequence, before.last_modified)


def test_who_saw_an_older_venue_is_shown_both_r4(rosa: Desk) -> None:
    form: Fields = {**form_in(rosa.open(VENUE), VENUE), "name": "Mi nombre", "public_space": ""}
    rosa.press(VENUE, name="Su nombre")
    answer = rosa.post(VENUE, form)
    page = read(answer.text)
    assert answer.status_code == 409
    rows = [(row.one("th").text, *row.texts("td")) for row in page.one("tbody").all("tr")]
    assert rows == [("Nombre", "Mi nombre", "Su nombre"), ("Espacio público", "no", "sí")]
    assert value_of(page, "name") == "Mi nombre"
    assert rosa.post(VENUE, form_in(page, VENUE)).status_code == 303
    assert value_of(rosa.open(VENUE), "name") == "Mi nombre"


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": ""}, "name"), ({"point": "por ahí"}, "point"), ({"point": "-91, 0"}, "point"),
     ({"capacity": "muchos"}, "capacity"), ({"capacity": "9999999999"}, "capacity"), ({"kind": "nave"}, "kind"),
     ({"accessibility": ["ninguna"]}, "accessibility"), ({"address": "x" * 121}, "address")],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_at_its_field_and_the_rest_is_kept(rosa: Desk, typed: Fields, field: str) -> None:
    answer = rosa.send(VENUE, **{"name": "Otro nombre", "address": "Av. Sol 1", **typed})
    assert answer.status_code == 422
    page = read(answer.text)
    assert problem_at(page, field)
    kept = "Av. Sol 1" if field != "address" else "x" * 121
    assert value_of(page, "address") == kept
    assert value_of(rosa.open(VENUE), "name") == "Parque Municipal"


def test_a_venue_is_changed_by_its_own_district_only_s13(rosa: Desk, app: Flask, house: House, now: datetime) -> None:
    luis = Desk(app, house, now, "miraflores")
    assert VENUE not in luis.open("/office/venues").hrefs()
    luis.open(VENUE, status=403)
    luis.open("/office/venues/nunca-visto", status=404)
    token = form_in(luis.open("/office/account"), "/office/logout")["csrf_token"]
    form: Fields = {**form_in(rosa.open(VENUE), VENUE), "csrf_token": token, "name": "Mío"}
    assert luis.post(VENUE, form).status_code == 403
    assert value_of(rosa.open(VENUE), "name") == "Parque Municipal"


def test_a_manager_makes_two_venues_one_sees_before_what_becomes_of_them_and_undoes_it(
    app: Flask, house: House, rosa: Desk, now: datetime
) -> None:
    manager = Desk(app, house, now, "barranco", role="manager")
    with house.deed() as session:
        an_event(
            session, by=manager.viewer, now=now, summary="Retreta dos",
            venue={"name": "Pque. Municipal", "kind": "parque"},
        )  # fmt: skip
    double = "/office/venues/pque-municipal/merge"
    assert [each for each in manager.open("/office/venues").hrefs() if "merge" in each] == [
        f"{double}?into=parque-municipal"
    ]
    assert rosa.client.get(double).status_code == 403
    asked = f"{double}?into=Parque+Municipal"
    assert "1 evento pasa a decir" in manager.open(asked).text
    assert problem_at(manager.open(f"{double}?into=Nada", status=400), "into")
    manager.press(double, asked)
    citizen: FlaskClient = app.test_client()
    assert citizen.get("/venues/pque-municipal").location == "/venues/parque-municipal"
    assert "Parque Municipal" in citizen.get("/events/retreta-dos").text
    undo = next(each.attrs["action"] for each in manager.open("/office/venues").all("form") if "merges" in
                each.attrs.get("action", ""))  # fmt: skip
    assert rosa.post(undo, form_in(rosa.open("/office/account"), "/office/logout")).status_code == 404
    manager.press(undo, "/office/venues")
    assert "Pque. Municipal" in citizen.get("/events/retreta-dos").text
