"""Events of any district, posted in one deed and asked for in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from calendar_service.db.engine import Database, Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Host
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Consent
from calendar_service.services.agenda import browsing
from tests.builders import a_district, an_event, an_officer


def ask(session: Session, query: str = "", *, now: datetime, **options: Any) -> list[str]:  # noqa: ANN401
    """The summaries that a query string finds, in order, what runs already first."""
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    found = browsing.find(session, Selection.read(pairs), now=now, **options)  # type: ignore[arg-type]
    return [each.summary for each in (*found.running, *found.lines)]


class Posting:
    """Posts events of any district in one deed; its session stays open for asking."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.officers: dict[str, Viewer] = {}

    def __call__(self, summary: str, *, host: str = "barranco", **fields: Any) -> Event:  # noqa: ANN401 - the API's
        if host not in self.officers:
            self.officers[host] = an_officer(self.session, host, now=self.now)
        by = self.officers[host]
        return an_event(self.session, by=by, now=self.now, host=host, summary=summary, **fields)

    def jointly(self, event: Event, district: str, state: Consent = Consent.ACCEPTED) -> None:
        event.hosts.append(Host(district_id=a_district(self.session, district).id, state=state, asked=self.now))
        self.session.flush()


@pytest.fixture
def posting(lima: Database, now: datetime) -> Iterator[Posting]:
    with lima.deed() as session:
        yield Posting(session, now)
