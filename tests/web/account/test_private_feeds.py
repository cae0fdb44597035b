"""An officer's own calendars: what she sees, at an address that is a secret (S42, CONTRACT "Feeds")."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import HoldShows, Status
from calendar_service.services.house import House
from calendar_service.services.people import members
from calendar_service.services.people.signing_in import viewer_of
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication.private_feeds import MOST
from tests.builders import a_district, an_event
from tests.counting import counted
from tests.services.feeding import of_the_office, post, vevents_of
from tests.web.feed_clients import away
from tests.web.office import Desk, form_in
from tests.web.pages import read

pytestmark = pytest.mark.one_database

FEEDS = "/office/feeds"
SECRET = re.compile(r"https://agenda\.example(/feeds/private/[\w-]{22}\.ics)")


@pytest.fixture
def desk(app: Flask, house: House, now: datetime) -> Desk:
    """Somebody of Barranco, whose neighbours are Miraflores, Chorrillos and Surco."""
    return Desk(app, house, now, "barranco")


@pytest.fixture
def season(lima: Database, now: datetime) -> None:
    """In Barranco, in a district next to it and in one far away: what is public, held and only thought of."""
    for host in ("barranco", "miraflores", "ancon"):
        post(lima, now, host=host, summary=f"Público de {host}")
        post(lima, now, host=host, summary=f"Borrador de {host}", status=Status.DRAFT)
        post(lima, now, host=host, summary=f"Sorpresa de {host}", status=Status.TENTATIVE, rrule="FREQ=WEEKLY;COUNT=3")
    with lima.deed() as session:
        shown = an_event(
            session, by=of_the_office(session, "miraflores"), now=now, host="miraflores", summary="Reserva abierta",
            status=Status.TENTATIVE,
        )  # fmt: skip
        shown.hold_shows = HoldShows.FULL


def made(desk: Desk, **typed: str) -> str:
    """Make a calendar at the desk; its path, as the answer shows it once."""
    answer = desk.send(FEEDS, FEEDS, **{"name": "Mi teléfono", **typed})
    assert answer.status_code == 200, answer.text[-2000:]
    return shown_in(answer)


def shown_in(answer: TestResponse) -> str:
    found = SECRET.search(answer.text)
    assert found
    return found[1]


def titles(answer: TestResponse) -> list[tuple[str, str]]:
    return sorted((each["SUMMARY"].value, each["STATUS"].value) for each in vevents_of(answer.text))


@pytest.mark.usefixtures("season")
def test_she_sees_her_district_its_neighbours_and_their_plans_as_far_as_she_may(
    desk: Desk, client: FlaskClient
) -> None:
    answer = client.get(made(desk))
    assert titles(answer) == [
        ("BORRADOR: Borrador de barranco", "TENTATIVE"),
        ("Público de barranco", "CONFIRMED"),
        ("Público de miraflores", "CONFIRMED"),
        ("RESERVA: Reserva abierta", "TENTATIVE"),
        ("RESERVA: Sorpresa de barranco", "TENTATIVE"),
        ("Reservado por Municipalidad de Miraflores", "TENTATIVE"),
    ]


@pytest.mark.usefixtures("season")
def test_a_busy_hold_says_hours_what_it_is_and_for_whom_and_no_more_s17(desk: Desk, client: FlaskClient) -> None:
    answer = client.get(made(desk))
    (busy,) = (each for each in vevents_of(answer.text) if each["SUMMARY"].value.startswith("Reservado"))
    assert busy.keys() == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "RRULE", "STATUS", "SUMMARY",
        "DESCRIPTION", "CATEGORIES", "CLASS", "TRANSP",
    }  # fmt: skip
    assert busy["CLASS"].value == "PRIVATE"
    assert busy["DESCRIPTION"].value == "Bandas y retretas · Todo público"
    assert "Sorpresa de miraflores" not in answer.text
    assert "Borrador de miraflores" not in answer.text


@pytest.mark.every_database
@pytest.mark.usefixtures("season")
def test_a_selection_asked_by_words_finds_no_busy_hold_by_its_words(desk: Desk, client: FlaskClient) -> None:
    path = made(desk, address="https://agenda.example/events?q=sorpresa&when=week")
    assert titles(client.get(path)) == [("RESERVA: Sorpresa de barranco", "TENTATIVE")]


@pytest.mark.usefixtures("season")
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_every_format_shows_her_the_same_and_of_a_busy_hold_no_title(desk: Desk, client: FlaskClient) -> None:
    """CONTRACT "Feeds": each also as .atom, .json and .csv (S17, S42)."""
    path = made(desk).removesuffix("ics")
    answers = {each: client.get(path + each) for each in ("ics", "atom", "json", "csv")}
    secret = path.removeprefix("/feeds/private/").removesuffix(".")
    for answer in answers.values():
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
        assert secret not in answer.text + str(answer.headers)
        assert "de ancon" not in answer.text
        assert "Borrador de miraflores" not in answer.text
        assert "Sorpresa de miraflores" not in answer.text
    expected = sorted(title for title, _ in titles(answers["ics"]))
    news, rows = json.loads(answers["json"].data), list(csv.DictReader(io.StringIO(answers["csv"].text)))
    entries = ET.fromstring(answers["atom"].data).findall("{http://www.w3.org/2005/Atom}entry")  # noqa: S314 - ours
    assert sorted(each["title"] for each in news["items"]) == expected
    assert sorted(each.findtext("{http://www.w3.org/2005/Atom}title") or "" for each in entries) == expected
    busy = [each for each in rows if each["summary"].startswith("Reservado por")]
    assert [each["start"] for each in busy] == ["2026-12-05T19:30", "2026-12-12T19:30", "2026-12-19T19:30"]
    assert {name for name, cell in busy[0].items() if cell} == {
        "uid", "recurrence_id", "start", "end", "timezone", "all_day", "status", "summary", "district_code", "district",
        "disciplines", "audiences",
    }  # fmt: skip
    assert {(each["summary"], each["status"]) for each in rows if each["district"] == "Barranco"} == {
        ("Público de barranco", "confirmed"), ("Borrador de barranco", "draft"),
        ("Sorpresa de barranco", "tentative"),
    }  # fmt: skip
    (draft,) = (each for each in news["items"] if each["title"].startswith("BORRADOR"))
    assert draft["url"] == "https://agenda.example/office/events/borrador-de-barranco"
    again = client.get(f"{path}json", headers={"If-None-Match": answers["json"].headers["ETag"]})
    assert again.status_code == 304


def test_its_answer_is_private_and_says_nothing_of_its_address_s42(
    desk: Desk, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    path = made(desk)
    caplog.set_level(logging.INFO)
    answer = client.get(path)
    assert answer.status_code == 200
    headers = answer.headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Last-Modified" not in headers
    assert headers["Content-Disposition"] == 'inline; filename="agenda.ics"'
    secret = path.removeprefix("/feeds/private/").removesuffix(".ics")
    assert secret not in answer.text
    assert secret not in str(headers)
    assert all(secret not in str(vars(each)) for each in caplog.records)


def test_it_is_polled_by_its_tag_and_packed_for_who_takes_it(
    desk: Desk, client: FlaskClient, lima: Database, now: datetime
) -> None:
    path = made(desk)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    post(lima, now, summary="Idea", status=Status.DRAFT)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.every_database
def test_while_nothing_of_hers_changes_a_poll_composes_nothing(
    desk: Desk, client: FlaskClient, lima: Database, season: None, now: datetime
) -> None:
    """Its secret is looked up, and whether anything changed; what others plan elsewhere does not matter to her."""
    path = made(desk)
    known = {"If-None-Match": client.get(path).headers["ETag"]}

    def composed() -> tuple[int, bool]:
        with counted(lima) as asked:
            answer = client.get(path, headers=known)
        known["If-None-Match"] = answer.headers["ETag"]
        return answer.status_code, any("kept_text" in each for each in asked)

    assert composed() == (304, False)
    post(lima, now, host="ancon", summary="Lejos", status=Status.DRAFT)
    assert composed() == (304, False)
    plans = (
        {"host": "barranco", "status": Status.DRAFT}, {"host": "miraflores", "status": Status.TENTATIVE},
        {"host": "miraflores"},
    )  # fmt: skip
    slugs = []
    for plan in plans:
        slugs.append(post(lima, now, summary="Cerca", **plan))
        assert composed() == (200, True), plan
        assert composed() == (304, False)
    with lima.deed() as session:
        event = event_by_slug(session, slugs[-1])
        cancel(session, event, reason="Lluvia", by=of_the_office(session, "miraflores"), now=now)
    assert composed() == (200, True)
    with counted(lima) as asked:
        client.get(path, headers=known)
    assert len(asked) == 4


@pytest.mark.every_database
def test_its_secret_is_kept_as_a_hash_and_changed_with_one_click(desk: Desk, client: FlaskClient) -> None:
    old = made(desk)
    answer = desk.send(f"{FEEDS}/1/rotate", FEEDS)
    new = shown_in(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    assert SECRET.search(desk.client.get(FEEDS).text) is None
    revoke = f"{FEEDS}/1/revoke"
    asked = read(desk.post(revoke, form_in(desk.open(FEEDS), revoke)).text).one("section", cls="prose")
    assert (asked.texts("h1"), asked.texts("b"), asked.hrefs()) == (["¿Segura, seguro?"], ["Mi teléfono"], [FEEDS])
    desk.press(f"{FEEDS}/1/revoke", FEEDS, sure="1")
    assert client.get(new).status_code == 404


def test_its_last_use_is_shown(desk: Desk, client: FlaskClient) -> None:
    path = made(desk)
    assert "nadie lo ha leído todavía" in desk.client.get(FEEDS).text
    client.get(path)
    assert "se leyó el" in desk.client.get(FEEDS).text


def test_it_dies_with_the_officer_and_does_not_come_back(
    desk: Desk, client: FlaskClient, house: House, now: datetime, app: Flask
) -> None:
    path = made(desk)
    facilitator = Desk(app, house, now, facilitator=True).viewer
    for deed in (members.deactivate, members.reactivate):
        with house.deed() as session:
            officer = members.officer_for(session, desk.viewer.officer_id or 0, by=facilitator)
            deed(session, officer, by=facilitator, now=now)
        assert client.get(path).status_code == 404


def test_who_left_the_district_sees_its_plans_no_more(
    desk: Desk, client: FlaskClient, house: House, now: datetime, app: Flask, season: None
) -> None:
    path = made(desk)
    facilitator = Desk(app, house, now, facilitator=True).viewer
    with house.deed() as session:
        officer = members.officer_for(session, desk.viewer.officer_id or 0, by=facilitator)
        members.remove(session, officer, district_id=a_district(session, "barranco").id, by=facilitator, now=now)
        assert viewer_of(officer).districts == frozenset()
    assert client.get(path).status_code == 404


def test_nobody_reaches_another_officers_calendar(desk: Desk, app: Flask, house: House, now: datetime) -> None:
    made(desk)
    other = Desk(app, house, now, "lima")
    for deed in ("rotate", "revoke"):
        form = {"csrf_token": other.client.get(FEEDS).text.split('name="csrf_token" value="')[1].split('"')[0]}
        assert other.post(f"{FEEDS}/1/{deed}", {**form, "sure": "1"}).status_code == 404


def test_an_unknown_address_is_one_sentence(client: FlaskClient) -> None:
    answer = client.get("/feeds/private/" + "a" * 22 + ".ics")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"name": ""}, "name-error"), ({"address": "https://x.example/events?when=never"}, "address-error")],
)
def test_what_cannot_be_made_is_told_at_its_field(desk: Desk, typed: dict[str, str], said: str) -> None:
    answer = desk.send(FEEDS, FEEDS, **{"name": "Mi teléfono", **typed})
    assert answer.status_code == 422
    assert said in answer.text


def test_an_officer_has_at_most_a_few(desk: Desk) -> None:
    for _ in range(MOST):
        made(desk)
    assert desk.send(FEEDS, FEEDS, name="Otro").status_code == 409


def test_without_the_database_it_is_asked_again_later(desk: Desk, client: FlaskClient, lima: Database) -> None:
    """No copy of what is not public lies anywhere, and nobody could say whether the address still works."""
    path = made(desk)
    client.get(path)
    if lima.is_sqlite:
        return
    with away(lima):
        answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
