"""A calendar program never sees an error for a feed that exists (R13, decision 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from calendar_service.db.copies import dump
from calendar_service.db.engine import Database
from calendar_service.domain.errors import Busy
from calendar_service.services.house import House
from calendar_service.services.syndication.keeping import keep_stale
from calendar_service.web import press as press_module
from tests.services.feeding import a_cluster, post
from tests.web.conftest import settings_for
from tests.web.feed_clients import DISTRICT, EVERYWHERE, another_process, away, settled


@pytest.fixture(autouse=True)
def something_on(lima: Database, now: datetime) -> None:
    """A concert of Barranco, which belongs to a cluster."""
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
    post(lima, now)


@pytest.mark.parametrize("path", EVERYWHERE)
def test_while_the_database_is_away_the_last_good_copy_is_given_and_marked(
    client: FlaskClient, house: House, lima: Database, path: str
) -> None:
    """R13, decision 7: also by a process that started meanwhile."""
    good = settled(client, path)
    with away(lima):
        for process in (client, another_process(house)):
            answer = process.get(path)
            assert (answer.status_code, answer.data) == (200, good.data)
            assert int(answer.headers["X-Calendar-Stale"]) >= 0
            assert answer.headers["ETag"] == good.headers["ETag"]
            unchanged = process.get(path, headers={"If-None-Match": good.headers["ETag"]})
            assert unchanged.status_code == 304


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_file_that_is_gone_is_away_and_is_not_made_anew(client: FlaskClient, house: House, lima: Database) -> None:
    """R13: an empty database in its place would empty every calendar that follows."""
    good = settled(client, DISTRICT)
    file = Path(lima.engine.url.database or "")
    untouched = Database(lima.url, installation=lima.installation)
    lima.dispose()
    gone = file.rename(file.with_suffix(".gone"))
    process = another_process(house)
    answer = process.get(DISTRICT)
    assert (answer.status_code, answer.data, file.exists()) == (200, good.data, False)
    assert int(answer.headers["X-Calendar-Stale"]) >= 0
    with pytest.raises(Busy), untouched.reading() as session:
        session.execute(text("SELECT 1"))
    gone.rename(file)
    assert "X-Calendar-Stale" not in another_process(house).get(DISTRICT).headers


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_nothing_is_written_into_a_file_that_was_taken_away_r1(
    client: FlaskClient, lima: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody will ever read again must not be acknowledged; what lies there is what is read, also by polls."""
    monkeypatch.setattr(press_module, "PAUSE", 0.0)
    good = settled(client, DISTRICT)
    unchanged = {"If-None-Match": good.headers["ETag"]}
    file = Path(lima.engine.url.database or "")
    other = file.with_suffix(".other")
    dump(lima, other)
    gone = file.rename(file.with_suffix(".gone"))
    with pytest.raises(Busy), lima.deed() as session:
        session.execute(text("UPDATE event SET summary = 'Perdida'"))
    assert "X-Calendar-Stale" in client.get(DISTRICT).headers
    for each in ("-wal", "-shm"):
        file.with_name(f"{file.name}{each}").unlink(missing_ok=True)
    other.rename(file)
    with lima.deed() as session:
        session.execute(text("UPDATE event SET summary = 'Puesta de nuevo', version = 7, sequence = 7"))
        session.execute(text("UPDATE scope SET revision = revision + 1"))
    answer = client.get(DISTRICT, headers=unchanged)
    assert (answer.status_code, "Puesta de nuevo" in answer.text) == (200, True)
    gone.unlink()


def test_a_feed_that_never_was_is_unavailable_for_a_while(client: FlaskClient, lima: Database) -> None:
    with away(lima):
        answer = client.get("/feeds/districts/lince.ics")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_when_the_database_is_back_so_is_the_feed(
    client: FlaskClient, lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_module, "PAUSE", 0.0)
    settled(client, DISTRICT)
    with away(lima):
        assert "X-Calendar-Stale" in client.get(DISTRICT).headers
    post(lima, now, summary="Otra")
    answer = client.get(DISTRICT)
    assert "X-Calendar-Stale" not in answer.headers
    assert answer.data.count(b"BEGIN:VEVENT\r\n") == 2


def test_after_an_upgrade_the_last_copy_is_given_while_much_is_rendered_anew(
    client: FlaskClient, lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = settled(client, DISTRICT)
    with lima.deed() as session:
        session.execute(text("UPDATE kept_text SET builder = 'old'"))
        session.execute(text("UPDATE feed_version SET builder = 'old'"))
    monkeypatch.setattr(press_module, "PATIENCE", 0)
    monkeypatch.setattr(press_module, "PAUSE", 0.0)
    meanwhile = client.get(DISTRICT)
    assert (meanwhile.status_code, meanwhile.data) == (200, good.data)
    assert "X-Calendar-Stale" in meanwhile.headers
    with lima.deed() as session:
        keep_stale(session, limit=10)
    assert "X-Calendar-Stale" not in client.get(DISTRICT).headers


def test_a_disk_that_takes_no_copy_costs_speed_and_nothing_else(house: House, tmp_path: Path, lima: Database) -> None:
    """R14."""
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "feeds").write_text("a file where the folder should be")
    settings = settings_for(lima, blocked)
    process = another_process(House(
        settings=settings, installation=house.installation, database=lima, clock=house.clock
    ))  # fmt: skip
    answers = [process.get(DISTRICT) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len({each.data for each in answers}) == 1
    assert process.get(DISTRICT, headers={"If-None-Match": answers[0].headers["ETag"]}).status_code == 304


def test_an_older_copy_goes_when_a_newer_is_there(
    client: FlaskClient, house: House, lima: Database, now: datetime
) -> None:
    folder = house.settings.data_dir / "feeds" / "named"
    for number in range(3):
        post(lima, now + timedelta(minutes=number), summary=f"Otra {number}")
        client.get(DISTRICT)
        client.application.extensions["press"].finish()
    assert len(list(folder.iterdir())) == 1
