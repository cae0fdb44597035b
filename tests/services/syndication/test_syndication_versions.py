"""Versions: known before the bytes, the same for every process, rising and never falling (rule 3, R24)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from calendar_service.db.direct import Direct
from calendar_service.db.direct_feeds import NEVER, of_district
from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.db.queries.syndication.feeds import forget_changes, raise_revisions, revision_of
from calendar_service.domain.errors import Busy
from calendar_service.domain.publication import FeedVersion
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication.asking import Ask, Kind
from calendar_service.services.syndication.bodies import composing
from calendar_service.services.syndication.bodies.composing import Composed, Version, settle
from calendar_service.services.syndication.polling import Poller
from tests.builders import an_event
from tests.services.feeding import an_ask, composed, of_the_office, post, settled

DISTRICT = (Kind.DISTRICT, "barranco")
SECOND = timedelta(seconds=1)


def known(database: Database, ask: Ask, now: datetime) -> Version | None:
    found = Poller(database).ask(ask.address, now=now)
    return found.version if found else None


def test_a_feed_that_nobody_has_asked_for_has_no_version(lima: Database, now: datetime) -> None:
    assert known(lima, an_ask(lima, *DISTRICT), now) is None


def test_once_settled_a_version_is_known_without_the_body(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    version = settled(lima, ask, now=now).version
    assert known(lima, ask, now) == version
    assert version.changed == now


def test_a_published_change_makes_a_version_unknown_and_another_districts_does_not(
    lima: Database, now: datetime
) -> None:
    ask, everything = an_ask(lima, *DISTRICT), an_ask(lima, Kind.ALL)
    before = {each: settled(lima, each, now=now).version for each in (ask, everything)}
    post(lima, now, host="lima")
    assert known(lima, ask, now) == before[ask]
    assert known(lima, everything, now) is None
    post(lima, now)
    assert known(lima, ask, now) is None


def test_a_change_gives_another_tag_and_a_later_date(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    slug = post(lima, now)
    first = settled(lima, ask, now=now).version
    with lima.deed() as session:
        cancel(session, event_by_slug(session, slug), reason="Lluvia", by=of_the_office(session), now=now)
    second = settled(lima, ask, now=now).version
    assert second.etag != first.etag
    assert second.changed == first.changed + SECOND, "two changes within a second are told apart"


def test_an_equal_body_keeps_its_tag_and_its_date(lima: Database, now: datetime) -> None:
    """The scope was raised and the day has changed, yet what stands in the feed has not."""
    ask = an_ask(lima, *DISTRICT)
    post(lima, now)
    first = settled(lima, ask, now=now).version
    with lima.deed() as session:
        raise_revisions(session, ["district/barranco"])
    tomorrow = now + timedelta(days=1)
    assert known(lima, ask, tomorrow) is None
    assert settled(lima, ask, now=tomorrow).version == first
    assert known(lima, ask, tomorrow) == first


def test_the_date_of_a_change_never_falls_when_the_clock_does(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    first = settled(lima, ask, now=now).version
    post(lima, now)
    second = settled(lima, ask, now=now - timedelta(days=2)).version
    assert second.changed == first.changed + SECOND


def test_a_version_is_unknown_on_the_next_local_day(lima: Database, now: datetime) -> None:
    """Local midnight in Lima is 05:00 UTC; the day changes in UTC at another hour, which changes nothing."""
    ask = an_ask(lima, *DISTRICT)
    version = settled(lima, ask, now=now).version
    assert known(lima, ask, datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC)) == version
    assert known(lima, ask, datetime(2026, 12, 1, 5, tzinfo=UTC)) is None


def test_a_version_by_another_renderer_is_unknown(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    settled(lima, ask, now=now)
    with lima.deed() as session:
        session.execute(update(FeedVersion).values(builder="0-old"))
    assert known(lima, ask, now) is None


def test_two_processes_settle_on_the_same_bytes(lima: Database, now: datetime) -> None:
    """Both compose before either settles, a second apart: the first to settle says when the body changed."""
    ask = an_ask(lima, *DISTRICT)
    post(lima, now)
    bodies: list[Composed] = [composed(lima, ask, now=now), composed(lima, ask, now=now + SECOND)]
    versions = []
    for number, body in enumerate(bodies):
        with lima.deed() as session:
            found = settle(session, ask, body, now=now + number * SECOND)
        assert found is not None
        versions.append(found.version)
    assert versions[0] == versions[1]
    assert bodies[0].body.written(versions[0].changed) == bodies[1].body.written(versions[1].changed)


def test_an_older_body_never_takes_the_place_of_a_newer(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    old = composed(lima, ask, now=now)
    post(lima, now)
    newer = settled(lima, ask, now=now).version
    with lima.deed() as session:
        assert settle(session, ask, old, now=now) is None
    assert known(lima, ask, now) == newer


def test_a_change_between_the_revision_and_the_texts_is_not_missed(lima: Database, now: datetime) -> None:
    """The revision is read first: what comes in between is in the body or makes its version unknown."""
    ask = an_ask(lima, *DISTRICT)
    stale = composed(lima, ask, now=now)
    post(lima, now)
    with lima.deed() as session:
        settle(session, ask, stale, now=now)
    assert known(lima, ask, now) is None


def test_a_feed_is_wanted_from_its_second_reader_on(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, Kind.SELECTION, "", "free=1")
    assert [settled(lima, ask, now=now).wanted for _ in range(3)] == [False, True, True]


def test_many_strange_selections_leave_the_table_bounded(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MAX_VERSIONS", 3)
    asks = [an_ask(lima, Kind.SELECTION, "", f"q=palabra{number}") for number in range(6)]
    found = [settled(lima, ask, now=now) for ask in asks]
    assert [each.stored for each in found] == [True, True, True, False, False, False]
    assert settled(lima, an_ask(lima, *DISTRICT), now=now).stored, "a named feed always has its place"
    assert settled(lima, asks[5], now=now).version == found[5].version, "the same bytes from everybody all the same"


def test_versions_that_nobody_asks_for_are_forgotten(lima: Database, now: datetime) -> None:
    for query in ("q=uno", "q=dos"):
        settled(lima, an_ask(lima, Kind.SELECTION, "", query), now=now)
    later = now + timedelta(days=61)
    settled(lima, an_ask(lima, Kind.SELECTION, "", "q=tres"), now=later)
    with lima.reading() as session:
        assert session.scalar(select(func.count()).select_from(FeedVersion)) == 1


def test_revisions_rise_in_sql_by_one_each(lima: Database) -> None:
    for _ in range(3):
        with lima.deed() as session:
            raise_revisions(session, ["district/barranco", "all", "all"])
    with lima.reading() as session:
        assert [revision_of(session, key) for key in ("all", "district/barranco", "district/lima")] == [3, 3, 0]


def test_which_events_a_raise_was_about_is_told_of_the_latest_revisions(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        ids = [an_event(session, by=of_the_office(session), now=now).id for _ in range(3)]
        raise_revisions(session, ["district/lima"], events=ids[:2])
        raise_revisions(session, ["district/lima"], events=ids[2:])
        assert forget_changes(session, kept=9) == 0
    ask, direct = an_ask(lima, Kind.DISTRICT, "lima"), Direct(lima)
    settled(lima, ask, now=now)

    def changed(*, since: int) -> Collection[int] | None:
        known = of_district(direct, ask.key, ask.slug, since=since)
        assert known is not None
        return known.changed

    assert changed(since=0) == set(ids)
    assert changed(since=2) == set()
    assert changed(since=NEVER) is None, "what is not known to stand there may be any"
    with lima.deed() as session:
        assert forget_changes(session, kept=1) >= 2
    assert changed(since=1) == {ids[2]}
    assert changed(since=0) is None, "forgotten: it may be any"
    with lima.deed() as session:
        raise_revisions(session, ["district/lima"])
    assert changed(since=1) is None, "not told: it may be any"


# By the plain driver


def polled(poller: Poller, ask: Ask, now: datetime) -> tuple[str, Version] | None:
    found = poller.ask(ask.address, now=now)
    return (found.key, found.version) if found else None


def test_a_poll_reads_what_was_committed_last(lima: Database, now: datetime) -> None:
    """Never cached in a process: what another connection commits is seen by the next poll."""
    ask = an_ask(lima, *DISTRICT)
    poller = Poller(lima)
    assert poller.ask(ask.address, now=now) is None
    version = settled(lima, ask, now=now).version
    assert polled(poller, ask, now) == (ask.key, version)
    with lima.deed() as session:
        raise_revisions(session, ["district/barranco"])
        session.flush()
        if lima.is_sqlite:  # PostgreSQL would show the same, but waits for no lock either way
            assert polled(poller, ask, now) == (ask.key, version)
    assert poller.ask(ask.address, now=now) is None


def test_a_poll_knows_the_local_day_and_the_renderer(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    settled(lima, ask, now=now)
    poller = Poller(lima)
    assert poller.ask(ask.address, now=now + timedelta(hours=5)) is None
    with lima.deed() as session:
        session.execute(update(FeedVersion).values(builder="0-old"))
    assert poller.ask(ask.address, now=now) is None


def test_a_poll_says_when_the_database_is_away_and_recovers(lima: Database, now: datetime) -> None:
    ask = an_ask(lima, *DISTRICT)
    settled(lima, ask, now=now)
    poller = Poller(lima)
    assert poller.ask(ask.address, now=now) is not None
    with lima.deed() as session:
        session.execute(text("ALTER TABLE feed_version RENAME TO elsewhere"))
    with pytest.raises(Busy):
        poller.ask(ask.address, now=now)
    with lima.deed() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO feed_version"))
    assert poller.ask(ask.address, now=now) is not None
