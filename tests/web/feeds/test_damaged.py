"""A row that a hand in the database damaged: the rest is served, the operator is told (decision 8, R13)."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import literal_column, select, text, update

from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import broken_events
from calendar_service.domain.events import Event
from calendar_service.domain.publication import Scope
from calendar_service.services.syndication.asking import Format
from tests.services.feeding import post


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("summary", "CAST(x'52EDA08061' AS TEXT)"), ("description", "CAST(x'FF' AS TEXT)"),
        ("rdates", """'["\\ud800"]'"""), ("start", "'ayer'"), ("rrule", "'nonsense'"),
        ("summary", "x'526162'"),
    ],
)  # fmt: skip
def test_a_row_damaged_by_hand_breaks_no_feed_and_no_page_and_is_told(
    client: FlaskClient, lima: Database, now: datetime, column: str, value: str
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
        assert [each.slug for each in broken_events(session, limit=10)] == [slug]


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


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_damaged_event_has_a_calm_page_and_is_missing_from_the_lists_that_it_would_break(
    client: FlaskClient, lima: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Decision 8: no 500, whether it cannot be loaded, worded or written; a draft is as unknown as ever (S18)."""
    pages = ("/", "/events", "/events?sort=title", "/calendar/2026/12", "/embed", "/print", "/sitemap.xml")
    programs = ("/api/v1/occurrences?limit=2", "/api/v1/events?limit=2")
    post(lima, now, summary="Sana")
    draft = post(lima, now, summary="Mala", status="draft")
    slugs = {draft: "No encontramos"}
    for column, value in (("price", "'x'"), ("price", "1e300"), ("timezone", "'Ni/Ca'"), ("end", "'ayer'"),
                          ("abstract", "x'52FF62'"), ("languages", "'{'")):  # fmt: skip
        slug = post(lima, now, summary="Mala", price="15.00", currency="PEN", free=False)
        slugs[slug] = "no lo podemos mostrar"
        _damage(lima, slug, column, value)
    _damage(lima, draft, "price", "'x'")
    for slug, said in slugs.items():
        answer = client.get(f"/events/{slug}")
        assert (answer.status_code, said in answer.text) == (404, True), slug
        others = (f"/subscribe?event={slug}", f"/cards/events/{slug}.png")
        assert {client.get(path).status_code for path in others} <= {200, 404}, slug
    for path in (*pages, *programs):
        assert client.get(path).status_code == 200, path
    assert ("Sana" in client.get("/events").text, "left out of pages" in caplog.text) == (True, True)


@pytest.mark.parametrize("path", [f"/feeds/all.{each}" for each in Format])
def test_a_damaged_row_keeps_no_feed_on_its_last_copy_r13(
    client: FlaskClient, lima: Database, now: datetime, path: str
) -> None:
    """Nobody asks for a page: the feed itself finds what is to be set aside."""
    post(lima, now, summary="Sana")
    post(lima, now, summary="Mala", venue={"name": "La casa", "address": "Calle 1"})
    for _ in range(2):
        assert "Mala" in client.get(path).text
    with lima.deed() as session:
        never = "ayer" if "sqlite" in lima.url else "infinity"
        session.execute(text("update venue set created = :never where name = 'La casa'"), {"never": never})
        session.execute(update(Event).values(sequence=Event.sequence + 1, version=Event.version + 1))
        session.execute(update(Scope).values(revision=Scope.revision + 1))
    answer = client.get(path)
    assert (answer.status_code, "X-Calendar-Stale" in answer.headers, "Sana" in answer.text) == (200, False, True)


def _damage(database: Database, slug: str, column: str, value: str) -> None:
    with database.deed() as session:
        session.execute(update(Event).where(Event.slug == slug).values({column: literal_column(value), "version": 7}))


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_list_of_the_api_goes_on_beyond_a_damaged_row(client: FlaskClient, lima: Database, now: datetime) -> None:
    """Decision 8: the row that cannot be read counts for the page, so that the next page is asked for."""
    slugs = [post(lima, now, summary=f"Uno {number}") for number in range(4)]
    with lima.deed() as session:
        session.execute(
            text("update occurrence set start = 'ayer' where event_id = (select id from event where slug = :s)"),
            {"s": slugs[1]},
        )
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.get(
            "/api/v1/occurrences", query_string={"limit": "2", **({"cursor": cursor} if cursor else {})}
        )
        seen += [each["slug"] for each in answer.get_json()["items"]]
        cursor = answer.get_json()["next_cursor"]
    assert seen == [slugs[0], slugs[2], slugs[3]]
