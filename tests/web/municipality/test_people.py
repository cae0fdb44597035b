"""Who belongs to a municipality: the pages of managers and facilitators."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from calendar_service.domain.access import Viewer
from calendar_service.domain.mail import Message
from calendar_service.domain.people import Invitation, Officer
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.house import House
from calendar_service.services.people import inviting, members
from tests.builders import a_district
from tests.web.desk import an_officer_of, is_in, path_of, send, sign_in
from tests.web.office import Desk, form_in

pytestmark = pytest.mark.one_database

PEOPLE = "/office/people"


@pytest.fixture
def viewers(house: House, now: datetime) -> dict[str, Viewer]:
    """Two municipalities and a facilitator, by short names; each address is the name @example.pe."""
    roles = {"mara": {"barranco": "manager"}, "rosa": {"barranco": "officer"}, "alba": {"ate": "manager"}, "red": {}}
    return {
        name: an_officer_of(house, now, f"{name}@example.pe", facilitator=name == "red", **held)
        for name, held in roles.items()
    }


def browser(app: Flask, name: str) -> FlaskClient:
    client: FlaskClient = app.test_client()
    assert sign_in(client, f"{name}@example.pe").status_code == 303
    return client


def page_of(viewer: Viewer) -> str:
    return f"{PEOPLE}/{viewer.officer_id}"


def officer(house: House, viewer: Viewer) -> Officer:
    with house.reading() as session:
        return members.officer_for(session, viewer.officer_id or 0, by=OPERATOR)


def district_id(house: House, slug: str) -> str:
    with house.reading() as session:
        return str(a_district(session, slug).id)


def test_an_officer_is_not_let_in(app: Flask, viewers: dict[str, Viewer]) -> None:
    """S12: for managers and facilitators."""
    client = browser(app, "rosa")
    assert client.get(PEOPLE).status_code == 403
    assert send(client, PEOPLE, form="/office/account", address="x@example.pe").status_code == 403
    assert 'href="/office/people"' not in client.get("/office/").text


def test_a_manager_sees_her_own_people_only(app: Flask, viewers: dict[str, Viewer]) -> None:
    """S18: the page of somebody else's officer does not exist for her."""
    client = browser(app, "mara")
    shown = client.get(PEOPLE).text
    assert [name for name in viewers if f"{name}@example.pe" in shown] == ["mara", "rosa"]
    assert client.get(page_of(viewers["rosa"])).status_code == 200
    assert client.get(page_of(viewers["alba"])).status_code == 404
    assert client.get(f"{PEOPLE}/99999").status_code == 404


def test_a_facilitator_sees_everybody(app: Flask, viewers: dict[str, Viewer]) -> None:
    """S16."""
    shown = browser(app, "red").get(PEOPLE).text
    assert [name for name in viewers if f"{name}@example.pe" in shown] == list(viewers)


def test_a_manager_invites_by_mail_and_may_hand_over_the_link(
    app: Flask, house: House, viewers: dict[str, Viewer]
) -> None:
    """S7."""
    client = browser(app, "mara")
    answer = send(client, PEOPLE, address="nueva@example.pe", role="officer", district="barranco")
    shown = client.get(answer.headers["Location"]).text
    (link,) = re.findall(r'value="https://agenda\.example(/office/invitation/[^"]+)"', shown)
    assert "Invitación enviada." in shown
    assert link not in client.get(PEOPLE).text
    assert app.test_client().get(link).status_code == 200
    with house.reading() as session:
        assert session.scalars(select(Message.address)).all() == ["nueva@example.pe"]


