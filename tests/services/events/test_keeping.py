"""Texts are kept once per change, and the revisions of the scopes that show an event rise with it (rules 3, 4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.db.queries.syndication.feeds import revision_of
from calendar_service.domain.events import Status
from calendar_service.domain.publication import KeptText
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication.keeping import keep_stale
from tests.builders import an_event, an_officer


def kept(database: Database) -> list[tuple[str, str, int, str]]:
    with database.reading() as session:
        rows = session.execute(select(KeptText.variant, KeptText.part, KeptText.sequence, KeptText.text))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_the_text_of_a_public_event_is_kept_in_the_deed_that_publishes_it(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now)
    ((variant, part, sequence, text),) = kept(lima)
    assert (variant, part, sequence) == ("es", "", 0)
    assert text.startswith("BEGIN:VEVENT\r\n")
    assert "SUMMARY:Retreta en el parque\r\n" in text


def test_drafts_and_holds_keep_no_text_and_raise_nothing(lima: Database, now: datetime) -> None:
    """S17."""
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        an_event(session, by=officer, now=now, status=Status.DRAFT)
        an_event(session, by=officer, now=now, status=Status.TENTATIVE)
    assert kept(lima) == []
    with lima.reading() as session:
        assert revision_of(session, "all") == 0


def test_a_change_replaces_the_text_and_raises_every_scope_once(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        event = an_event(session, by=officer, now=now)
    with lima.deed() as session:
        cancel(session, event_by_slug(session, event.slug), reason="Lluvia", by=officer, now=now)
    ((_, _, sequence, text),) = kept(lima)
    assert sequence == 1
    assert "SEQUENCE:1\r\n" in text
    assert "SUMMARY:CANCELADO: Retreta en el parque\r\n" in text
    with lima.reading() as session:
        assert [revision_of(session, key) for key in ("all", "district/barranco", "district/lima")] == [2, 2, 0]


def test_the_clock_renders_what_an_upgrade_left_a_few_at_a_time(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        for number in range(5):
            an_event(session, by=officer, now=now, summary=f"Número {number}")
        session.execute(update(KeptText).values(builder="0-old", text="old"))
    done: list[int] = []
    while not done or done[-1]:
        with lima.deed() as session:
            done.append(keep_stale(session, limit=2))
    assert done == [2, 2, 1, 0]
    assert all(text.startswith("BEGIN:VEVENT\r\n") for *_, text in kept(lima))
