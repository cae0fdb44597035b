"""Dates said in a sentence: how it is understood, and what is asked when it is not."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.house import House
from tests.web.office import Desk, Fields, count_of, form_in, problem_at, value_of
from tests.web.pages import read
from tests.web.posting.test_posting import CONCERT, NEW

pytestmark = pytest.mark.one_database


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


def test_a_sentence_makes_the_dates_and_can_be_mended_field_by_field(rosa: Desk) -> None:
    said = "cada sábado de 4 a 6 p. m. hasta el 9 de enero, menos el 26 de diciembre"
    typed: Fields = {**CONCERT, "start_date": "", "start_time": "", "end_time": "", "said": said}
    page = read(rosa.send(NEW, **typed, do="preview").text)
    assert page.one("fieldset", cls="plan").one("b").text == "Cada sábado hasta el 9 de enero de 2027"
    form = {**form_in(page, NEW), "start_time": "17:00"}
    assert rosa.post(NEW, {**form, "do": "publish"}).status_code == 303
    dates = [f"{each.span.start:%d/%m %H:%M}" for each in dates_of(rosa.event("noche-de-valses"))]
    assert dates == ["05/12 17:00", "12/12 17:00", "19/12 17:00", "02/01 17:00", "09/01 17:00"]


def test_the_sentence_is_understood_in_the_language_of_the_page_and_in_the_other(rosa: Desk) -> None:
    typed: Fields = {**CONCERT, "start_date": "", "start_time": "", "end_time": ""}
    for said in ("every Saturday from 4 to 6 pm until 9 January", "cada sábado de 4 a 6 p. m. hasta el 9 de enero"):
        form = form_in(rosa.open(f"{NEW}?lang=en"), NEW)  # which the browser keeps
        page = read(rosa.post(NEW, {**form, **typed, "said": said, "do": "preview"}).text)
        assert page.one("fieldset", cls="plan").one("b").text == "Every Saturday until 9 January 2027"


def test_except_holidays_takes_those_of_the_metropolis_out_of_the_list(rosa: Desk) -> None:
    typed: Fields = {**CONCERT, "start_date": "", "start_time": "16:00", "end_time": "18:00"}
    typed["said"] = "cada viernes hasta el 8 de enero, menos los feriados y el 18 de diciembre"
    plan = read(rosa.send(NEW, **typed, do="preview").text).one("fieldset", cls="plan")
    out = [each.one("time").text for each in plan.all("li", cls="off")]
    assert [each.partition(",")[0] for each in out] == [
        "vie. 18 de diciembre", "vie. 25 de diciembre", "vie. 1 de enero de 2027"
    ]  # fmt: skip
    assert [each.text for each in plan.all("span", cls="feast")] == ["feriado: Navidad", "feriado: Año Nuevo"]


def test_a_day_to_leave_out_that_is_none_of_the_dates_is_asked_about_once(rosa: Desk, house: House) -> None:
    """Somebody looked at the wrong calendar: her workshop would be on a day on which she thinks that it is not."""
    typed: Fields = {**CONCERT, "start_date": "", "start_time": "16:00", "end_time": "18:00"}
    typed["said"] = "cada viernes hasta el 8 de enero, menos el 17 de diciembre"
    page = read(rosa.send(NEW, **typed, do="publish").text)
    assert "jueves 17 de diciembre" in problem_at(page, "said")
    assert count_of(house, Event) == 0
    assert rosa.post(NEW, {**form_in(page, NEW), "do": "publish"}).status_code == 303
    some: Fields = {**typed, "said": "cada viernes hasta el 8 de enero, menos el 24 y el 25 de diciembre"}
    assert not read(rosa.send(NEW, **some, do="preview").text).all("div", cls="problems")


def test_a_sentence_that_is_not_understood_is_asked_about_and_nothing_is_posted(rosa: Desk, house: House) -> None:
    typed: Fields = {**CONCERT, "start_date": "", "start_time": "", "said": "cada luna llena"}
    page = read(rosa.send(NEW, **typed, do="publish").text)
    assert "«cada luna llena»" in problem_at(page, "said")
    assert page.one("div", cls="problems").one("h2").text == "Hay 1 cosa por corregir"
    assert value_of(page, "said") == "cada luna llena"
    assert count_of(house, Event) == 0
