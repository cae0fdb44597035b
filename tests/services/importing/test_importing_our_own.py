"""What this calendar gave out comes back in, and what changed hands since (rule 9, S15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_uid
from calendar_service.domain.events import Event
from calendar_service.domain.finding.selection import Selection
from calendar_service.services.drafts import draft_of
from calendar_service.services.joint import cohosting, requesting
from calendar_service.services.status import statuses
from calendar_service.services.syndication import exporting
from tests.builders import an_event, an_officer
from tests.feeds.reading import event, ics
from tests.services.bringing import bring, counts, dates, events

RICH: dict[str, Any] = {
    "summary": "Peña, “fiesta”; y más 🎭", "description": "Primera línea\n\nSegunda; con, signos \\ y ñ",
    "disciplines": ["teatro", "danza"], "format": "concierto", "audiences": ["familias", "ninez"],
    "free": False, "price": "15.50", "currency": "PEN", "price_text": "niños gratis",
    "booking_url": "https://reservas.example/x?a=1", "online_url": "https://meet.example/y",
    "accessibility": ["acceso-sin-escalones"],
}  # fmt: skip
SERIES: list[dict[str, Any]] = [
    {}, {"rrule": "FREQ=WEEKLY;COUNT=4", "exdates": ["2026-12-12T19:30"]},
    {"rdates": ["2026-12-10T19:30", "2026-12-24T18:00"]}, {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1,5;COUNT=5"},
    {"start": "2026-12-05", "end": "2026-12-08", "all_day": True}, {"timezone": "America/Santiago"},
]  # fmt: skip
LOST = ("abstract", "venue", "internal_note", "expected_attendance", "rrule", "rdates", "exdates", "public_space")
"""What no calendar entry says, or says in other words: of recurrences the dates are compared instead."""


def published(database: Database, *, now: datetime) -> bytes:
    with database.reading() as session:
        return exporting.calendar(session, Selection(), now=now)


def said(found: Event) -> dict[str, Any]:
    return {name: value for name, value in draft_of(found).items() if name not in LOST}


@pytest.mark.parametrize("series", SERIES, ids=str)
def test_import_publish_import_gives_the_same_fields(lima: Database, now: datetime, series: dict[str, Any]) -> None:
    codes = lima.installation.metropolis.accessibility.terms
    fields = {**RICH, "accessibility": [codes[0].slug, codes[-1].slug], **series}
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now, **fields)
    ours = dates(lima)
    domain = lima.installation.metropolis.uid_domain.encode()
    first = published(lima, now=now).replace(b"\r\n ", b"").replace(domain, b"elsewhere.example")
    assert counts(bring(lima, first, district="comas", now=now)) == {"created": 1}
    own, foreign = sorted(events(lima), key=lambda each: each.id)
    assert said(foreign) == said(own)
    assert foreign.venue
    assert own.venue
    assert foreign.venue.name == own.venue.name
    assert dates(lima) == sorted([*ours, *ours])


def test_our_own_feed_brought_back_to_its_district_changes_nothing(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        marked = {"accessibility": [], "description": "**Hola**\n* [uno](https://uno.example)"}
        an_event(session, by=by, now=now, abstract="Breve", **RICH | marked)
        off = an_event(session, by=by, now=now, summary="Otro", rrule="FREQ=WEEKLY;COUNT=3")
        statuses.cancel(session, off, reason="Lluvia", by=by, now=now)
    before = [(each.uid, each.version) for each in events(lima)]
    assert counts(bring(lima, published(lima, now=now), now=now)) == {"unchanged": 2}
    assert [(each.uid, each.version) for each in events(lima)] == before


def test_our_own_event_edited_in_another_program_comes_back_changed(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now, abstract="Breve", **RICH | {"accessibility": []})
    was = said(events(lima)[0])
    edited = published(lima, now=now).replace(b"T193000", b"T183000").replace(b"SEQUENCE:0", b"SEQUENCE:1")
    assert counts(bring(lima, edited, now=now)) == {"changed": 1}
    (found,) = events(lima)
    assert said(found) == {**was, "start": "2026-12-05T18:30"}
    assert (found.abstract, found.source_key) == ("Breve", None)


def test_an_event_that_another_district_hosts_is_not_taken_over(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now)
    (row,) = bring(lima, published(lima, now=now), district="comas", now=now).rows
    assert (row.outcome, [each.code for each in row.problems]) == ("refused", ["import_of_another"])
    assert len(events(lima)) == 1


def test_what_was_handed_over_is_changed_by_its_former_hosts_file_no_more(lima: Database, now: datetime) -> None:
    """S15: the file's words of before are no news; its new ones are refused, and it says whose the event is."""
    bring(lima, ics(*event()), now=now)
    with lima.deed() as session:
        host, guest = (an_officer(session, each, now=now) for each in ("barranco", "comas"))
        mine = event_by_uid(session, events(lima)[0].uid)
        cohosting.ask(session, mine, ["comas"], by=host, now=now)
        cohosting.answer(session, mine, "comas", accept=True, by=guest, now=now)
        requesting.offer(session, mine, "comas", by=host, now=now)
        requesting.answer(session, mine, requesting.listed(session, mine, viewer=guest)[0].id, grant=True, by=guest,
                          now=now)  # fmt: skip
    moved = ics(*(line.replace("T193000", "T200000") for line in event("SEQUENCE:1")))
    assert counts(bring(lima, ics(*event()), now=now)) == {"unchanged": 1}
    (row,) = bring(lima, moved, now=now).rows
    assert (row.outcome, [(each.code, each.values) for each in row.problems]) == (
        "refused", [("import_of_another", {"district": "Comas"})],
    )  # fmt: skip
    assert dates(lima) == ["2026-12-05T19:30"]


def test_what_was_imported_comes_back_from_our_own_feed_unchanged(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event()), now=now)
    assert counts(bring(lima, published(lima, now=now), now=now + timedelta(days=1))) == {"unchanged": 1}
