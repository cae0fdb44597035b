"""The same feeds for readers of news and for spreadsheets (CONTRACT "Feeds")."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Status
from calendar_service.services.status.statuses import cancel
from feeds.news.entries import MOST
from tests.services.feeding import of_the_office, post
from tests.web.pages import visit

pytestmark = pytest.mark.one_database

ATOM = "{http://www.w3.org/2005/Atom}"
FORMATS = ("atom", "json", "csv")
COLUMNS = (
    "uid,recurrence_id,start,end,timezone,all_day,status,summary,district_code,district,cohosts,venue,address,lat,lon,"
    "disciplines,format,audiences,free,price,currency,accessibility,url"
)


@pytest.fixture(autouse=True)
def season(lima: Database, now: datetime) -> None:
    """A series, a later and cancelled concert with letters that hurt, and what nobody may see."""
    post(lima, now, summary="Taller", rrule="FREQ=WEEKLY;COUNT=3", disciplines=["danza"])
    slug = post(lima, now, host="lima", summary='=Ñandú & <b>cajón</b>; "gran" 🎺', description="Uno\n**dos** ]]>")
    with lima.deed() as session:
        later = now + timedelta(hours=1)
        cancel(session, event_by_slug(session, slug), reason="Lluvia", by=of_the_office(session, "lima"), now=later)
    post(lima, now, summary="Borrador", status=Status.DRAFT)
    post(lima, now, summary="Reserva", status=Status.TENTATIVE)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("path", ["/feeds/all", "/feeds/districts/lima", "/feeds/selection"])
def test_every_format_is_polled_like_a_calendar(client: FlaskClient, path: str, format_: str) -> None:
    answers = [client.get(f"{path}.{format_}") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len({each.data for each in answers}) == len({each.headers["ETag"] for each in answers}) == 1
    kind = {"atom": "application/atom+xml", "json": "application/feed+json", "csv": "text/csv"}[format_]
    assert answers[0].mimetype == answers[2].mimetype == kind
    again = client.get(f"{path}.{format_}", headers={"If-None-Match": answers[0].headers["ETag"]})
    assert again.status_code == 304
    assert b"Borrador" not in answers[0].data
    assert b"Reserva" not in answers[0].data


def test_atom_holds_an_entry_for_each_event_the_last_changed_first(client: FlaskClient) -> None:
    answer = client.get("/feeds/all.atom")
    feed = ET.fromstring(answer.data)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert [each.tag.removeprefix(ATOM) for each in feed][:7] == [
        "updated", "id", "title", "subtitle", "link", "link", "author",
    ]  # fmt: skip
    assert feed.findtext(f"{ATOM}updated") == "2026-12-01T00:30:00Z"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": "https://agenda.example/feeds/all.atom", "alternate": "https://agenda.example/"}
    entries = feed.findall(f"{ATOM}entry")
    assert [each.findtext(f"{ATOM}title") for each in entries] == [
        'CANCELADO: =Ñandú & <b>cajón</b>; "gran" 🎺', "Taller",
    ]  # fmt: skip
    first = entries[0]
    assert first.findtext(f"{ATOM}updated") == "2026-12-01T01:30:00Z"
    assert first.findtext(f"{ATOM}published") == "2026-12-01T00:30:00Z"
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "Municipalidad Metropolitana de Lima"
    content = first.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "text"
    assert "Aviso: Lluvia\n\nUno\ndos ]]>" in (content.text or "")
    summary = entries[1].findtext(f"{ATOM}summary") or ""
    assert summary.endswith("cada sábado, 3 fechas · Parque Municipal, Av. Grau 100, Barranco")
    assert [each.get("term") for each in entries[1].findall(f"{ATOM}category")] == ["Danza", "Todo público"]


def test_ids_are_the_same_in_every_feed_and_belong_to_the_event(client: FlaskClient) -> None:
    everything = json.loads(client.get("/feeds/all.json").data)["items"]
    district = ET.fromstring(client.get("/feeds/districts/lima.atom").data)  # noqa: S314 - our own
    assert district.findtext(f"{ATOM}entry/{ATOM}id") == everything[0]["id"]
    calendar = client.get("/feeds/districts/lima.ics").text
    assert f"UID:{UUID(everything[0]['id'])}@" in calendar


def test_json_feed_says_the_same(client: FlaskClient) -> None:
    feed = json.loads(client.get("/feeds/districts/barranco.json?lang=en").data)
    assert {key: feed[key] for key in ("version", "title", "home_page_url", "feed_url", "language")} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Culture in Barranco",
        "home_page_url": "https://agenda.example/districts/barranco",
        "feed_url": "https://agenda.example/feeds/districts/barranco.json?lang=en",
        "language": "en",
    }
    (item,) = feed["items"]
    assert item["title"] == "Taller"
    assert item["url"] == "https://agenda.example/events/taller"
    assert item["date_modified"] == "2026-12-01T00:30:00Z"
    assert item["tags"] == ["Dance", "Everyone"]
    assert item["authors"] == [{"name": "Municipalidad de Barranco"}]
    assert item["_event"] == {
        "start": "2026-12-05T19:30", "end": "2026-12-05T21:00", "timezone": "America/Lima", "status": "confirmed",
    }  # fmt: skip


def test_csv_holds_a_row_for_each_date(client: FlaskClient) -> None:
    answer = client.get("/feeds/all.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.text.split("\r\n")[0] == COLUMNS
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(each["start"], each["status"]) for each in rows] == [
        ("2026-12-05T19:30", "confirmed"), ("2026-12-05T19:30", "cancelled"),
        ("2026-12-12T19:30", "confirmed"), ("2026-12-19T19:30", "confirmed"),
    ]  # fmt: skip
    assert rows[1]["summary"].startswith("'=Ñandú"), "no spreadsheet calculates with a title (S33)"
    assert rows[0]["url"] == "https://agenda.example/events/taller/20261205T1930"


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_one_event_and_one_of_its_dates_stand_alone_in_every_format(client: FlaskClient) -> None:
    """CONTRACT "Feeds": each also as .atom, .json and .csv."""
    whole, date = "/feeds/events/taller", "/feeds/events/taller/20261212T1930"
    (event,) = json.loads(client.get(f"{whole}.json").data)["items"]
    answer = client.get(f"{date}.json")
    (only,) = json.loads(answer.data)["items"]
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert event["_event"]["start"] == "2026-12-05T19:30"
    assert only["id"] != event["id"]
    assert (only["url"], only["_event"]["start"]) == (
        "https://agenda.example/events/taller/20261212T1930", "2026-12-12T19:30",
    )  # fmt: skip
    atom = ET.fromstring(client.get(f"{date}.atom").data)  # noqa: S314 - our own
    assert atom.findtext(f"{ATOM}entry/{ATOM}id") == only["id"]
    for path, dates in ((whole, 3), (date, 1)):
        table = client.get(f"{path}.csv")
        assert len(list(csv.DictReader(io.StringIO(table.text)))) == dates
        assert table.headers["Content-Disposition"].startswith("attachment")
    assert {client.get(f"{whole}/20261213T1930.{each}").status_code for each in FORMATS} == {404}


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/", "/events?free=1", "/districts/barranco"])
def test_a_page_of_dates_names_its_feeds_for_programs_that_look_for_them(client: FlaskClient, path: str) -> None:
    links = [each.attrs for each in visit(client, path).all("link") if each.attrs.get("type")]
    named = {each["type"]: each["href"] for each in links if each.get("rel") == "alternate"}
    assert list(named) == ["text/calendar", "application/atom+xml", "application/feed+json"]
    assert {kind: client.get(href).mimetype for kind, href in named.items()} == {kind: kind for kind in named}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("query", ["alarm=PT2H", "cancelled=visible", "profile=rich", "x=1"])
def test_what_only_calendars_know_is_refused(client: FlaskClient, format_: str, query: str) -> None:
    assert client.get(f"/feeds/all.{format_}?{query}").status_code == 400


def test_news_hold_at_most_two_hundred_entries(
    client: FlaskClient, lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST == 200
    monkeypatch.setattr("calendar_service.services.syndication.entry_feeds.MOST", 1)
    assert len(json.loads(client.get("/feeds/all.json").data)["items"]) == 1


def test_a_withdrawn_event_is_no_news(client: FlaskClient, lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        found = event_by_slug(session, "taller")
        cancel(session, found, reason="", withdraw=True, by=of_the_office(session), now=now)
    for format_ in FORMATS:
        assert "Taller" not in client.get(f"/feeds/districts/barranco.{format_}").text
