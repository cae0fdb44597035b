"""Lists are read to their end, a page at a time, and nothing is missed or told twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.services.house import House
from tests.api.conftest import Program, fields, settings_for

pytestmark = pytest.mark.one_database


def posted(program: Program, concert: dict[str, Any], days: list[int]) -> list[str]:
    """One concert on each of these days of December; their uids."""
    times = ({"start": f"2026-12-{day:02}T19:30", "end": f"2026-12-{day:02}T21:00"} for day in days)
    return [program.post("/events", {**concert, **each}).get_json()["uid"] for each in times]


def pages(program: Program, path: str) -> list[list[dict[str, Any]]]:
    """Every page of a list."""
    found, cursor = [], ""
    while True:
        answer = program.get(path + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200, answer.text
        found.append(answer.get_json()["items"])
        cursor = answer.get_json()["next_cursor"]
        if cursor is None:
            return found


def test_a_list_is_read_to_its_end_also_where_rows_share_their_time(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    uids = posted(barranco, concert, [5, 6, 6, 6, 7])
    found = pages(anybody, "/events?limit=2")
    assert [[each["uid"] for each in page] for page in found] == [uids[:2], uids[2:4], uids[4:]]
    dates = pages(anybody, "/occurrences?limit=2")
    assert [[each["event_uid"] for each in page] for page in dates] == [uids[:2], uids[2:4], uids[4:]]


def test_a_page_that_is_exactly_full_is_the_last(barranco: Program, anybody: Program, concert: dict[str, Any]) -> None:
    posted(barranco, concert, [5, 6])
    assert anybody.get("/events?limit=2").get_json()["next_cursor"] is None


def test_a_page_has_fifty_rows_unless_told_otherwise_and_a_series_is_one_of_them(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    barranco.post("/events", {**concert, "rrule": "FREQ=DAILY;COUNT=60"})
    found = anybody.get("/occurrences").get_json()
    assert (len(found["items"]), found["next_cursor"] is None) == (50, False)
    assert len(anybody.get("/events").get_json()["items"]) == 1


def test_a_series_is_told_once_though_its_dates_stand_on_every_page(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    """Also one that runs already when the first page is asked."""
    lasting = {"start": "2026-11-20", "end": "2026-12-20", "all_day": True}
    exhibition = barranco.post("/events", {**concert, **lasting}).get_json()["uid"]
    daily = {"start": "2026-11-28T18:00", "end": "2026-11-28T19:00", "rrule": "FREQ=DAILY;COUNT=20"}
    series = barranco.post("/events", {**concert, **daily}).get_json()["uid"]
    uids = [exhibition, series, *posted(barranco, concert, [2, 3, 4])]
    found = pages(anybody, "/events?limit=2")
    assert [[each["uid"] for each in page] for page in found] == [uids[:2], uids[2:4], uids[4:]]


def test_what_was_posted_or_moved_between_two_pages_makes_nothing_come_twice(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    uids = posted(barranco, concert, [5, 6, 7])
    first = anybody.get("/events?limit=2").get_json()
    posted(barranco, concert, [4])
    rest = anybody.get(f"/events?limit=2&cursor={first['next_cursor']}").get_json()
    assert [each["uid"] for each in (*first["items"], *rest["items"])] == uids


@pytest.mark.every_database
def test_midnight_between_two_pages_does_not_shift_from_today(
    lima: Database, tmp_path: Path, now: datetime, barranco: Program, concert: dict[str, Any]
) -> None:
    """A series that has a date today would come again with tomorrow's."""
    weekly = {"start": "2026-11-30T20:00", "end": "2026-11-30T21:00", "rrule": "FREQ=DAILY;COUNT=30"}
    series = barranco.post("/events", {**concert, **weekly}).get_json()["uid"]
    other = posted(barranco, concert, [1])
    clock = [now]
    house = House(settings=settings_for(lima.url, tmp_path), installation=lima.installation, database=lima,
                  clock=lambda: clock[0])  # fmt: skip
    program = Program(create_app(house))
    first = program.get("/events?limit=1").get_json()
    clock[0] += timedelta(days=1)
    rest = program.get(f"/events?limit=5&cursor={first['next_cursor']}").get_json()
    assert [each["uid"] for each in (*first["items"], *rest["items"])] == [series, *other]


def test_a_cursor_serves_only_the_question_it_was_given_for(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    posted(barranco, concert, [5, 6])
    cursor = anybody.get("/events?limit=1").get_json()["next_cursor"]
    for path in ("/events?free=1", "/occurrences?", "/events?updated_since=2026-01-01T00:00:00Z"):
        answer = anybody.get(f"{path}&cursor={cursor}")
        assert (answer.status_code, fields(answer)) == (400, [("cursor", "list_cursor_of_another")])
    assert anybody.get(f"/events?limit=5&cursor={cursor}").status_code == 200


def test_a_forged_cursor_is_refused(anybody: Program) -> None:
    from base64 import urlsafe_b64encode

    forged = ['["x"]', "[1,2,3,4]", '{"a":1}', '["x","2026-12-01","2026-12-01",1]', "null", "[" * 5000,
              f'["x","2026-12-01T00:00:00+00:00","2026-12-01T00:00:00+00:00",{2**70}]',
              '["x","0001-01-01T00:00:00+00:00","2026-12-01T00:00:00+00:00",1]']  # fmt: skip
    for text in forged:
        answer = anybody.get(f"/events?cursor={urlsafe_b64encode(text.encode()).decode()}")
        assert (answer.status_code, fields(answer)) == (400, [("cursor", "list_cursor")])


@pytest.mark.every_database
def test_venues_go_on_after_the_last_slug(barranco: Program, anybody: Program, concert: dict[str, Any]) -> None:
    for name in ("Plaza C", "Plaza A", "Plaza B"):
        barranco.post("/events", {**concert, "status": "confirmed", "venue": {"name": name}})
    found = pages(anybody, "/venues?limit=2")
    assert [[each["slug"] for each in page] for page in found] == [["plaza-a", "plaza-b"], ["plaza-c"]]


@pytest.mark.every_database
def test_what_changed_is_read_in_the_order_of_its_change_whenever_the_event_is(
    lima: Database, tmp_path: Path, now: datetime, barranco: Program, concert: dict[str, Any]
) -> None:
    past = {"start": "2026-10-05T19:30", "end": "2026-10-05T21:00"}
    old = barranco.post("/events", {**concert, **past}).get_json()
    new = barranco.post("/events", concert).get_json()
    clock = [now + timedelta(hours=1)]
    house = House(settings=settings_for(lima.url, tmp_path), installation=lima.installation, database=lima,
                  clock=lambda: clock[0])  # fmt: skip
    later = Program(create_app(house), barranco.token)
    changed = later.patch(f"/events/{old['uid']}", {"abstract": "x"}, version=old["version"]).get_json()
    everything = pages(later, "/events?limit=1&updated_since=2026-12-01T00:30:00Z")
    assert [[each["uid"] for each in page] for page in everything] == [[new["uid"]], [old["uid"]]]
    exactly = later.get(f"/events?updated_since={changed['last_modified']}").get_json()["items"]
    assert [each["uid"] for each in exactly] == [old["uid"]]
    assert later.get("/events?updated_since=2026-12-01T01:30:01Z").get_json()["items"] == []
    narrowed = later.get("/events?updated_since=2026-12-01T00:00:00Z&from=2026-12-01").get_json()["items"]
    assert [each["uid"] for each in narrowed] == [new["uid"]]
