"""An event on the desk: its statuses, its dates one by one, its history, and what others see of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from calendar_service.domain.events import Event, HoldShows, Status
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.house import House
from calendar_service.services.status.statuses import cancel, confirm
from tests.builders import an_event
from tests.web.office import Desk, Fields, count_of, form_in, problem_at, value_of
from tests.web.pages import Element, read

pytestmark = pytest.mark.one_database

EVENT = "/office/events/retreta-en-el-parque"
SATURDAYS = {"rrule": "FREQ=WEEKLY;COUNT=4"}
DATE = f"{EVENT}/dates/20261212T1930"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    """Somebody else's browser."""
    browser: FlaskClient = app.test_client()
    return browser


def posted(desk: Desk, **fields: Any) -> Event:  # noqa: ANN401 - any field of the API
    """An event of hers, posted a week ago."""
    with desk.house.deed() as session:
        return an_event(session, by=desk.viewer, now=desk.now - timedelta(days=7), **fields)


def deeds_on(page: Element) -> list[str]:
    """What can be done: the last part of each form's address, and the links of the same part of the page."""
    forms = [each.attrs["action"] for each in page.all("form") if each.attrs["action"].startswith(EVENT)]
    return [each.removeprefix(EVENT + "/") for each in forms]


def test_that_nothing_was_said_of_the_price_does_not_read_as_if_it_cost_something(rosa: Desk) -> None:
    posted(rosa, free=False)
    assert "Ingreso libre" not in rosa.open(EVENT).one("dl", cls="kept").text
    posted(rosa, summary="Con entrada", free=False, price="15")
    assert "Ingreso libre" in rosa.open("/office/events/con-entrada").one("dl", cls="kept").text


def test_what_is_published_is_passed_on_from_the_desk_with_its_next_date(rosa: Desk) -> None:
    posted(rosa, start="2026-11-21T19:30", end="2026-11-21T21:00", rrule="FREQ=WEEKLY;COUNT=3")
    link = rosa.open(EVENT).one("a", cls="whatsapp").attrs["href"]
    assert link.startswith("https://wa.me/?text=%2ARetreta%20en%20el%20parque%2A%0As%C3%A1b.%205%20de%20diciembre")
    assert link.endswith("https%3A%2F%2Fagenda.example%2Fevents%2Fretreta-en-el-parque")


@pytest.mark.parametrize(
    ("fields", "deeds"),
    [
        ({"status": Status.DRAFT}, ["confirm", "hold", "template", "discard"]),
        ({"status": Status.DRAFT, "end": None}, ["template", "discard"]),
        ({"status": Status.TENTATIVE}, ["confirm", "release", "hold", "template"]),
        ({"status": Status.CONFIRMED}, ["template", "cancel", "withdraw"]),
    ],
)
def test_the_page_offers_what_fits_where_the_event_stands(rosa: Desk, fields: dict[str, Any], deeds: list[str]) -> None:
    posted(rosa, **fields)
    assert deeds_on(rosa.open(EVENT)) == deeds


def test_a_hold_is_made_published_cancelled_brought_back_and_withdrawn(rosa: Desk, citizen: FlaskClient) -> None:
    posted(rosa, status=Status.DRAFT)
    rosa.press(f"{EVENT}/hold", EVENT, hold_until="2026-12-04")
    assert rosa.event("retreta-en-el-parque").status == Status.TENTATIVE
    rosa.press(f"{EVENT}/release", EVENT)
    assert rosa.event("retreta-en-el-parque").status == Status.DRAFT
    rosa.press(f"{EVENT}/confirm", EVENT)
    assert citizen.get("/events/retreta-en-el-parque").status_code == 200
    rosa.press(f"{EVENT}/cancel", EVENT, reason="Por la lluvia")
    assert "Por la lluvia" in citizen.get("/events/retreta-en-el-parque").text
    rosa.press(f"{EVENT}/confirm", EVENT)
    assert "Por la lluvia" not in citizen.get("/events/retreta-en-el-parque").text
    rosa.press(f"{EVENT}/withdraw", EVENT)
    assert citizen.get("/events/retreta-en-el-parque").status_code == 410
    page = rosa.open(EVENT)
    assert page.one("h1").text == "Evento retirado cancelado"
    assert deeds_on(page) == []