def test_the_link_is_not_shown_to_another_districts_manager(
    app: Flask, house: House, viewers: dict[str, Viewer]
) -> None:
    """S13."""
    send(browser(app, "mara"), PEOPLE, address="nueva@example.pe", role="officer", district="barranco")
    with house.reading() as session:
        number = session.scalars(select(Invitation.id)).one()
    other = browser(app, "alba").get(f"{PEOPLE}?sent={number}").text
    assert "/office/invitation/" not in other
    assert "nueva@example.pe" not in other


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ({"address": "no address"}, 422, 'id="address-error"'),
        ({"role": "queen"}, 422, 'id="role-error"'),
        ({"role": "facilitator"}, 403, "facilita la red puede"),
        ({"district": "ate"}, 403, "responsable de esa municipalidad"),
        ({"district": "atlantis"}, 404, "No encontramos"),
        ({"address": "rosa@example.pe"}, 409, "ya pertenece"),
    ],
)
def test_what_cannot_be_invited_is_told_and_what_was_typed_is_kept(
    app: Flask, viewers: dict[str, Viewer], typed: dict[str, str], status: int, told: str
) -> None:
    given = {"address": "nueva@example.pe", "role": "officer", "district": "barranco"} | typed
    answer = send(browser(app, "mara"), PEOPLE, **given)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert told in answer.text
    assert f'value="{given["address"]}"' in answer.text


def test_a_facilitator_chooses_the_municipality_or_invites_another_facilitator(
    app: Flask, house: House, viewers: dict[str, Viewer]
) -> None:
    client = browser(app, "red")
    missing = send(client, PEOPLE, address="nueva@example.pe", role="officer", district="")
    assert missing.status_code == 422
    assert 'id="district-error"' in missing.text
    send(client, PEOPLE, address="nueva@example.pe", role="facilitator", district="")
    with house.reading() as session:
        assert session.scalars(select(Invitation.role)).all() == ["facilitator"]


def test_an_invitation_is_taken_back(app: Flask, house: House, viewers: dict[str, Viewer]) -> None:
    client = browser(app, "mara")
    send(client, PEOPLE, address="nueva@example.pe", role="officer", district="barranco")
    with house.reading() as session:
        number = session.scalars(select(Invitation.id)).one()
    path = f"{PEOPLE}/invitations/{number}/revoke"
    assert send(browser(app, "alba"), path, form=PEOPLE).status_code == 404
    assert path_of(send(client, path, form=PEOPLE)) == PEOPLE
    assert "nueva@example.pe" not in client.get(PEOPLE).text
    assert send(client, path, form=PEOPLE).status_code == 409


def test_a_role_is_changed_and_the_officer_signs_in_anew(app: Flask, house: House, viewers: dict[str, Viewer]) -> None:
    """S4."""
    rosas, client = browser(app, "rosa"), browser(app, "mara")
    page, home = page_of(viewers["rosa"]), district_id(house, "barranco")
    assert is_in(rosas)
    assert path_of(send(client, f"{page}/role", form=page, district_id=home, role="manager")) == page
    assert [each.role for each in officer(house, viewers["rosa"]).memberships] == ["manager"]
    assert not is_in(rosas)


def test_what_is_refused_is_told_on_the_officers_page(app: Flask, house: House, viewers: dict[str, Viewer]) -> None:
    """S9: the last manager."""
    client, page = browser(app, "mara"), page_of(viewers["mara"])
    answer = send(client, f"{page}/role", form=page, district_id=district_id(house, "barranco"), role="officer")
    assert answer.status_code == 409
    assert "única persona responsable" in answer.text
    assert f'action="{page}/role"' in answer.text


@pytest.mark.parametrize("deed", ["role", "remove", "close", "open", "sessions"])
def test_a_manager_does_nothing_to_another_districts_officer(
    app: Flask, house: House, viewers: dict[str, Viewer], deed: str
) -> None:
    """S13, S18."""
    client, page = browser(app, "mara"), page_of(viewers["alba"])
    home = district_id(house, "ate")
    assert send(client, f"{page}/{deed}", form=PEOPLE, district_id=home, role="officer", sure="1").status_code == 404
    assert [each.role for each in officer(house, viewers["alba"]).memberships] == ["manager"]


