"""An event before it is public: its line, its page and its entry in a calendar; nothing is kept by looking."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.domain.events import Event
from calendar_service.domain.mail import Message
from calendar_service.domain.territory.places import Venue
from calendar_service.services.house import House
from tests.web.office import Desk, Fields, count_of, form_in
from tests.web.pages import read
from tests.web.posting.test_posting import CONCERT

pytestmark = pytest.mark.one_database

NEW = "/office/events/new"
LOOK = "/office/events/new/preview"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


def test_what_is_looked_at_is_on_no_list_until_it_is_published_from_there(rosa: Desk, house: House) -> None:
    blank = form_in(rosa.open(NEW), NEW)
    party: Fields = {"party": ["Banda nueva"], "party_role": ["ally"], "party_kind-0": "colectivo"}
    answer = rosa.post(LOOK, {**blank, **CONCERT, **party, "do": "look"})
    page = read(answer.text)
    assert answer.status_code == 200
    assert page.one("ol", cls="rows").one("a").text == "Noche de valses"
    assert page.one("div", cls="calendar-entry").one("b").text == "Noche de valses"
    assert "SUMMARY:Noche de valses" in page.one("pre").text
    assert page.one("article", cls="event").one("h1").text == "Noche de valses"
    assert [count_of(house, each) for each in (Event, Venue)] == [0, 0]
    answer = rosa.post(NEW, {**form_in(page, NEW), "do": "publish"})
    assert (answer.status_code, answer.location) == (303, "/office/events/noche-de-valses?said=published")
    assert rosa.event("noche-de-valses").organisations == [("banda-nueva", "ally")]


def test_one_goes_on_writing_where_one_was(rosa: Desk) -> None:
    blank = form_in(rosa.open(NEW), NEW)
    page = read(rosa.post(LOOK, {**blank, **CONCERT, "venue_name": "", "do": "look"}).text)
    assert "Para publicarlo falta:" in page.one("div", cls="preview").text
    assert [each.attrs["value"] for each in page.all("button") if each.attrs.get("name") == "do"] == ["resume"]
    again = rosa.post(NEW, {**form_in(page, NEW), "do": "resume"})
    assert form_in(read(again.text), NEW)["summary"] == ["Noche de valses"]


@pytest.mark.every_database
def test_a_change_is_looked_at_before_anybody_is_told(rosa: Desk, house: House) -> None:
    rosa.send(NEW, **CONCERT, do="publish")
    edit = "/office/events/noche-de-valses/edit"
    form = {**form_in(rosa.open(edit), edit), "summary": "Noche de polcas", "start_time": "20:00"}
    page = read(rosa.post(LOOK, {**form, "do": "look"}).text)
    assert page.one("article", cls="event").one("h1").text == "Noche de polcas"
    assert rosa.event("noche-de-valses").summary == "Noche de valses"
    assert count_of(house, Message) == 0
    assert rosa.post(edit, {**form_in(page, edit), "do": "save"}).status_code == 303
    assert rosa.event("noche-de-valses").summary == "Noche de polcas"


def test_what_cannot_be_read_is_said_in_the_form(rosa: Desk) -> None:
    blank = form_in(rosa.open(NEW), NEW)
    answer = rosa.post(LOOK, {**blank, **CONCERT, "start_date": "", "do": "look"})
    assert answer.status_code == 422
    assert "Fecha" in read(answer.text).one("div", cls="problems").text
