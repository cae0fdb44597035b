"""Templates of one's own: kept of an event, used for the next, named and deleted by who posts for the district."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.domain.posting.templates import Template
from calendar_service.services.house import House
from tests.web.office import Desk, count_of, form_in, problem_at
from tests.web.pages import read
from tests.web.posting.test_posting import CONCERT

pytestmark = pytest.mark.one_database

NEW, LIST = "/office/events/new", "/office/templates"
SAVE = "/office/events/noche-de-valses/template"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco who kept her weekly concert as a template."""
    desk = Desk(app, house, now, "barranco")
    desk.press(NEW, **CONCERT, do="publish", repeat="weekly", count="3", price_text="A colaboración")
    desk.press(SAVE, "/office/events/noche-de-valses", name="Concierto del sábado")
    return desk


def test_the_next_event_begins_with_all_but_its_dates(rosa: Desk) -> None:
    link = next(each for each in rosa.open(NEW).all("a", cls="chip") if each.text == "Concierto del sábado")
    form = form_in(rosa.open(link.attrs["href"]), NEW)
    said = {"summary": "Noche de valses", "venue_name": "Parque Municipal", "start_time": "19:30", "end_time": "21:00",
            "repeat": "weekly", "count": "3", "price_text": "A colaboración"}  # fmt: skip
    assert {name: form[name] for name in said} == {name: [value] for name, value in said.items()}
    assert (form["start_date"], form["until"]) == ([""], [""])
    assert rosa.post(NEW, {**form, "start_date": "2027-01-09", "do": "publish"}).status_code == 303
    assert f"{rosa.event('noche-de-valses-2').start:%d/%m %H:%M}" == "09/01 19:30"


@pytest.mark.every_database
def test_two_of_one_district_are_not_called_alike(rosa: Desk) -> None:
    answer = rosa.send(SAVE, "/office/events/noche-de-valses", name="concierto del SÁBADO")
    assert answer.status_code == 422
    assert "ya tiene una plantilla" in problem_at(read(answer.text), "name")
    rosa.press(SAVE, "/office/events/noche-de-valses", name="Otra")
    [_, other] = [each for each in rosa.open(LIST).all("form") if each.attrs["action"].count("/") == 3][:2]
    answer = rosa.send(other.attrs["action"], LIST, name="Concierto del sábado")
    assert answer.status_code == 422
    rosa.press(other.attrs["action"], LIST, name="Tarde de valses")
    assert "Tarde de valses" in rosa.open(LIST).text


@pytest.mark.every_database
def test_it_is_deleted_after_a_second_question_and_the_event_stays(rosa: Desk, house: House) -> None:
    path = next(
        each.attrs["action"] for each in rosa.open(LIST).all("form") if each.attrs["action"].endswith("/delete")
    )
    asked = rosa.send(path, LIST)
    assert (asked.status_code, count_of(house, Template)) == (200, 1)
    assert rosa.post(path, form_in(read(asked.text), path)).status_code == 303
    assert count_of(house, Template) == 0
    assert rosa.event("noche-de-valses").summary == "Noche de valses"


def test_it_is_there_for_its_own_district_alone_s18(rosa: Desk, app: Flask, house: House, now: datetime) -> None:
    number = rosa.open(NEW).one("a", cls="chip").attrs["href"].partition("=")[2]
    luis = Desk(app, house, now, "miraflores")
    assert luis.client.get(f"{NEW}?template={number}").status_code == 404
    assert "Concierto" not in luis.open(LIST).text
    assert luis.client.get(f"{NEW}?template=x").status_code == 404
    blank = form_in(luis.open(NEW), NEW)
    assert luis.post(f"{LIST}/{number}", {**blank, "name": "Mía"}).status_code == 404


@pytest.mark.every_database
def test_what_is_gone_since_is_left_out(rosa: Desk, house: House) -> None:
    with house.deed() as session:
        [template] = session.query(Template).all()
        template.draft = {**template.draft, "venue": "no-more", "organisations": [{"slug": "gone", "role": "ally"}]}
    number = rosa.open(NEW).one("a", cls="chip").attrs["href"].partition("=")[2]
    form = form_in(rosa.open(f"{NEW}?template={number}"), NEW)
    assert (form["summary"], form["venue_name"], form["party"]) == (["Noche de valses"], [""], ["", ""])