def test_a_cancellation_says_why(rosa: Desk) -> None:
    posted(rosa)
    answer = rosa.send(f"{EVENT}/cancel", EVENT, reason="  ")
    assert answer.status_code == 422
    page = read(answer.text)
    assert problem_at(page, "reason") == "Di el motivo: es lo que leerá quien pensaba ir."
    assert "open" in next(each for each in page.all("details") if each.all("textarea")).attrs
    assert rosa.event("retreta-en-el-parque").status == Status.CONFIRMED


def test_a_reason_that_is_too_long_is_kept_in_its_field(rosa: Desk) -> None:
    posted(rosa)
    page = read(rosa.send(f"{EVENT}/cancel", EVENT, reason="x" * 501).text)
    assert problem_at(page, "reason") == "Es demasiado largo: escribe como máximo 500 caracteres."
    assert value_of(page, "reason") or "x" * 501 in page.one("main").text


def test_a_draft_is_thrown_away_and_only_a_draft(rosa: Desk, house: House) -> None:
    posted(rosa, status=Status.DRAFT)
    form = form_in(rosa.open(EVENT), f"{EVENT}/discard")
    with rosa.changing("retreta-en-el-parque") as (session, event):
        confirm(session, event, by=rosa.viewer, now=rosa.now)
    answer = rosa.post(f"{EVENT}/discard", form)
    assert answer.status_code == 409
    assert count_of(house, Event) == 1
    posted(rosa, status=Status.DRAFT, summary="Otra cosa")
    rosa.press("/office/events/otra-cosa/discard", "/office/events/otra-cosa")
    with house.reading() as session:
        assert session.scalars(select(Event.status).where(Event.slug == "otra-cosa")).one() == Status.DISCARDED


@pytest.mark.parametrize("deed", ["confirm", "hold", "release", "cancel", "withdraw", "discard"])
def test_a_deed_done_on_an_older_page_is_told_how_things_stand_r4(rosa: Desk, deed: str) -> None:
    """Rule 8: a colleague has cancelled it meanwhile."""
    posted(rosa)
    form: Fields = {**form_in(rosa.open(EVENT), f"{EVENT}/cancel"), "reason": "x", "hold_until": ""}
    with rosa.changing("retreta-en-el-parque") as (session, event):
        cancel(session, event, reason="Ya estaba", by=rosa.viewer, now=rosa.now)
    answer = rosa.post(f"{EVENT}/{deed}", form)
    assert answer.status_code == 409
    page = read(answer.text)
    assert "cancelado" in page.one("h1").text
    assert "autofocus" in page.one("div", cls="problems").attrs
    assert rosa.event("retreta-en-el-parque").reason == "Ya estaba"


def test_a_deed_that_does_not_fit_any_more_is_a_sentence_not_a_failure(rosa: Desk) -> None:
    posted(rosa)
    form = form_in(rosa.open(EVENT), f"{EVENT}/withdraw")
    answer = rosa.post(f"{EVENT}/release", form)
    assert answer.status_code == 409
    assert "El estado del evento ya es otro" in read(answer.text).one("div", cls="problems").text


# --- dates -------------------------------------------------------------------------------------------------


def test_the_dates_of_a_series_are_listed_fifty_to_a_page_rule_11(rosa: Desk) -> None:
    posted(rosa, rrule="FREQ=DAILY;COUNT=120")
    first, last = rosa.open(EVENT), rosa.open(f"{EVENT}?dates=3")
    assert [len(each.one("ol", cls="dates").all("li")) for each in (first, last)] == [50, 20]
    assert first.one("ol", cls="dates").texts("a")[0] == "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m."
    assert rosa.open(f"{EVENT}?dates=99").one("nav", cls="pages").one("span").text == "Página 3 de 3"


