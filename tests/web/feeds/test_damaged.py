"""A row that a hand in the database damaged: the rest is served, the operator is told (decision 8, R13)."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import literal_column, select, update

from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import broken_events
from calendar_service.domain.events import Event
from calendar_service.domain.publication import Scope
from calendar_service.services.syndication.asking import Format
from tests.services.feeding import post


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("summary", "CAST(x'52EDA08061' AS TEXT)", True), ("description", "CAST(x'FF' AS TEXT)", True),
        ("rdates", """'["\\ud800"]'""", True), ("start", "'ayer'", True), ("rrule", "'nonsense'", True),
        ("summary", "x'526162'", False),
    ],
)  # fmt: skip
def test_a_row_damaged_by_hand_breaks_no_feed_and_no_page_and_is_told(
    client: FlaskClient, lima: Database, now: datetime, column: str, value: str, *, told: bool
) -> None:
    """Decision 8, R13: bytes that are no text, a lone surrogate, what is no time, no rule, no text at all."""
    post(lima, now, summary="Sana")
    slug = post(lima, now, summary="Mala")
    with lima.deed() as session:
        damage = {column: literal_column(value), "sequence": 7}
        session.execute(update(Event).where(Event.slug == slug).values(damage))
        session.execute(update(Scope).values(revision=Scope.revision + 1))
    paths = [f"/feeds/{each}.{format_}" for each in ("all", "districts/barranco") for format_ in Format]
    for path in (*paths, "/", "/districts/barranco"):
        answer = client.get(path)
        assert (answer.status_code, "Sana" in answer.text) == (200, True), path
    assert ("Mala" in client.get("/feeds/all.ics").text) is False
    with lima.reading() as session:
        assert [each.slug for each in broken_events(session, limit=10)] == ([slug] if told else [])


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("column", "value"), [("summary", "x'52FF62'"), ("languages", """'["\\ud800"]'""")])
def test_a_damaged_row_is_left_out_of_the_lists_of_the_api_and_named_in_the_log(
    client: FlaskClient, lima: Database, now: datetime, caplog: pytest.LogCaptureFixture, column: str, value: str
) -> None:
    """Decision 8: bytes where a title was, half a letter."""
    post(lima, now, summary="Sana")
    slug = post(lima, now, summary="Mala")
    with lima.deed() as session:
        damage = {column: literal_column(value), "version": 7}
        session.execute(update(Event).where(Event.slug == slug).values(damage))
    answer = client.get("/api/v1/events")
    assert (answer.status_code, [each["summary"] for each in answer.get_json()["items"]]) == (200, ["Sana"])
    assert "left out" in caplog.text


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_damaged_event_is_unknown_where_it_is_asked_for_alone_and_named_in_the_log(
    client: FlaskClient, lima: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Decisions 7, 8: no 500, whether it cannot be loaded, worded or written."""
    for column, value in (("start", "'ayer'"), ("price", "'x'"), ("summary", "x'526162'"), ("languages", "'{'")):
        slug = post(lima, now, summary=f"Mala {column}")
        with lima.deed() as session:
            uid = session.scalars(select(Event.uid).where(Event.slug == slug)).one()
            damage = {column: literal_column(value), "version": 7}
            session.execute(update(Event).where(Event.uid == uid).values(damage))
        assert client.get(f"/api/v1/events/{uid}").status_code == 404, column
        found = {client.get(f"/feeds/events/{slug}.{each}").status_code for each in Format}
        assert found <= {200, 404}, column
    assert caplog.text.count("left out of the API") == 4
