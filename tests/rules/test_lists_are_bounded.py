"""Rule 11: every list is bounded, whatever there is: pages, feeds and the API, found by walking the URL map."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from tests.counting import counted
from tests.rules.walking import ANYWHERE, addresses
from tests.web.pages import read
from tests.web.season import Season

LONGEST_PAGE = 80
"""Rows of events on one page; a month is its days, a few each."""
LONGEST_ANSWER = 200
BLANKS = {
    **ANYWHERE, "recurrence_id": ["20261201T1000"], "format_": ["ics"],
    "slug": ["barranco", "miraflores", "malecon", "taller", "muestra-0", "parque-municipal"],
}  # fmt: skip


@pytest.fixture
def crowded(season: Season) -> Season:
    """A workshop on each of 400 days, 30 exhibitions at once, 30 concerts on one evening; all joint."""
    season.cluster("Malecon", "barranco", "miraflores")
    season.jointly(
        season.post("Taller", start="2026-12-01T10:00", end="2026-12-01T11:00", rrule="FREQ=DAILY;COUNT=400"),
        "miraflores",
    )
    for number in range(30):
        ends = date(2027, 1, 1) + timedelta(days=number)
        season.post(f"Muestra {number}", start="2026-11-10", end=ends.isoformat())
        season.post(f"Concierto {number}", start="2026-12-05T19:30", end="2026-12-05T21:00")
    return season


@pytest.mark.one_database
def test_no_page_and_no_answer_grows_without_end_rule_11(app: Flask, crowded: Season) -> None:
    stranger = app.test_client(use_cookies=False)
    longest = 0
    for _, path in addresses(app, BLANKS):
        answer = stranger.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            rows = len(read(answer.text).all("li", cls="row"))
            longest = max(longest, rows)
            assert rows <= LONGEST_PAGE, path
            assert len(answer.data) < 150_000, path
        elif answer.mimetype == "application/json" and "items" in (told := json.loads(answer.data)):
            assert len(told["items"]) <= LONGEST_ANSWER, path
            if path in ("/api/v1/events", "/api/v1/occurrences"):
                assert told["next_cursor"], f"{path} gave all there is: too little was there"
    assert longest > 30  # lists were long enough to be cut


def test_sqlite_reads_no_statement_anew_for_how_many_rows_are_wanted(database: Database) -> None:
    """It would, at each asking, where the number is given beside the statement."""
    with database.reading() as session, counted(database) as asked:
        for most in (3, 5):
            assert session.scalars(select(Event.id).order_by(Event.id).limit(most).offset(1)).all() == []
    assert [each.endswith(f"LIMIT {most} OFFSET 1") for each, most in zip(asked, (3, 5), strict=True)] == [
        database.is_sqlite, database.is_sqlite,
    ]  # fmt: skip
