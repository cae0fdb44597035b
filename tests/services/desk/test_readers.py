"""How many will read of an event without being written to: by their digests, by the calendars that they follow."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_service.db.engine import Database
from calendar_service.domain.publication import Following, district_scope
from calendar_service.services.desk.readers import Readers, readers_of
from tests.builders import an_event, an_officer
from tests.counting import counted
from tests.mails import a_subscription

ASKED = {
    "ana@example.pe": "district=barranco", "eva@example.pe": "free=1", "luz@example.pe": "district=comas",
    "paz@example.pe": "q=%00",
}  # fmt: skip


def test_who_asked_for_a_digest_that_holds_it_and_who_follows_its_district_is_counted(
    lima: Database, now: datetime
) -> None:
    with lima.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now)
        assert readers_of(session, event, now=now) == Readers(digests=0, calendars=0)
        for address, query in [*ASKED.items(), ("eva@example.pe", "district=barranco")]:
            a_subscription(session, now=now, kind="digest", query=query, address=address)
        yesterday = now.date() - timedelta(days=2)
        for scope, number in ((district_scope("barranco"), 7), (district_scope("comas"), 9)):
            session.add(Following(scope_key=scope, day=yesterday, family="apple", calendars=number))
        session.flush()
        with counted(lima) as asked:
            assert readers_of(session, event, now=now) == Readers(digests=2, calendars=7)
        assert len(asked) == 5
