"""A list is made once while nothing public changes, and never shows what is no longer so."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, Response, make_response
from flask.testing import FlaskClient

from calendar_service.app import create_app
from calendar_service.db.engine import Database, Session
from calendar_service.domain.events import Status
from calendar_service.domain.people import Role
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.forms.forgery import form_token
from calendar_service.entrance.repeating import ARRIVED
from calendar_service.services.agenda import places
from calendar_service.services.house import House
from calendar_service.services.network import districts, organisations
from calendar_service.services.network.organisations import Entry
from calendar_service.services.venues import changing
from tests.builders import a_district, an_officer
from tests.counting import counted
from tests.web.conftest import Browser, settings_for
from tests.web.season import Season

pytestmark = pytest.mark.parametrize("copies", ["sqlite"], indirect=True)


def listed(client: FlaskClient) -> list[str]:
    """Which of the evenings the list names."""
    page = client.get("/events").text
    return [each for each in ("Peña", "Retreta", "Borrador") if each in page]


def test_a_list_shows_what_is_posted_at_once_and_nothing_is_read_for_it_twice(
    client: FlaskClient, season: Season, lima: Database
) -> None:
    season.post("Peña", start="2026-12-05T20:00", end="2026-12-05T22:00")
    before = listed(client), listed(client)
    season.post("Borrador", start="2026-12-05T20:00", end="2026-12-05T22:00", status=Status.DRAFT)
    season.post("Retreta", start="2026-12-05T20:00", end="2026-12-05T22:00")
    after = listed(client)
    with counted(lima) as asked:
        again = listed(client)
    assert (*before, after, again) == (["Peña"], ["Peña"], ["Peña", "Retreta"], ["Peña", "Retreta"])
    assert [each.split()[1] for each in asked] == ["scope.revision"]


def test_who_had_to_wait_gets_what_was_made_since_she_came_and_nobody_an_older_page(
    client: FlaskClient, season: Season
) -> None:
    season.post("Peña", start="2026-12-05T20:00", end="2026-12-05T22:00")
    came = time.monotonic()
    client.get("/events")
    season.post("Retreta", start="2026-12-05T20:00", end="2026-12-05T22:00")
    waited, later = (
        client.get("/events", environ_overrides={ARRIVED: since}).text for since in (came, time.monotonic())
    )
    assert [("Peña" in each, "Retreta" in each) for each in (waited, later)] == [(True, False), (True, True)]


def test_what_ends_leaves_the_list_at_its_minute(lima: Database, tmp_path: Path, season: Season, now: datetime) -> None:
    clock = [now]
    house = House(settings=settings_for(lima, tmp_path), installation=lima.installation, database=lima,
                  clock=lambda: clock[0])  # fmt: skip
    app = create_app(house)
    app.test_client_class = Browser
    client = app.test_client()
    season.post("Peña", start="2026-11-30T19:00", end="2026-11-30T21:00")
    seen = [listed(client)]
    for minute in (59, 60):
        clock[0] = datetime.fromisoformat("2026-11-30T20:00-05:00") + timedelta(minutes=minute)
        seen.append(listed(client))
    assert seen == [["Peña"], ["Peña"], []]


def test_each_answer_has_its_own_language_and_nonce_s22(client: FlaskClient, season: Season) -> None:
    answers = [client.get("/events", headers={"Accept-Language": each}) for each in ("es", "es", "en")]
    nonces = [each.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0] for each in answers]
    assert len(set(nonces)) == 3
    assert [each.text.count(f'nonce="{nonce}"') for each, nonce in zip(answers, nonces, strict=True)] == [2, 2, 2]
    assert [answer.text.split('lang="')[1][:2] for answer in answers] == ["es", "es", "en"]


def test_a_page_with_a_form_is_never_given_to_another_s19(app: Flask) -> None:
    room = Room("trial")

    @room.get("/trial", policy=Policy.PUBLIC, repeats=True)
    def trial() -> Response:
        return make_response(form_token())

    room.open(app)
    browser = app.test_client()
    tokens = [browser.get("/trial").text for _ in range(3)]
    assert len(set(tokens)) == 3


def test_a_place_shows_at_once_what_is_said_of_it_anew(client: FlaskClient, season: Season, lima: Database) -> None:
    """Each of these deeds changes no event, and so raises by itself what public pages are kept for."""
    now = season.now

    def profile(session: Session) -> None:
        found = a_district(session, "barranco")
        said = asdict(districts.profile_of(found)) | {"about": "Frente al mar."}
        districts.revise_profile(session, "barranco", said, seen=found.version, by=manager, now=now)

    def venue(session: Session) -> None:
        found = places.venue(session, "parque-municipal", viewer=by)
        to = replace(changing.said_of(found), address="Frente al mar.")
        changing.change(session, found, to, seen=found.version, by=by, now=now)

    def entry(session: Session) -> None:
        found = organisations.organisation(session, "marea", viewer=by)
        to = replace(organisations.entry_of(found), about="Frente al mar.")
        organisations.change(session, found, to, seen=found.version, by=by, now=now)

    season.post("Peña", venue={"name": "Parque Municipal", "kind": "parque"})
    by = season.officers["barranco"]
    with season.house.deed() as session:
        manager = an_officer(session, "barranco", role=Role.MANAGER, now=now)
        organisations.enter(session, Entry(name="Marea", kind="colectivo"), district="barranco", by=by, now=now)
    deeds = {"/districts/barranco": profile, "/venues/parque-municipal": venue, "/organisations/marea": entry}
    for path, deed in deeds.items():
        client.get(path)
        with counted(lima) as asked:
            before = client.get(path).text
        assert [each.split()[1] for each in asked] == ["scope.revision"], path
        with season.house.deed() as session:
            deed(session)
        assert ("Frente al mar." in before, "Frente al mar." in client.get(path).text) == (False, True), path
