"""Cross-promotion on the desk: two municipalities, each in front of its own browser, and a citizen."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from calendar_service.services.house import House
from tests.builders import an_event
from tests.web.office import Desk, form_in
from tests.web.pages import read

pytestmark = pytest.mark.one_database

EVENT = "/office/events/retreta-en-el-parque"
SHARE = f"{EVENT}/share"
ANSWER = "/office/shares/retreta-en-el-parque/answer"
TAKE_DOWN = "/office/shares/retreta-en-el-parque/take-down"
PLACES = ("/districts/miraflores", "/events?district=miraflores", "/embed?district=miraflores",
          "/print?district=miraflores&from=2026-12-01&to=2026-12-31", "/feeds/districts/miraflores.ics",
          "/feeds/districts/miraflores.atom", "/feeds/districts/miraflores.json")  # fmt: skip


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, with a concert."""
    desk = Desk(app, house, now, "barranco")
    with house.deed() as session:
        an_event(session, by=desk.viewer, now=now)
    return desk


@pytest.fixture
def luis(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Miraflores, next to Barranco."""
    return Desk(app, house, now, "miraflores")


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    """Somebody else's browser."""
    browser: FlaskClient = app.test_client()
    return browser


def marked(citizen: FlaskClient) -> list[bool]:
    """Whether each of a district's places shows the concert, and says whose it is."""
    texts = [citizen.get(each).text.replace("\r\n ", "") for each in PLACES]
    assert ["Retreta" in each for each in texts] == ["Compartido por" in each for each in texts]
    return ["Compartido por" in each for each in texts]


@pytest.mark.every_database
def test_two_municipalities_share_an_event_and_take_it_back(rosa: Desk, luis: Desk, citizen: FlaskClient) -> None:
    assert "Nadie todavía" in rosa.open(EVENT).text
    rosa.press(SHARE, districts=["miraflores"], text="¡Los esperamos!")
    assert marked(citizen) == [False] * len(PLACES)
    for page in ("/office/", "/office/invitations"):
        assert "/office/shares" in luis.open(page).one("main").hrefs()
    assert "¡Los esperamos!" in luis.open("/office/shares").text
    luis.press(ANSWER, "/office/shares", do="accept")
    assert marked(citizen) == [True] * len(PLACES)
    assert "Miraflores lo muestra" in rosa.open(SHARE).text
    assert "/districts/miraflores" in rosa.open(EVENT).hrefs()
    assert "También lo difundeMiraflores" in read(citizen.get("/events/retreta-en-el-parque").text).one("dl").text
    luis.press(TAKE_DOWN, "/office/shares")
    assert marked(citizen) == [False] * len(PLACES)
    luis.press(ANSWER, "/office/shares", do="accept")
    rosa.press(f"{SHARE}/withdraw", SHARE)
    assert marked(citizen) == [False] * len(PLACES)
    assert luis.open("/office/shares").all("form", cls="deed") == []


def test_neighbours_and_clusters_are_proposed_to_at_once_and_who_was_is_not_offered_again(rosa: Desk) -> None:
    rosa.press(SHARE, neighbours="1")
    page = rosa.open(SHARE)
    assert [each.one("b").text for each in page.all("li", cls="share")] == [
        "Chorrillos", "Miraflores", "Santiago de Surco",
    ]  # fmt: skip
    offered = [each.attrs["value"] for each in page.all("input") if each.attrs.get("name") == "districts"]
    assert {"miraflores", "barranco"} & {*offered} == set()
    nobody = rosa.send(SHARE, districts=[])
    assert (nobody.status_code, "Marca al menos un distrito" in nobody.text) == (422, True)


def test_an_answer_given_twice_is_a_sentence(rosa: Desk, luis: Desk) -> None:
    rosa.press(SHARE, districts=["miraflores"])
    form = {**form_in(luis.open("/office/shares"), ANSWER), "do": "decline"}
    assert luis.post(ANSWER, form).status_code == 303
    again = luis.post(ANSWER, form)
    assert (again.status_code, "ya está de otra manera" in again.text) == (409, True)
    assert read(again.text).texts("h2") == ["Lo que no muestras"]


def test_always_is_said_while_accepting_and_taken_back_on_the_page_of_agreements(rosa: Desk, luis: Desk) -> None:
    rosa.press(SHARE, districts=["miraflores"])
    luis.press(ANSWER, "/office/shares", do="accept", always="1")
    with rosa.house.deed() as session:
        an_event(session, by=rosa.viewer, now=rosa.now, summary="Otra retreta")
    page = rosa.open("/office/events/otra-retreta/share")
    ticked = [each.attrs["value"] for each in page.all("input") if "checked" in each.attrs]
    assert ticked == ["miraflores"]
    rosa.press("/office/events/otra-retreta/share")
    assert "Miraflores lo muestra por acuerdo permanente" in rosa.open("/office/events/otra-retreta/share").text
    assert "Miraflores" in rosa.open("/office/shares/agreements").one("section").text
    luis.press("/office/shares/agreements/1/end", "/office/shares/agreements")
    assert luis.open("/office/shares/agreements").all("section") == []


def test_an_agreement_of_one_discipline_is_made_on_its_page(rosa: Desk, luis: Desk) -> None:
    luis.press("/office/shares/agreements", giver="barranco", discipline="teatro")
    assert luis.open("/office/shares/agreements").one("section").one("span", cls="mark").text == "Teatro"
    rosa.press(SHARE, districts=["miraflores"])
    assert "Retreta" in luis.open("/office/shares").one("section").text
    nobody = luis.send("/office/shares/agreements", giver="")
    assert (nobody.status_code, "De quién" in read(nobody.text).one("div", cls="problems").text) == (422, True)