def test_one_date_is_moved_and_the_others_stand(rosa: Desk) -> None:
    posted(rosa, **SATURDAYS)
    rosa.press(
        DATE, start_date="2026-12-13", start_time="18:00", end_time="20:00", reason="Por el partido", do="change"
    )
    stand = [
        f"{each.span.start:%d %H:%M}-{each.span.end:%H:%M}" for each in dates_of(rosa.event("retreta-en-el-parque"))
    ]
    assert stand == ["05 19:30-21:00", "13 18:00-20:00", "19 19:30-21:00", "26 19:30-21:00"]
    line = rosa.open(EVENT).one("ol", cls="dates").texts("li")[1]
    assert line == "dom. 13 de diciembre, 6 p. m. a 8 p. m. otra hora · Por el partido"


def test_the_head_of_a_series_says_its_first_date_as_it_now_is(rosa: Desk) -> None:
    posted(rosa, **SATURDAYS)
    first = f"{EVENT}/dates/20261205T1930"
    rosa.press(first, start_date="2026-12-06", start_time="18:00", end_time="20:00", do="change")
    assert rosa.open(EVENT).one("p", cls="when").one("b").text == "dom. 6 de diciembre, 6 p. m. a 8 p. m."
    rosa.press(first, reason="Huelga", do="cancel")
    assert rosa.open(EVENT).one("p", cls="when").one("b").text == "sáb. 12 de diciembre, 7:30 p. m. a 9 p. m."


def test_one_date_is_cancelled_with_a_reason_and_brought_back(rosa: Desk, citizen: FlaskClient) -> None:
    posted(rosa, **SATURDAYS)
    assert problem_at(read(rosa.send(DATE, do="cancel").text), "reason")
    rosa.press(DATE, reason="Huelga de transporte", do="cancel")
    assert "Huelga de transporte" in citizen.get("/events/retreta-en-el-parque/20261212T1930").text
    page = rosa.open(DATE)
    assert "Esta fecha está cancelada." in page.one("div", cls="notice").text
    undo: Fields = {**form_in(page, DATE), "do": "undo"}
    assert rosa.post(DATE, undo).status_code == 303
    assert rosa.event("retreta-en-el-parque").overrides == []


def test_one_date_takes_place_elsewhere_at_its_own_hour(rosa: Desk) -> None:
    posted(rosa, **SATURDAYS)
    posted(rosa, summary="Otra", venue={"name": "Casa de la Cultura", "kind": "centro-cultural"})
    rosa.press(DATE, venue="casa-de-la-cultura", do="change")
    override = rosa.event("retreta-en-el-parque").overrides[0]
    assert (override.start, override.venue.slug if override.venue else "") == (None, "casa-de-la-cultura")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "start_date", "No cambiaste nada: pon otra hora, otro lugar, o cancela la fecha."),
        ({"start_date": ""}, "start_date", "Falta este dato."),
        ({"start_date": "2026-12-32"}, "start_date", "No entendemos esta fecha u hora. Escríbela completa"),
        ({"start_time": ""}, "start_time", "Falta la hora. Si dura todo el día, marca «Todo el día»."),
        ({"end_time": ""}, "end_time", "Falta a qué hora termina."),
        ({"end_time": "19:00"}, "end_time", "El final debe ser posterior al inicio."),
    ],
)  # fmt: skip
def test_a_change_of_one_date_that_cannot_be_is_said_at_its_field(
    rosa: Desk, typed: dict[str, str], field: str, sentence: str
) -> None:
    posted(rosa, **SATURDAYS)
    answer = rosa.send(DATE, **typed, do="change")
    assert answer.status_code == 422
    assert problem_at(read(answer.text), field).startswith(sentence)
    assert rosa.event("retreta-en-el-parque").overrides == []


