"""Joint events and clusters on the desk: districts are asked, and answer for themselves (S15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.clusters import Cluster
from calendar_service.services.access import own_event
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from calendar_service.services.house import House
from calendar_service.services.joint import cohosting
from tests.builders import an_event
from tests.web.office import Desk, Fields, count_of, form_in, problem_at, value_of
from tests.web.pages import Element, read

pytestmark = pytest.mark.one_database

EVENT = "/office/events/retreta-en-el-parque"
ASK = f"{EVENT}/cohosts"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, the host."""
    return Desk(app, house, now, "barranco")


@pytest.fixture
def luis(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Miraflores, next to Barranco."""
    return Desk(app, house, now, "miraflores")


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    """Somebody else's browser."""
    browser: FlaskClient = app.test_client()
    return browser


def posted(desk: Desk, **fields: Any) -> Event:  # noqa: ANN401 - any field of the API
    """An event of hers, posted a week ago."""
    with desk.house.deed() as session:
        return an_event(session, by=desk.viewer, now=desk.now - timedelta(days=7), **fields)


def asked(rosa: Desk, luis: Desk, **fields: Any) -> None:  # noqa: ANN401 - any field of the API
    """An event that Miraflores is asked to co-host."""
    posted(rosa, **fields)
    rosa.press(ASK, districts=["miraflores"])


def joint(rosa: Desk, luis: Desk) -> None:
    """An event that Miraflores co-hosts."""
    asked(rosa, luis)
    luis.press(f"{EVENT}/answer", EVENT, contribution="El estrado", do="accept")


def states(desk: Desk) -> dict[str, str]:
    return {each.district.slug: each.state for each in desk.event("retreta-en-el-parque").hosts}


def a_cluster(rosa: Desk, luis: Desk) -> None:
    """Malecón: Barranco and Miraflores in it, Chorrillos asked."""
    rosa.press("/office/clusters/new", name="Malecón", theme="Junto al mar", members=["miraflores", "chorrillos"])
    luis.press("/office/clusters/malecon/answer", "/office/clusters", do="accept")


def test_neighbours_are_offered_first_and_who_is_in_it_not_at_all(rosa: Desk, luis: Desk) -> None:
    asked(rosa, luis)
    page = rosa.open(ASK)
    near = [each.attrs["value"] for each in page.one("fieldset", cls="field").all("input")]
    far = [each.attrs["value"] for each in page.all("details")[-1].all("input")]
    assert near == ["chorrillos", "santiago-de-surco"]
    assert (len(far), {"barranco", "miraflores"} & {*near, *far}) == (39, set())


def test_a_district_is_named_nowhere_before_it_accepts_s15(rosa: Desk, luis: Desk, citizen: FlaskClient) -> None:
    asked(rosa, luis)
    public = ("/events/retreta-en-el-parque", "/districts/miraflores", "/feeds/districts/miraflores.ics")
    assert "Miraflores" not in citizen.get(public[0]).text
    assert [each for each in public[1:] if "Retreta" in citizen.get(each).text] == []
    luis.press(f"{EVENT}/answer", EVENT, contribution="El estrado", do="accept")
    assert "Miraflores" in citizen.get(public[0]).text
    assert [each for each in public[1:] if "Retreta" not in citizen.get(each).text] == []


def test_an_invitation_waits_on_the_desk_until_it_is_answered(rosa: Desk, luis: Desk) -> None:
    asked(rosa, luis)
    for page in ("/office/", "/office/invitations"):
        assert EVENT in luis.open(page).hrefs()
    luis.press(f"{EVENT}/answer", EVENT, do="decline")
    assert states(rosa) == {"miraflores": "declined"}
    for page in ("/office/", "/office/invitations"):
        assert EVENT not in luis.open(page).hrefs()


def test_a_cohost_says_what_it_brings_and_edits_nothing_else_s15(rosa: Desk, luis: Desk) -> None:
    joint(rosa, luis)
    luis.press(f"{EVENT}/contribution", EVENT, contribution="El estrado y la movilidad")
    assert "El estrado y la movilidad" in rosa.open(EVENT).one("ul", cls="rows").text
    actions = [each.attrs["action"] for each in luis.open(EVENT).all("form") if EVENT in each.attrs["action"]]
    assert actions == [f"{EVENT}/contribution", f"{EVENT}/leave", f"{EVENT}/requests"]
    for each in (f"{EVENT}/edit", ASK):
        luis.open(each, status=403)


def test_the_internal_note_is_read_by_who_has_accepted_and_not_by_who_is_asked_s15(rosa: Desk, luis: Desk) -> None:
    asked(rosa, luis, internal_note="Presupuesto: 900")
    with rosa.house.deed() as session:
        event = own_event(session, "retreta-en-el-parque", viewer=rosa.viewer)
        data = {**draft_of(event), "internal_note": "Presupuesto: 800"}
        noted = read_draft(data, metropolis=session.installation.metropolis, strict=False)
        revise(session, event, noted, seen=None, by=rosa.viewer, now=rosa.now)
    pages = (EVENT, f"{EVENT}/history")
    assert ["Presupuesto" in luis.open(each).one("main").text for each in pages] == [False, False]
    luis.press(f"{EVENT}/answer", EVENT, do="accept")
    assert ["Presupuesto" in luis.open(each).one("main").text for each in pages] == [True, True]


def test_a_cohost_leaves_and_the_history_stays_s15(rosa: Desk, luis: Desk) -> None:
    joint(rosa, luis)
    answer = luis.press(f"{EVENT}/leave", EVENT)
    assert answer.location == "/office/invitations?said=left"
    assert states(rosa) == {"miraflores": "left"}
    assert rosa.open(f"{EVENT}/history").texts("h2")[0] == "Dejó de coorganizar"


def test_who_declines_a_draft_no_longer_sees_it_s17(rosa: Desk, luis: Desk) -> None:
    asked(rosa, luis, status=Status.DRAFT)
    luis.press(f"{EVENT}/answer", EVENT, do="decline")
    luis.open(EVENT, status=404)


def test_an_invitation_is_answered_once(rosa: Desk, luis: Desk) -> None:
    asked(rosa, luis)
    form: Fields = {**form_in(luis.open(EVENT), f"{EVENT}/answer"), "do": "accept"}
    assert luis.post(f"{EVENT}/answer", form).status_code == 303
    answer = luis.post(f"{EVENT}/answer", {**form, "do": "decline"})
    assert answer.status_code == 409
    assert "Esta invitación ya tiene respuesta." in answer.text
    assert states(rosa) == {"miraflores": "accepted"}


def test_nobody_answers_for_another_district_s13(rosa: Desk, luis: Desk, app: Flask, house: House) -> None:
    asked(rosa, luis)
    form: Fields = {**form_in(luis.open(EVENT), f"{EVENT}/answer"), "do": "accept"}
    stranger = Desk(app, house, rosa.now, "surquillo")
    theirs = form_in(stranger.open("/office/account"), "/office/logout")
    forged: Fields = {**form, "csrf_token": theirs["csrf_token"]}
    assert stranger.post(f"{EVENT}/answer", forged).status_code == 404
    own = form_in(rosa.open("/office/account"), "/office/logout")
    assert rosa.post(f"{EVENT}/answer", {**form, "csrf_token": own["csrf_token"]}).status_code == 403
    assert states(rosa) == {"miraflores": "invited"}


def test_a_contribution_that_is_too_long_is_said_at_its_field(rosa: Desk, luis: Desk) -> None:
    joint(rosa, luis)
    page = read(luis.send(f"{EVENT}/contribution", EVENT, contribution="x" * 501).text)
    assert problem_at(page, "contribution") == "Es demasiado largo: escribe como máximo 500 caracteres."


def test_a_whole_cluster_is_asked_at_once(rosa: Desk, luis: Desk) -> None:
    a_cluster(rosa, luis)
    posted(rosa)
    rosa.press(ASK, clusters=["malecon"], districts=["surquillo"])
    assert states(rosa) == {"miraflores": "invited", "surquillo": "invited"}


def test_asking_nobody_is_asked_back(rosa: Desk) -> None:
    posted(rosa)
    answer = rosa.send(ASK)
    assert answer.status_code == 422
    assert problem_at(read(answer.text), "districts") == "Marca al menos un distrito o una agrupación."


def test_who_declined_may_be_asked_again(rosa: Desk, luis: Desk) -> None:
    asked(rosa, luis)
    luis.press(f"{EVENT}/answer", EVENT, do="decline")
    rosa.press(ASK, districts=["miraflores"])
    assert states(rosa) == {"miraflores": "invited"}


def test_events_that_are_over_ask_for_no_answer(rosa: Desk, luis: Desk) -> None:
    posted(rosa, start="2026-11-28T19:30", end="2026-11-28T21:00")
    with rosa.changing("retreta-en-el-parque") as (session, event):
        cohosting.ask(session, event, ["miraflores"], by=rosa.viewer, now=rosa.now - timedelta(days=5))
    assert EVENT not in luis.open("/office/invitations").hrefs()


# --- clusters ----------------------------------------------------------------------------------------------


def members_of(page: Element, slug: str) -> list[str]:
    """Who is in a cluster, as one sentence, then a line for each who has not accepted."""
    section = next(each for each in page.all("section") if each.attrs.get("aria-labelledby") == f"c-{slug}")
    sentence = next(each for each in section.texts("p") if each.startswith(("Barranco", "De acuerdo")))
    return [sentence, *section.one("ul").texts("li")]


def test_a_cluster_exists_once_two_districts_have_accepted(rosa: Desk, luis: Desk, citizen: FlaskClient) -> None:
    rosa.press("/office/clusters/new", name="Malecón", members=["miraflores", "chorrillos"])
    assert citizen.get("/clusters/malecon").status_code == 404
    assert members_of(rosa.open("/office/clusters"), "malecon") == [
        "De acuerdo por ahora: Barranco. Existe desde que acepten dos.",
        "Chorrillos por responder", "Miraflores por responder",
    ]  # fmt: skip
    luis.press("/office/clusters/malecon/answer", "/office/", do="accept")
    assert citizen.get("/clusters/malecon").status_code == 200


def test_from_a_cluster_one_goes_to_its_board(rosa: Desk, luis: Desk, citizen: FlaskClient) -> None:
    a_cluster(rosa, luis)
    board = "/office/board?cluster=malecon"
    assert [board in rosa.open(each).hrefs() for each in ("/office/clusters", "/clusters/malecon")] == [True, True]
    assert board not in citizen.get("/clusters/malecon").text


def test_a_cluster_is_left_in_two_steps_and_its_history_stays_r25(rosa: Desk, luis: Desk) -> None:
    a_cluster(rosa, luis)
    page = luis.open("/office/clusters")
    assert [each.one("summary").text for each in page.one("section").all("details")] == ["Salir con Miraflores"]
    luis.press("/office/clusters/malecon/leave", "/office/clusters")
    assert members_of(rosa.open("/office/clusters"), "malecon")[-1] == "Miraflores se retiró"


def test_a_declined_cluster_asks_no_more(rosa: Desk, luis: Desk) -> None:
    rosa.press("/office/clusters/new", name="Malecón", members=["miraflores"])
    luis.press("/office/clusters/malecon/answer", "/office/clusters", do="decline")
    assert luis.open("/office/clusters").all("section") == []
    assert "Malecón" not in luis.open("/office/").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": " ", "members": ["miraflores"]}, "name"), ({"name": "Malecón"}, "members"),
     ({"name": "x" * 121, "members": ["miraflores"]}, "name")],
)  # fmt: skip
def test_a_proposal_that_cannot_be_keeps_what_was_typed(rosa: Desk, house: House, typed: Fields, field: str) -> None:
    answer = rosa.send("/office/clusters/new", **typed, theme="Junto al mar")
    page = read(answer.text)
    assert (answer.status_code, value_of(page, "theme")) == (422, "Junto al mar")
    assert problem_at(page, field)
    assert count_of(house, Cluster) == 0


