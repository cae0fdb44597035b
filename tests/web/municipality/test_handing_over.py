"""S9: a manager leaves, another follows, and nothing of the municipality's is lost; a district that nobody manages."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.db.queries.people import officers
from calendar_service.domain.journal import Audit
from calendar_service.domain.network.news import News
from calendar_service.services.house import House
from calendar_service.services.importing import sources
from calendar_service.services.people import inviting, members, signing_in, tokens
from calendar_service.services.syndication import private_feeds
from tests.builders import PASSWORD, an_account, an_event
from tests.counting import counted
from tests.web.desk import path_of
from tests.web.office import Desk, Fields, form_in
from tests.web.pages import Element

pytestmark = pytest.mark.one_database

PAGE = "/office/districts/barranco"
SURE = {"sure": "1"}


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """The manager of Barranco, who has posted, made a token and a calendar, and invited somebody."""
    rosa = Desk(app, house, now, "barranco", role="manager")
    with house.deed() as session:
        officer = officers.officer_by_id(session, rosa.viewer.officer_id or 0)
        an_event(session, by=rosa.viewer, now=now)
        tokens.make_token(session, officer, district="barranco", name="Página web", by=rosa.viewer, now=now)
        private_feeds.make(session, name="Mi teléfono", by=rosa.viewer, now=now)
        sources.add(session, "https://otra.example/a.ics", district="barranco", by=rosa.viewer, now=now)
        inviting.make_invitation(
            session, address="otra@example.pe", district="barranco", role="officer", by=rosa.viewer, now=now
        )
    return rosa


def with_ana(house: House, now: datetime) -> str:
    """An officer of the same district; her number."""
    with house.deed() as session:
        return str(an_account(session, "ana@example.pe", now=now, districts={"barranco": "officer"}).id)


def listed(page: Element) -> dict[str, list[str]]:
    return {
        each.one("h2").text: [line.all("b")[0].text for line in each.all("li")]
        for each in page.all("section", cls="part")
    }


def test_one_page_says_who_has_what_in_the_municipalitys_name_s9(rosa: Desk) -> None:
    page = rosa.open(PAGE)
    assert listed(page) == {
        "Lo que se queda": [], "Personas": ["Barranco"], "Invitaciones sin respuesta": ["otra@example.pe"],
        "Claves de API": ["Página web"], "Calendarios que se traen de otro sitio": ["https://otra.example/a.ics"],
        "Calendarios privados del equipo": ["Mi teléfono"], "Si te vas tú": [],
    }  # fmt: skip
    assert [each.text for each in page.one("dl", cls="tally").all("dd")] == ["1", "0", "0"]
    assert path_of(rosa.client.get("/office/districts")) == PAGE


@pytest.mark.every_database
def test_the_last_manager_cannot_leave_without_a_successor_and_what_she_held_is_cut_s9(
    app: Flask, rosa: Desk, house: House, now: datetime
) -> None:
    assert "Eres la única persona del equipo" in rosa.open(PAGE).text
    ana = with_ana(house, now)
    form = form_in(rosa.open(PAGE), f"{PAGE}/leave")
    assert form["successor"] == [ana]
    with house.deed() as session:
        officer = officers.officer_by_id(session, rosa.viewer.officer_id or 0)
        officer.password_hash = officers.officer_by_id(session, int(ana)).password_hash
    assert "Lo publicado se queda" in rosa.post(f"{PAGE}/leave", form).text
    for successor, status in (("", 409), ("999", 422)):
        proved: Fields = {**form, **SURE, "successor": successor, "again_password": PASSWORD}
        assert rosa.post(f"{PAGE}/leave", proved).status_code == status
    assert path_of(rosa.post(f"{PAGE}/leave", {**form, **SURE})) == "/office/login"
    assert rosa.client.get("/office/").status_code == 303
    with house.reading() as session:
        heir, gone = officers.officer_by_id(session, int(ana)), officers.officer_by_id(session, officer.id)
        assert ([each.role for each in heir.memberships], gone.memberships) == (["manager"], [])
        by = signing_in.viewer_of(heir)
        told = session.scalars(select(News.kind).where(News.text == heir.name)).all()
        assert told == ["manager-named"]
        assert inviting.pending(session, by=by, now=now) == []
        assert tokens.tokens_of(session, gone.id, now=now) == []
    assert rosa.event("retreta-en-el-parque").host.slug == "barranco"


@pytest.mark.every_database
def test_where_nobody_is_manager_the_facilitator_invites_one_from_there_s9(
    app: Flask, house: House, rosa: Desk, now: datetime
) -> None:
    network = Desk(app, house, now, facilitator=True)
    with house.deed() as session:
        members.deactivate(
            session, officers.officer_by_id(session, rosa.viewer.officer_id or 0), by=network.viewer, now=now
        )
    everywhere = network.open("/office/districts")
    assert "43 municipalidades no tienen responsable" in everywhere.text
    page = network.open(PAGE)
    assert "No queda nadie que pueda entrar" in page.text
    network.press("/office/people", PAGE, address="nueva@example.pe")
    assert "nueva@example.pe" in listed(network.open(PAGE))["Invitaciones sin respuesta"]
    marks = [each.text for each in network.open("/office/districts").all("span", cls="mark")]
    assert (marks.count("invitada, por responder"), marks.count("nadie todavía")) == (1, 42)


@pytest.mark.parametrize(
    ("what", "section", "question"),
    [("tokens", "Claves de API", "No se puede deshacer"),
     ("feeds", "Calendarios privados del equipo", "No se puede deshacer"),
     ("sources", "Calendarios que se traen de otro sitio", "Puedes añadirlo otra vez")],
)  # fmt: skip
def test_what_a_person_holds_is_cut_by_who_looks_after_the_district_and_asked_twice_r25(
    app: Flask, house: House, rosa: Desk, now: datetime, what: str, section: str, question: str
) -> None:
    network = Desk(app, house, now, facilitator=True)
    stranger = Desk(app, house, now, "comas", role="manager")
    page = network.open(PAGE)
    path = next(each.attrs["action"] for each in page.all("form") if f"/{what}/" in each.attrs.get("action", ""))
    form = form_in(page, path)
    assert question in network.post(path, form).text
    token = form_in(stranger.open("/office/account"), "/office/logout")["csrf_token"]
    assert stranger.post(path, {"csrf_token": token, **SURE}).status_code in (403, 404)
    assert section in listed(rosa.open(PAGE))
    assert network.post(path, {**form, **SURE}).status_code == 303
    assert listed(rosa.open(PAGE))[section] == []
    with house.reading() as session:
        assert {"token-revoked", "private-feed-revoked", "source-remove"} & set(session.scalars(select(Audit.deed)))


def test_an_officer_leaves_by_herself_from_her_account(app: Flask, house: House, rosa: Desk, now: datetime) -> None:
    luis = Desk(app, house, now, "miraflores")
    action = "/office/districts/miraflores/leave"
    form = form_in(luis.open("/office/account"), action)
    with house.deed() as session:
        luis_row = officers.officer_by_id(session, luis.viewer.officer_id or 0)
        luis_row.password_hash = an_account(session, "x@example.pe", now=now).password_hash
    assert luis.post(action, {**form, **SURE, "again_password": PASSWORD}).status_code == 303
    with house.reading() as session:
        assert officers.officer_by_id(session, luis.viewer.officer_id or 0).memberships == []


def test_who_belongs_to_no_municipality_reads_how_she_may_publish_again(
    app: Flask, house: House, now: datetime
) -> None:
    page = Desk(app, house, now).open("/office/").one("main")
    assert page.texts("h2") == ["Tu cuenta no pertenece ahora a ninguna municipalidad"]
    assert "officer@red.example" in page.text


@pytest.mark.every_database
def test_the_page_asks_the_database_as_often_however_much_there_is_rule_11(
    house: House, rosa: Desk, now: datetime
) -> None:
    def count(path: str) -> int:
        with counted(house.database) as asked:
            rosa.open(path)
        return len(asked)

    def more(number: int) -> None:
        with house.deed() as session:
            ana = an_account(session, f"ana{number}@example.pe", now=now, districts={"barranco": "officer"})
            tokens.make_token(session, ana, district="barranco", now=now)

    first = count(PAGE)
    for number in range(3):
        more(number)
    assert (first, count(PAGE)) == (14, 14)
