"""Planning on the desk: what competes with the date in the form, and the days that officers mark."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.domain.events import Status
from calendar_service.services.house import House
from tests.builders import an_event
from tests.web.office import Desk, form_in, value_of
from tests.web.pages import Element, read

pytestmark = pytest.mark.one_database

ADVICE, DAYS = "/office/clashes", "/office/special-days"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, who plans."""
    return Desk(app, house, now, "barranco")


@pytest.fixture
def luis(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Miraflores, next to Barranco."""
    return Desk(app, house, now, "miraflores")


def looked(desk: Desk, **typed: str) -> Element:
    """What the button beside the date shows of a form that is only begun."""
    form = form_in(desk.open("/office/events/new"), "/office/events/new")
    answer = desk.post(ADVICE, {**form, **typed})
    assert answer.status_code == 200, answer.text[-2000:]
    return read(answer.text)


EVENING = {"start_date": "2026-12-05", "start_time": "19:00", "end_time": "21:00", "disciplines": "bandas"}


def test_the_form_asks_for_advice_without_script_and_loses_nothing(rosa: Desk) -> None:
    page = rosa.open("/office/events/new")
    button = next(each for each in page.all("button") if each.attrs.get("formaction") == ADVICE)
    assert (button.attrs["formtarget"], "formnovalidate" in button.attrs) == ("_blank", True)


def test_what_competes_is_shown_with_its_score_its_parts_and_better_dates(rosa: Desk, luis: Desk) -> None:
    with luis.house.deed() as session:
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", venue=None, place_note="Parque",
                 expected_attendance=400)  # fmt: skip
    page = looked(rosa, **EVENING)
    [rival] = page.all("li", cls="rival")
    assert "Retreta en el parque" in rival.text
    assert "Miraflores" in rival.text
    assert [each.text for each in rival.all("b", cls="score")] == ["Compite, de 0 a 100: 80"]
    assert [each.text for each in rival.all("p", cls="piece")] == [
        "a la misma hora × 1", "en un distrito vecino × 0.8", "misma disciplina y mismo público × 1",
        "espera mucha más gente × 1",
    ]  # fmt: skip
    assert "mismo día y hora, 1 semana después: nada compite" in page.all("ul", cls="ways-out")[0].text
    form, way = form_in(page, "/office/events/new#plan"), page.one("ul", cls="ways-out").one("button")
    taken = read(rosa.post("/office/events/new", {**form, "way": way.attrs["value"]}).text)
    assert value_of(taken, "start_date") == "2026-12-12"


def test_a_busy_hold_is_shown_without_its_title(rosa: Desk, luis: Desk) -> None:
    with luis.house.deed() as session:
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", status=Status.TENTATIVE)
    page = looked(rosa, **EVENING)
    assert "Retreta" not in page.text
    assert "Fecha reservada" in page.text


@pytest.mark.parametrize("typed", [{}, {"start_date": "mañana"}, {"start_date": "2026-12-05", "end_time": "21:00"}])
def test_a_form_that_is_only_begun_is_answered_too(rosa: Desk, typed: dict[str, str]) -> None:
    assert looked(rosa, **typed).all("p")


def test_the_script_gets_the_part_alone(rosa: Desk) -> None:
    form = form_in(rosa.open("/office/events/new"), "/office/events/new")
    answer = rosa.post(ADVICE, {**form, **EVENING, "part": "1"})
    assert "<html" not in answer.text
    assert "Nada compite con esta fecha." in answer.text


@pytest.mark.every_database
def test_an_officer_marks_a_day_of_her_district_takes_it_away_and_puts_it_back(rosa: Desk) -> None:
    rosa.press(DAYS, name="Aniversario de Barranco", day="2026-12-12", kind="anniversary", yearly="1")
    assert "Aniversario de Barranco" in rosa.open(DAYS).text
    away = rosa.press(f"{DAYS}/1/remove", DAYS)
    assert "Aniversario de Barranco" not in rosa.open(DAYS).text
    back = away.headers["Location"]
    rosa.press(f"{DAYS}/1/put-back", back)
    assert "Aniversario de Barranco" in rosa.open(DAYS).text


def test_nobody_marks_or_takes_away_what_is_not_hers(
    app: Flask, house: House, now: datetime, rosa: Desk, luis: Desk
) -> None:
    facilitator = Desk(app, house, now, facilitator=True)
    mark = {"name": "Feria", "day": "2026-12-12", "kind": "other"}
    assert rosa.send(DAYS, **mark, district="miraflores").status_code == 403
    assert rosa.send(DAYS, **mark, district="").status_code == 403
    rosa.press(DAYS, **mark, district="barranco")
    facilitator.press(DAYS, **mark, district="")
    assert form_in(facilitator.open(DAYS), f"{DAYS}/2/remove")
    for desk, number in ((luis, 1), (rosa, 2), (facilitator, 1)):
        token = form_in(desk.open(DAYS), DAYS)["csrf_token"]
        assert desk.post(f"{DAYS}/{number}/remove", {"csrf_token": token}).status_code == 403
    token = form_in(rosa.open(DAYS), DAYS)["csrf_token"]
    assert rosa.post(f"{DAYS}/9/remove", {"csrf_token": token}).status_code == 404


def test_what_is_wrong_with_a_day_is_said(rosa: Desk) -> None:
    answer = rosa.send(DAYS, name="", day="2026-13-01")
    assert answer.status_code == 422
    answer = rosa.send(DAYS, name="Feria", day="0001-01-01")
    assert answer.status_code == 422


@pytest.mark.every_database
def test_who_goes_ahead_leaves_a_reason_that_neighbours_read_and_citizens_do_not(rosa: Desk, luis: Desk) -> None:
    why = "Es el aniversario del elenco."
    new = "/office/events/new"
    rosa.press(new, **EVENING, summary="Noche de valses", venue_name="Parque Municipal", do="publish", date_reason=why)
    assert f"Por qué esa fecha: {why}" in looked(luis, **EVENING).text
    assert why not in rosa.client.get("/events/noche-de-valses").text
    edit = "/office/events/noche-de-valses/edit"
    rosa.press(edit, do="save", date_reason="")
    assert why in rosa.open("/office/events/noche-de-valses/history").text
    assert why not in looked(luis, **EVENING).text


@pytest.mark.every_database
def test_the_district_of_the_venue_counts_not_that_of_the_host(rosa: Desk, luis: Desk) -> None:
    with luis.house.deed() as session:
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", expected_attendance=400,
                 venue={"name": "Anfiteatro", "kind": "parque"})  # fmt: skip
    [rival] = looked(rosa, **EVENING, venue_name="Anfiteatro (Miraflores)").all("li", cls="rival")
    assert "en el mismo distrito × 1" in [each.text for each in rival.all("p", cls="piece")]


@pytest.mark.every_database
def test_a_series_is_told_its_crowded_dates_and_where_each_might_go(rosa: Desk, luis: Desk) -> None:
    with luis.house.deed() as session:
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", start="2026-12-12T19:30",
                 end="2026-12-12T21:00")  # fmt: skip
    page = looked(rosa, **EVENING, repeat="weekly", count="4")
    assert "4 fechas miradas" in page.text
    [date] = page.one("ul", cls="ways-out").all("li")
    assert date.text.startswith("sáb. 12 de diciembre")
    assert "mejor: dom. 13 de diciembre" in date.text