def test_a_change_of_one_date_on_an_older_page_keeps_what_was_typed_r4(rosa: Desk) -> None:
    posted(rosa, **SATURDAYS)
    form: Fields = {**form_in(rosa.open(DATE), DATE), "start_time": "18:00", "reason": "Por el partido", "do": "change"}
    rosa.press(f"{EVENT}/edit", summary="Otro título", do="save")
    answer = rosa.post(DATE, form)
    assert answer.status_code == 409
    page = read(answer.text)
    assert (value_of(page, "start_time"), value_of(page, "reason")) == ("18:00", "Por el partido")
    assert rosa.post(DATE, {**form_in(page, DATE), "do": "change"}).status_code == 303


def test_a_date_that_there_is_not_is_not_found(rosa: Desk) -> None:
    posted(rosa, **SATURDAYS)
    for each in ("20261213T1930", "20261205", "x", "20261205T193000"):
        rosa.open(f"{EVENT}/dates/{each}", status=404)


def test_all_day_dates_are_moved_by_days(rosa: Desk) -> None:
    posted(rosa, start="2026-12-05", end="2026-12-06", **SATURDAYS)
    path = f"{EVENT}/dates/20261212"
    assert (value_of(rosa.open(path), "start_date"), value_of(rosa.open(path), "end_date")) == (
        "2026-12-12",
        "2026-12-13",
    )
    rosa.press(path, start_date="2026-12-14", end_date="2026-12-15", do="change")
    assert f"{rosa.event('retreta-en-el-parque').overrides[0].start:%d}" == "14"


# --- history -----------------------------------------------------------------------------------------------


def test_the_history_says_in_words_who_did_what(rosa: Desk) -> None:
    posted(rosa, **SATURDAYS)
    rosa.press(DATE, reason="Lluvia", do="cancel")
    rosa.press(
        f"{EVENT}/edit", repeat="weekly", count="", until="2027-01-30", audiences=["familias"], free="", do="save"
    )
    rosa.press(f"{EVENT}/cancel", EVENT, reason="Sin banda")
    entries = rosa.open(f"{EVENT}/history").one("ol", cls="history")
    assert entries.texts("h2") == ["Lo canceló", "Lo editó", "Cambió una fecha", "Creó el evento"]
    assert [(" → ".join([*each.texts("del"), *each.texts("ins")])) for each in entries.all("dd")] == [
        "publicado → cancelado", "Sin banda",
        "cada sábado, 4 fechas → cada sábado hasta el 30 de enero de 2027", "Todo público → Familias", "sí → no",
        "como el evento → cancelada (Lluvia)",
    ]  # fmt: skip


# --- others ------------------------------------------------------------------------------------------------


def test_another_district_sees_of_a_hold_as_much_as_its_owner_shows_s17(
    app: Flask, house: House, now: datetime, rosa: Desk
) -> None:
    luis = Desk(app, house, now, "miraflores")
    posted(rosa, status=Status.TENTATIVE, expected_attendance=400, internal_note="Presupuesto: 900")
    page = luis.open(EVENT)
    assert page.one("h1").text == "Fecha reservada por Barranco reserva de fecha"
    said = page.one("main").text
    assert [each for each in ("Retreta", "Parque Municipal", "Presupuesto") if each in said] == []
    assert [
        each
        for each in ("sáb. 5 de diciembre, 7:30 p. m. a 9 p. m.", "Bandas", "Todo público", "400")
        if each not in said
    ] == []
    posted(
        rosa, summary="Abierta", status=Status.TENTATIVE, hold_shows=HoldShows.FULL, internal_note="Presupuesto: 900"
    )
    said = luis.open("/office/events/abierta").one("main").text
    assert [each for each in ("Abierta", "Parque Municipal") if each not in said] == []
    assert "Presupuesto" not in said


def test_another_district_is_led_to_the_public_page_of_what_is_public(
    app: Flask, house: House, now: datetime, rosa: Desk
) -> None:
    posted(rosa, internal_note="Presupuesto: 900")
    answer = Desk(app, house, now, "miraflores").client.get(EVENT)
    assert (answer.status_code, answer.location) == (303, "/events/retreta-en-el-parque")
