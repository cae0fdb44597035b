"""By the plain driver the same bytes and the same versions as by the way for everything (rules 3 and 4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import raise_revisions
from calendar_service.services.syndication.asking import Ask, Kind, named_ask
from calendar_service.services.syndication.bodies import gathering, joining
from calendar_service.services.syndication.bodies.composing import Version
from calendar_service.services.syndication.bodies.copies import Copies
from calendar_service.services.syndication.bodies.gathering import Asking, Gathered
from calendar_service.services.syndication.bodies.joining import Joiner
from calendar_service.services.syndication.polling import Poller
from tests.services.feeding import a_cluster, an_ask, composed, post, settled

HOUR = timedelta(hours=1)
ADDRESSES = (
    "/feeds/districts/barranco.ics", "/feeds/clusters/malecon.ics", "/feeds/all.ics", "/feeds/all.ics?full=1",
    "/feeds/districts/barranco.ics?cancelled=visible&alarm=PT2H", "/feeds/all.ics?lang=en",
)  # fmt: skip


@pytest.fixture
def barranco(lima: Database) -> Ask:
    return an_ask(lima, Kind.DISTRICT, "barranco")


@pytest.fixture
def joiner(lima: Database, tmp_path: Path) -> Joiner:
    return Joiner(lima, Copies(tmp_path))


def joined(joiner: Joiner, ask: Ask, now: datetime) -> tuple[bytes, Version]:
    found = joiner.join(ask, now=now)
    assert found is not None
    assert found.copy is not None
    return found.copy.read(packed=False), found.version


def test_a_changed_feed_has_the_same_bytes_whichever_way_it_is_composed(
    lima: Database, now: datetime, joiner: Joiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MAX_EVENTS", 3)
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
    asks = [found for address in ADDRESSES if (found := named_ask(address, metropolis=lima.installation.metropolis))]
    assert [ask.address for ask in asks] == list(ADDRESSES)
    for day in (1, 12, 20):
        post(lima, now, summary=f"Día {day}", start=f"2026-12-{day:02}T19:30", end=f"2026-12-{day:02}T21:00")
    post(lima, now, host="miraflores", rrule="FREQ=WEEKLY;COUNT=3")
    for ask in asks:
        settled(lima, ask, now=now)
    post(lima, now, summary="Otra", start="2026-12-03T10:00", end="2026-12-03T11:00")
    for ask in asks:
        other = composed(lima, ask, now=now + HOUR)
        ours, version = joined(joiner, ask, now + HOUR)
        assert ours == other.body.written(version.changed)
        polled = Poller(lima).ask(ask.address, now=now + HOUR)
        assert polled is not None
        assert polled.version == version == settled(lima, ask, now=now + HOUR).version


def test_what_nobody_asked_for_before_goes_the_other_way(joiner: Joiner, now: datetime, barranco: Ask) -> None:
    assert joiner.join(barranco, now=now) is None


def test_what_another_process_settled_meanwhile_is_left_alone(
    lima: Database, now: datetime, barranco: Ask, joiner: Joiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our reading and our writing the other one composes a newer body."""
    settled(lima, barranco, now=now)
    post(lima, now)
    gather = gathering.gather_named

    def slowly(asking: Asking, ask: Ask) -> Gathered:
        found = gather(asking, ask)
        with lima.deed() as session:
            raise_revisions(session, ["district/barranco"])
        settled(lima, barranco, now=now)
        return found

    monkeypatch.setattr(joining, "gather_named", slowly)
    assert joiner.join(barranco, now=now + HOUR) is None
    assert Poller(lima).ask(barranco.address, now=now) is not None
