"""What changed, put into what stood in a feed before, gives the bytes of the feed composed anew: whatever happens, in
whichever process (rules 3 and 4; decision 29).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.db.queries.syndication.feeds import raise_revisions
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import DomainError
from calendar_service.domain.events import Event
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise
from calendar_service.services.network import sharing
from calendar_service.services.status.statuses import cancel
from calendar_service.services.status.taking_down import put_back, take_down
from calendar_service.services.syndication.asking import Ask, named_ask
from calendar_service.services.syndication.bodies import copies, gathering, standing
from calendar_service.services.syndication.bodies.copies import Copies
from calendar_service.services.syndication.bodies.joining import Joiner
from calendar_service.services.syndication.polling import Poller
from calendar_service.services.venues import changing
from tests.builders import an_event
from tests.services.feeding import a_cluster, composed, of_the_office, settled

ADDRESSES = (
    "/feeds/districts/barranco.ics", "/feeds/clusters/malecon.ics", "/feeds/all.ics", "/feeds/all.ics?full=1",
    "/feeds/districts/miraflores.ics?lang=en",
)  # fmt: skip
HOSTS = ("barranco", "miraflores")
DEEDS = 10
SEEDS = (43,)
"""Others may be tried by hand."""
FACILITATOR = Viewer(facilitator=True)


class Process:
    """A process of its own, with copies of its own; counts what it put in, and what it composed anew."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.joiner = Joiner(database, Copies(folder))
        self.anew = self.put_in = 0
        compose, renew = self.joiner._anew, self.joiner._renewed

        def counted_anew(*given: object) -> object:
            self.anew += 1
            return compose(*given)  # type: ignore[arg-type]

        def counted_renewed(*given: object) -> object:
            found = renew(*given)  # type: ignore[arg-type]
            self.put_in += found is not None
            return found

        self.joiner._anew, self.joiner._renewed = counted_anew, counted_renewed  # type: ignore[method-assign,assignment]

    def body(self, ask: Ask, now: datetime) -> bytes:
        joined = self.joiner.join(ask, now=now)
        assert joined is not None
        assert joined.copy is not None
        self.joiner._copies.finish()
        return joined.copy.read(packed=False)


def asks_of(database: Database) -> list[Ask]:
    metropolis = database.installation.metropolis
    return [found for each in ADDRESSES if (found := named_ask(each, metropolis=metropolis))]


def check(database: Database, asks: list[Ask], processes: list[Process], now: datetime) -> None:
    for ask in asks:
        anew = composed(database, ask, now=now).body
        for each in processes:
            body = each.body(ask, now)
            polled = Poller(database).ask(ask.address, now=now)
            assert polled is not None
            assert body == anew.written(polled.version.changed)
            assert polled.version.etag == anew.etag(polled.version.changed)


class Season:
    """Deeds on events drawn by lot; what cannot be done to one is left."""

    def __init__(self, seed: int) -> None:
        self.lot = Random(seed)  # noqa: S311 - the same for a seed

    def do(self, session: Session, now: datetime) -> None:
        deed = self.lot.choice((
            self.post, self.post, self.rename, self.move, self.move, self.cancel, self.hide, self.show, self.share,
            self.override, self.rename_venue, self.anything,
        ))  # fmt: skip
        with suppress(DomainError):
            deed(session, now)

    def one(self, session: Session) -> Event:
        ids = session.scalars(select(Event.id).order_by(Event.id)).all()
        return whole_events(session, [self.lot.choice(ids)])[0]

    def post(self, session: Session, now: datetime) -> None:
        begins = now + timedelta(days=self.lot.randrange(-9, 30))
        host = self.lot.choice(HOSTS)
        rule = "FREQ=DAILY;COUNT=4" if self.lot.random() < 0.4 else None
        an_event(
            session, by=of_the_office(session, host), now=now, host=host, summary=f"Nuevo {begins:%d}", rrule=rule,
            start=f"{begins:%Y-%m-%d}T10:00", end=f"{begins:%Y-%m-%d}T11:00",
        )  # fmt: skip

    def _revise(self, session: Session, now: datetime, **fields: str) -> None:
        event = self.one(session)
        draft = read_draft(draft_of(event) | fields, metropolis=session.installation.metropolis)
        revise(session, event, draft, seen=None, by=of_the_office(session, event.host.slug), now=now)

    def rename(self, session: Session, now: datetime) -> None:
        self._revise(session, now, summary=f"Otro título {self.lot.random():.9f}")

    def move(self, session: Session, now: datetime) -> None:
        day = now + timedelta(days=self.lot.choice((-60, -8, 1, 2, 3, 20)))
        self._revise(session, now, start=f"{day:%Y-%m-%d}T18:00", end=f"{day:%Y-%m-%d}T19:00")

    def cancel(self, session: Session, now: datetime) -> None:
        event = self.one(session)
        cancel(session, event, reason="Lluvia", by=of_the_office(session, event.host.slug), now=now)

    def hide(self, session: Session, now: datetime) -> None:
        take_down(session, self.one(session), reason="Daña", by=FACILITATOR, now=now)

    def show(self, session: Session, now: datetime) -> None:
        for event_id in session.scalars(select(Event.id).where(Event.taken_down.is_not(None))).all():
            put_back(session, whole_events(session, [event_id])[0], by=FACILITATOR, now=now)

    def share(self, session: Session, now: datetime) -> None:
        event = self.one(session)
        other = HOSTS[event.host.slug == HOSTS[0]]
        sharing.propose(session, event, [other], by=of_the_office(session, event.host.slug), now=now)
        sharing.answer(session, event, other, accept=True, by=of_the_office(session, other), now=now)

    def override(self, session: Session, now: datetime) -> None:
        event = self.one(session)
        date = self.lot.choice(list(dates_of(event)))
        change = Change(start=event.start + timedelta(days=2), end=event.start + timedelta(days=2, hours=3))
        by = of_the_office(session, event.host.slug)
        change_occurrence(session, event, date.recurrence_id, change, seen=None, by=by, now=now)

    def rename_venue(self, session: Session, now: datetime) -> None:
        venue = session.scalars(select(Venue).order_by(Venue.id)).first()
        assert venue is not None
        to = replace(changing.said_of(venue), name=f"Parque {self.lot.random():.6f}")
        by = Viewer(districts=frozenset({venue.district_id}))
        changing.change(session, venue, to, seen=venue.version, by=by, now=now)

    def anything(self, session: Session, now: datetime) -> None:
        raise_revisions(session, ["all", "district/barranco"])


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_the_bytes_are_those_of_the_feed_composed_anew(
    lima: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(gathering, "MAX_EVENTS", 7)
    monkeypatch.setattr(standing, "MOST_WAITING", 3)
    monkeypatch.setattr(copies, "LARGEST_IN_HAND", 9_000)  # what is larger is taken out of its file
    season, asks = Season(seed), asks_of(lima)
    with lima.deed() as session:
        a_cluster(session, "malecon", HOSTS, now=now)
        for _ in range(12):
            season.post(session, now - timedelta(days=1))
    often, seldom = Process(lima, tmp_path / "often"), Process(lima, tmp_path / "seldom")
    for ask in asks:
        settled(lima, ask, now=now)
    for number in range(DEEDS):
        now += timedelta(days=1) if number == DEEDS // 2 else timedelta(minutes=5)
        with lima.deed() as session:
            season.do(session, now)
        check(lima, asks, [often, seldom] if number % 2 else [often], now)
    assert often.put_in > 10
    assert seldom.put_in > 0
