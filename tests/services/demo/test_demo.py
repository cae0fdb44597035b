"""The demo season: everything that the product can show, the same for the same day and seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.network.places import existing_clusters
from calendar_service.domain.events import Event, HoldShows, Host, Override, Status
from calendar_service.domain.network.clusters import ClusterMember, Consent
from calendar_service.domain.network.sharing import Share
from calendar_service.domain.posting.templates import Template
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.demo.season import make_season
from tests.databases import Copies, copied, loading

pytestmark = pytest.mark.one_database  # it is posted as everything else is


@pytest.fixture
def season(copies: Copies, installation: Installation, now: datetime) -> Iterator[Database]:
    """Lima with a season of 200 events, made once for all tests of this file."""

    def make(url: str) -> None:
        loading(installation)(url)
        database = Database(url, installation=installation)
        with database.deed() as session:
            make_season(session, now=now, events=200)
        database.dispose()

    with copied(copies, "season", make, installation) as database:
        yield database


def told(session: Session) -> list[tuple[str, datetime, str | None]]:
    """What the events are, without the identifiers that are random."""
    rows = session.execute(select(Event.summary, Event.start, Event.rrule).order_by(Event.id))
    return [(summary, start, rrule) for summary, start, rrule in rows]


def test_the_season_is_the_same_for_the_same_day_and_seed(lima: Database, now: datetime) -> None:
    seasons = []
    for _ in range(2):
        with lima.rehearsal() as session:
            assert make_season(session, now=now, events=45, seed=7) == 45
            seasons.append(told(session))
    assert seasons[0] == seasons[1]


def test_the_season_shows_what_the_product_can_do(season: Database) -> None:
    with season.reading() as session:
        events = session.scalars(select(Event)).all()
        statuses = Counter(each.status for each in events)
        assert set(statuses) == set(Status) - {Status.DISCARDED}
        assert len({each.host_id for each in events}) == 43
        assert {each.hold_shows for each in events if each.status == Status.TENTATIVE} == set(HoldShows)
        assert any(each.rrule and each.exdates for each in events)
        assert any(each.rdates for each in events)
        assert any(each.all_day and each.end != each.start for each in events)
        assert set(session.scalars(select(Host.state))) == {Consent.ACCEPTED, Consent.DECLINED, Consent.INVITED}
        assert set(session.scalars(select(Share.state))) == {"accepted", "declined", "proposed"}
        assert set(session.scalars(select(Share.standing))) == {False, True}
        assert len(session.scalars(select(Override)).all()) == 2
        assert len(session.scalars(select(Template)).all()) == 4
        waiting = select(ClusterMember).where(ClusterMember.state == Consent.INVITED)
        assert len(session.scalars(waiting).all()) == 4
        assert all(each.reason for each in events if each.status == Status.CANCELLED)


def test_the_promised_clusters_exist(season: Database) -> None:
    with season.reading() as session:
        members = {each.slug: len(each.accepted) for each in existing_clusters(session)}
    assert members == {
        "lima-centro": 16, "lima-norte": 8, "lima-este": 8, "lima-sur": 11, "balnearios-del-sur": 5, "malecon": 6,
    }  # fmt: skip


def test_hardly_two_events_of_the_season_are_called_the_same(season: Database) -> None:
    with season.reading() as session:
        titles = session.scalars(select(Event.summary)).all()
    assert len(set(titles)) > 0.9 * len(titles)


def test_no_text_of_the_season_has_a_hole(season: Database) -> None:
    with season.reading() as session:
        texts = [f"{each.summary} {each.description}" for each in session.scalars(select(Event))]
    assert not [each for each in texts if "{" in each or "  " in each.strip()]