def test_only_a_facilitator_makes_facilitators(app: Flask, house: House, viewers: dict[str, Viewer]) -> None:
    """S12."""
    page = page_of(viewers["rosa"])
    assert send(browser(app, "mara"), f"{page}/facilitator", form=page, facilitator="1").status_code == 403
    assert path_of(send(browser(app, "red"), f"{page}/facilitator", form=page, facilitator="1")) == page
    assert officer(house, viewers["rosa"]).facilitator


def test_somebody_taken_out_of_her_only_district_is_in_no_managers_list(
    app: Flask, house: House, viewers: dict[str, Viewer]
) -> None:
    client, page = browser(app, "mara"), page_of(viewers["rosa"])
    answer = send(client, f"{page}/remove", form=page, district_id=district_id(house, "barranco"), sure="1")
    assert path_of(answer) == PEOPLE
    assert "rosa@example.pe" not in client.get(PEOPLE).text
    assert client.get(page).status_code == 404


def test_an_account_is_closed_and_opened_again(app: Flask, viewers: dict[str, Viewer]) -> None:
    """S9."""
    rosas, client, page = browser(app, "rosa"), browser(app, "mara"), page_of(viewers["rosa"])
    send(client, f"{page}/close", form=page, sure="1")
    assert not is_in(rosas)
    assert "cuenta cerrada" in client.get(page).text
    assert sign_in(rosas, "rosa@example.pe").status_code == 403
    send(client, f"{page}/open", form=page)
    assert sign_in(rosas, "rosa@example.pe").status_code == 303


def test_she_is_signed_out_everywhere(app: Flask, viewers: dict[str, Viewer]) -> None:
    """S5: by who looks after her."""
    rosas, page = browser(app, "rosa"), page_of(viewers["rosa"])
    send(browser(app, "red"), f"{page}/sessions", form=page)
    assert not is_in(rosas)


def test_a_form_without_its_district_is_refused(app: Flask, viewers: dict[str, Viewer]) -> None:
    client, page = browser(app, "mara"), page_of(viewers["rosa"])
    assert send(client, f"{page}/remove", form=page, district_id="x", sure="1").status_code == 422


def test_the_list_asks_no_more_for_more_people(app: Flask, house: House, now: datetime) -> None:
    """Rule 11: the number of queries is a literal."""
    from tests.counting import counted

    an_officer_of(house, now, "mara@example.pe", barranco="manager")
    client = browser(app, "mara")
    seen = []
    for number in range(3):
        an_officer_of(house, now, f"{number}@example.pe", barranco="officer", ate="officer")
        send(client, PEOPLE, address=f"new{number}@example.pe", role="officer", district="barranco")
        with counted(house.database) as asked:
            assert client.get(PEOPLE).status_code == 200
        seen.append(len(asked))
    assert seen == [11, 11, 11]


def test_who_let_an_invitation_run_out_is_on_the_desk_until_asked_again(
    app: Flask, house: House, now: datetime
) -> None:
    desk = Desk(app, house, now, "barranco", role="manager")
    with house.deed() as session:
        for who, days in (("ana", 9), ("eva", 15), ("luz", 6)):
            then = now - timedelta(days=days)
            address = f"{who}@barranco.example"
            inviting.invite(session, address=address, district="barranco", role="officer", by=desk.viewer, now=then)
    page = desk.open("/office/")
    again = [each for each in page.hrefs() if "again=" in each]
    assert ("Invitar otra vez a ana@barranco.example" in page.text, len(again)) == (True, 1)
    form = form_in(desk.open(again[0].partition("#")[0]), "/office/people")
    assert [form[each] for each in ("address", "role", "district")] == [
        ["ana@barranco.example"],
        ["officer"],
        ["barranco"],
    ]
    assert desk.post("/office/people", form).status_code == 303
    assert "Invitar otra vez" not in desk.open("/office/").text