def test_nobody_proposes_or_answers_for_another_district_s13(rosa: Desk, luis: Desk, house: House) -> None:
    answer = rosa.send("/office/clusters/new", name="Malecón", members=["surquillo"], proposer="miraflores")
    assert (answer.status_code, count_of(house, Cluster)) == (403, 0)
    a_cluster(rosa, luis)
    form = form_in(rosa.open("/office/clusters"), "/office/clusters/malecon/leave")
    forged: Fields = {**form, "district": "chorrillos", "do": "accept"}
    assert rosa.post("/office/clusters/malecon/answer", forged).status_code == 403
    assert rosa.post("/office/clusters/nunca-vista/answer", forged).status_code == 404


def test_an_answer_given_twice_is_a_sentence(rosa: Desk, luis: Desk) -> None:
    rosa.press("/office/clusters/new", name="Malecón", members=["miraflores"])
    form: Fields = {**form_in(luis.open("/office/clusters"), "/office/clusters/malecon/answer"), "do": "accept"}
    assert luis.post("/office/clusters/malecon/answer", form).status_code == 303
    answer = luis.post("/office/clusters/malecon/answer", form)
    assert answer.status_code == 409
    assert "Esta invitación ya tiene respuesta." in read(answer.text).one("div", cls="problems").text
