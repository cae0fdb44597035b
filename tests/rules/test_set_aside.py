"""A damaged row costs itself: no list, document or tick breaks for others, and the operator is told (decision 33)."""

from __future__ import annotations

import logging
import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Table, func, inspect, select, text

from calendar_service.db.damage import setting_aside
from calendar_service.db.damage.searching import whole_of
from calendar_service.db.damage.soundness import ABOUT, faults_of
from calendar_service.db.engine import Database
from calendar_service.db.queries.mails.news import zones
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import DomainError
from calendar_service.domain.events import Event, Host, Status
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.domain.network.clusters import Cluster, ClusterMember
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.network.sharing import Share
from calendar_service.domain.people import Membership, Officer
from calendar_service.domain.territory.places import Venue
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.house import House
from calendar_service.services.mails.mailing import owe_letter
from calendar_service.services.network import organisations
from calendar_service.services.news.telling import tell
from calendar_service.services.upkeep.condition import unusable
from calendar_service.worker import made
from tests.builders import an_event
from tests.mails import a_subscription
from tests.services.feeding import post
from tests.web.office import Desk
from tests.web.rooms import opened

EVERYBODY = ("/", "/events", "/organisations", "/print", "/data", "/sitemap.xml", "/feeds/all.csv", "/api/v1/events",
             "/api/v1/venues", "/api/v1/organisations")  # fmt: skip
OFFICE = ("/office/", "/office/events", "/office/board", "/office/report", "/office/report.csv", "/office/venues",
          "/office/organisations", "/office/outcomes", "/office/events/new", "/office/shares")  # fmt: skip
HURT = {
    "sqlite": ("event set start = 'ayer'", "venue set accessibility = '{'", "organisation set disciplines = '3'",
               "news set at = '9999-12-31 23:59:59'"),
    "postgresql": ("event set start = 'infinity'", "venue set accessibility = '3'",
                   "organisation set disciplines = '3'", "news set at = 'infinity'"),
}  # fmt: skip
"""The first of each of these rows, put so by a hand."""


def hurt(database: Database, *damages: str) -> None:
    with database.deed() as session:
        for each in damages:
            table = each.split()[0]
            session.execute(text(f"update {each} where id = (select min(id) from {table})"))  # noqa: S608 - ours
        session.execute(text("update scope set revision = revision + 1"))


def damages_of(database: Database) -> tuple[str, ...]:
    return HURT["sqlite" if database.is_sqlite else "postgresql"]


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """Her district has two of everything; the first of each will be hurt."""
    desk = Desk(app, house, now, "barranco")
    with house.deed() as session:
        for name in ("Mala", "Sana"):
            event = an_event(session, by=desk.viewer, now=now, summary=name, venue={"name": name, "kind": "parque"})
            entry = organisations.Entry(name=f"Coro {name}", kind="colectivo")
            organisations.enter(session, entry, district="barranco", by=desk.viewer, now=now)
            tell(session, kind=NewsKind.HOLD_ENDS, district_id=event.host_id, event=event, by=Viewer(), now=now)
    return desk


def test_damaged_rows_break_no_page_and_no_list_and_are_told_of_once_r13(
    app: Flask, rosa: Desk, lima: Database, caplog: pytest.LogCaptureFixture
) -> None:
    hurt(lima, *damages_of(lima))
    client = app.test_client()
    for asks, paths in ((client, EVERYBODY), (rosa.client, OFFICE), (client, EVERYBODY)):
        assert {path: status for path in paths if (status := asks.get(path).status_code) != 200} == {}
    assert "Sana" in client.get("/api/v1/venues").text
    assert "Coro Sana" in client.get("/api/v1/organisations").text
    assert "Sana" in rosa.open("/office/events").text
    told = [(each.table, each.row) for each in caplog.records if each.message == "row set aside"]  # type: ignore[attr-defined]
    assert sorted(set(told)) == sorted(told)
    assert {table for table, _ in told} >= {"event", "venue", "organisation"}
    seen = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).text
    assert f"calendar_rows_set_aside {len(told)}.0" in seen
    found = {(each.table, each.number) for each in unusable(rosa.house, limit=50)}
    assert found == {*told, ("news", 1)}  # which none of these pages asked for


def test_what_names_a_municipality_that_there_is_not_breaks_no_page_and_no_tick_r13(
    rosa: Desk, lima: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A hand may do so where SQLite is not told to heed keys, which is how its own shell begins, and in PostgreSQL
    where rows are brought in without its triggers.
    """
    wrong = [f"{noun} = 999 WHERE id = 1" for noun in ("event SET host_id", "venue SET district_id",
                                                       "organisation SET district_id")]  # fmt: skip
    if lima.is_sqlite:
        with sqlite.connect(str(lima.engine.url.database)) as line:
            for each in wrong:
                line.execute(f"UPDATE {each}")
        line.close()
    else:
        with lima.deed() as session:
            for each in ("SET LOCAL session_replication_role = replica", *(f"UPDATE {each}" for each in wrong)):
                session.execute(text(each))
    with lima.deed() as session:
        session.execute(text("UPDATE event SET words_rule = ''"))
    clock = made(rosa.house)
    clock.beat()
    clock.guarded(clock.render)()
    assert "a tick failed" not in caplog.text
    assert "Sana" in rosa.open("/office/events").text
    assert rosa.open("/office/board").text
    assert rosa.client.get("/organisations/coro-mala").status_code == 404
    assert {(each.table, each.number) for each in unusable(rosa.house, limit=50)} >= {
        ("event", 1), ("venue", 1), ("organisation", 1)
    }  # fmt: skip


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_version_of_a_scope_that_there_is_not_is_found_by_its_key_r13(house: House) -> None:
    """Its table lies in the order of its keys: no row has a number beside them."""
    with sqlite.connect(str(house.database.engine.url.database)) as line:
        line.execute(
            "INSERT INTO feed_version (key, address, scope_key, revision, local_day, builder, etag, changed) VALUES"
            " ('k', '/feeds/all.ics', 'nowhere', 1, '2026-03-01', 'b', 'e', '2026-03-01 00:00:00.000000')"
        )
    line.close()
    assert [(each.table, each.number) for each in unusable(house, limit=50)] == [("feed_version", "k")]


def test_a_part_without_a_number_of_its_own_falls_with_its_whole() -> None:
    wholes = {part: getattr(whole_of(inspect(part)), "noun", None) for part in (Host, ClusterMember, Membership)}
    assert wholes == {Host: Event, ClusterMember: Cluster, Membership: Officer}


def test_a_zone_that_there_is_not_keeps_nobody_elses_news_back(lima: Database) -> None:
    with lima.deed() as session:
        session.execute(text("UPDATE district SET timezone = 'ayer' WHERE id = 1"))
    with lima.reading() as session:
        assert zones(session) == ["America/Lima"]


def test_a_form_that_meets_a_damaged_row_is_done_at_once_but_nothing_twice_r13(
    app: Flask, rosa: Desk, lima: Database
) -> None:
    assert rosa.home
    app.config["PROPAGATE_EXCEPTIONS"] = False
    room, done = Room("trial"), []

    @room.post("/trial/<int:deeds>", policy=Policy.PUBLIC, csrf=False, because="a test asks")
    def view(deeds: int) -> str:
        for _ in range(deeds):
            with lima.deed():
                done.append("before")
        with lima.deed() as session:
            names = [each.name for each in session.scalars(select(Venue).order_by(Venue.id))]
        done.append("well")
        return ", ".join(names)

    hurt(lima, "venue set accessibility = '3'")
    client = opened(app, room)
    assert client.post("/trial/0").text == "Sana"
    lima.aside.forget()
    assert client.post("/trial/1").status_code == 500
    assert done == ["well", "before"]


def test_a_damaged_row_costs_the_others_no_reminder_and_no_hold_its_end_r13(
    house: House, lima: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("Mala", "Sana"):
        post(lima, now, summary=name, start="2026-12-01T19:30", end="2026-12-01T21:00")
    for name in ("Mala", "Sana"):
        post(lima, now - timedelta(days=20), summary=name, status=Status.TENTATIVE)
    with house.deed() as session:
        a_subscription(session, now=now, query="district=barranco", lead="1d")
    forever = "'ayer'" if lima.is_sqlite else "'infinity'"
    hurt(lima, "occurrence set start = '9999-12-31 23:59:59.000000'")
    with lima.deed() as session:
        session.execute(text(f"update event set created = {forever} where id = 3"))  # noqa: S608 - ours
    clock = made(house)
    clock.beat()
    for tick in (clock.plan_all, clock.lapse):
        clock.guarded(tick)()
    with house.reading() as session:
        owed = session.scalars(select(Message.kind).order_by(Message.kind)).all()
        told = session.scalar(select(func.count()).select_from(text("news")))
    assert (owed, told) == (["reminder"], 1)
    assert [each.message for each in caplog.records if each.levelno >= logging.ERROR and each.exc_info] == []


@pytest.mark.parametrize("column", ["first_day", "start"])
def test_a_day_that_is_none_is_missing_from_its_month_and_its_week_r13(
    client: FlaskClient, lima: Database, now: datetime, column: str
) -> None:
    """PostgreSQL's `infinity` is read as its text, so that nothing fails before a page is laid out."""
    for name in ("Mala", "Sana"):
        post(lima, now, summary=name)
    forever = "'ayer'" if lima.is_sqlite else "'infinity'"
    hurt(lima, f"occurrence set {column} = {forever}")
    for path in ("/calendar/2026/12", "/calendar/2026/W49", "/events", "/map"):
        assert client.get(path).status_code == 200, path
    assert "Sana" in client.get("/calendar/2026/12").text


def test_a_mail_that_does_not_say_what_it_is_about_keeps_no_other_back_r13(
    house: House, lima: Database, now: datetime
) -> None:
    with lima.deed() as session:
        for wrong, address in (({}, "a@x.pe"), ([1], "b@x.pe"), ({"change": "x"}, "c@x.pe"), ({"change": 7}, "d@x.pe")):
            owe_letter(
                session, kind=MessageKind.ADDRESS, address=address, language="es", about=wrong,  # type: ignore[arg-type]
                key=address, now=now, lifetime=timedelta(days=1),
            )  # fmt: skip
    clock = made(house)
    clock.beat()
    clock.guarded(clock.deliver)()
    with lima.reading() as session:
        states = session.execute(text("SELECT state FROM message ORDER BY address")).scalars().all()
    assert states == ["queued", "queued", "queued", "dropped"]


def test_what_no_database_can_take_is_a_wrong_question_and_no_fault_of_ours_s31(rosa: Desk, lima: Database) -> None:
    """A NUL, which PostgreSQL takes in no text, and a number larger than any."""
    status = rosa.client.get("/office/report.csv?district=%00").status_code
    assert status in (400, 404)
    with pytest.raises(DomainError), lima.reading() as session:
        session.scalars(select(Venue).where(Venue.id == 10**30)).all()


def test_what_a_hand_mended_is_seen_again_after_a_while_r13(
    client: FlaskClient, rosa: Desk, lima: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rosa.home
    hurt(lima, "venue set accessibility = '3'")
    names = [[each["name"] for each in client.get("/api/v1/venues").get_json()["items"]]]
    hurt(lima, "venue set accessibility = '[]'")
    monkeypatch.setattr(setting_aside, "time", SimpleNamespace(monotonic=lambda: math.inf))
    names.append([each["name"] for each in client.get("/api/v1/venues").get_json()["items"]])
    assert names == [["Sana"], ["Mala", "Sana"]]


A_VENUE: dict[str, Any] = {
    "id": 1, "slug": "plaza", "name": "Plaza", "kind": "plaza", "address": "", "district_id": 1, "latitude": -12.1,
    "longitude": -77.0, "accessibility": ("ramp",), "public_space": True, "version": 1,
    "created": datetime(2026, 12, 1),
}  # fmt: skip
AN_EVENT: dict[str, Any] = {
    "id": 1, "uid": "a@b.pe", "slug": "x", "host_id": 1, "status": "confirmed", "hold_shows": "busy", "summary": "X",
    "start": datetime(2026, 12, 5, 19, 30), "end": datetime(2026, 12, 5, 21), "timezone": "America/Lima",
    "price": Decimal("15.00"), "hold_until": date(2026, 12, 4), "rdates": (), "exdates": (), "languages": ("es",),
}  # fmt: skip


A_MESSAGE: dict[str, Any] = {"id": 1, "kind": "news", "state": "queued", "address": "a@x.pe"}


def faults(noun: type, whole: dict[str, Any], **wrong: object) -> list[str]:
    """Of a row that says this; what is not given is None, and not looked at."""
    table: Table = noun.__table__  # type: ignore[attr-defined]
    row = [(whole | wrong).get(each.name) for each in table.columns]
    return [each for each in faults_of(table, row) if each in (whole | wrong)]


@pytest.mark.parametrize("wrong", [
    {"name": b"Pl"}, {"name": "\ud800"}, {"name": None}, {"accessibility": ("\ud800",)}, {"accessibility": (3,)},
    {"latitude": float("inf")}, {"latitude": "x"}, {"version": 10**30}, {"created": "ayer"},
    {"created": date(9999, 12, 31)},
])  # fmt: skip
def test_what_no_page_could_show_is_a_fault(wrong: dict[str, Any]) -> None:
    assert (faults(Venue, A_VENUE), faults(Venue, A_VENUE, **wrong)) == ([], [*wrong])


@pytest.mark.parametrize("wrong", [
    {"status": "nope"}, {"price": Decimal("NaN")}, {"hold_until": "infinity"}, {"rdates": (3,)},
])  # fmt: skip
def test_what_is_no_event_is_a_fault(wrong: dict[str, Any]) -> None:
    assert (faults(Event, AN_EVENT), faults(Event, AN_EVENT, **wrong)) == ([], [*wrong])


@pytest.mark.parametrize("about", [
    {}, [], {"officer": 1, "since": "ayer", "until": "2026-12-02T12:00:00+00:00"}, {"officer": 1},
    {"officer": "1", "since": "2026-12-01T12:00:00+00:00", "until": "2026-12-02T12:00:00+00:00"},
])  # fmt: skip
def test_what_a_mail_needs_to_say_and_does_not_is_a_fault(about: object) -> None:
    well = {"officer": 1, "since": "2026-12-01T12:00:00+00:00", "until": "2026-12-02T12:00:00+00:00"}
    assert (faults(Message, A_MESSAGE, about=well), faults(Message, A_MESSAGE, about=about)) == ([], ["about"])
    assert faults(Message, A_MESSAGE, about=about, state="sent") == ([] if isinstance(about, dict) else ["about"])


def test_of_every_kind_of_mail_it_is_known_what_it_has_to_say() -> None:
    assert set(ABOUT) == set(MessageKind)


@pytest.mark.parametrize("noun", [Host, ClusterMember, Share])
def test_a_state_that_there_is_not_is_a_fault(noun: type) -> None:
    assert (faults(noun, {}, state="accepted"), faults(noun, {}, state="nope")) == ([], ["state"])


def test_a_role_that_there_is_not_is_a_fault() -> None:
    assert (faults(Membership, {}, role="manager"), faults(Membership, {}, role="ayer")) == ([], ["role"])
