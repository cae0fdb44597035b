"""Programs that people use subscribe over HTTP and see what changes, nothing doubled (vdirsyncer, khal)."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Status
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.house import House
from calendar_service.services.status.binning import discard
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication import private_feeds
from tests.builders import an_officer
from tests.machine import need
from tests.services.feeding import of_the_office, post
from tests.web.conftest import settings_for

pytestmark = [pytest.mark.judges, pytest.mark.parametrize("copies", ["sqlite"], indirect=True)]


class Quiet(WSGIRequestHandler):
    """Says nothing on the terminal."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Nothing."""


@pytest.fixture
def base(lima: Database, tmp_path: Path, now: datetime) -> Iterator[str]:
    """The service on a loopback port of its own."""
    settings = settings_for(lima, tmp_path / "var", base_url="http://127.0.0.1")
    app = create_app(House(settings=settings, installation=lima.installation, database=lima, clock=lambda: now))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class Subscriber:
    """Somebody with vdirsyncer and khal, and a home of her own."""

    def __init__(self, home: Path, address: str) -> None:
        self.home = home
        self.bin = Path(need("judges")).parent
        self.calendar = home / "calendar"
        home.mkdir()
        (home / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{home}/status/"\n'
            '[pair agenda]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.calendar}"\nfileext = ".ics"\n'
            f'[storage there]\ntype = "http"\nurl = "{address}"\n'
        )
        (home / "khal").write_text(
            f"[calendars]\n[[agenda]]\npath = {self.calendar}\nreadonly = True\n"
            "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            "local_timezone = America/Lima\ndefault_timezone = America/Lima\n"
        )

    def _run(self, *command: str) -> str:
        environ = {**os.environ, "HOME": str(self.home), "VDIRSYNCER_CONFIG": str(self.home / "vdirsyncer")}
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, check=False, timeout=60, input="y\n"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sync(self) -> None:
        if not self.calendar.exists():
            self.calendar.mkdir()
            self._run(str(self.bin / "vdirsyncer"), "discover")
        self._run(str(self.bin / "vdirsyncer"), "sync")

    def listed(self) -> list[str]:
        """What khal shows of a season, a line an occurrence."""
        form = "{start-date} {start-time} {title} {status}"
        said = self._run(
            str(self.bin / "khal"), "-c", str(self.home / "khal"), "list", "--format", form,
            "--day-format", "", "2026-12-01", "2027-01-31",
        )  # fmt: skip
        return [line.strip() for line in said.splitlines() if line.strip()]


def test_a_subscriber_sees_a_move_a_cancellation_and_a_new_event_at_the_next_sync(
    lima: Database, now: datetime, base: str, tmp_path: Path
) -> None:
    series = post(lima, now, summary="Taller", rrule="FREQ=WEEKLY;COUNT=3", disciplines=["danza"])
    feast = post(lima, now, summary="Fiesta, con ñ; 🎺", start="2026-12-08", end="2026-12-08", all_day=True)
    reader = Subscriber(tmp_path / "home", f"{base}/feeds/districts/barranco.ics")
    reader.sync()
    assert reader.listed() == [
        "2026-12-05 19:30 Taller CONFIRMED",
        "2026-12-08  Fiesta, con ñ; 🎺 CONFIRMED",
        "2026-12-12 19:30 Taller CONFIRMED",
        "2026-12-19 19:30 Taller CONFIRMED",
    ]
    with lima.deed() as session:
        office = of_the_office(session)
        found = event_by_slug(session, series)
        moved = Change(start=datetime(2026, 12, 13, 18), end=datetime(2026, 12, 13, 20))
        change_occurrence(session, found, "20261212T1930", moved, seen=found.version, by=office, now=now)
        cancel(session, event_by_slug(session, feast), reason="", by=office, now=now)
    post(lima, now, summary="Estreno", start="2027-01-02T21:00", end="2027-01-02T23:00")
    reader.sync()
    assert reader.listed() == [
        "2026-12-05 19:30 Taller CONFIRMED",
        "2026-12-08  CANCELADO: Fiesta, con ñ; 🎺 CANCELLED",
        "2026-12-13 18:00 Taller CONFIRMED",
        "2026-12-19 19:30 Taller CONFIRMED",
        "2027-01-02 21:00 Estreno CONFIRMED",
    ]
    assert len(list(reader.calendar.glob("*.ics"))) == 3, "a file for each UID"


def test_an_officers_own_calendar_is_synced_and_forgets_what_was_only_planned(
    lima: Database, now: datetime, base: str, tmp_path: Path
) -> None:
    """S42: what is public, her drafts, and a neighbour's hold by its hours alone; a draft that goes is gone."""
    post(lima, now, summary="Retreta")
    post(lima, now, host="miraflores", summary="Sorpresa", status=Status.TENTATIVE, rrule="FREQ=WEEKLY;COUNT=2")
    draft = post(lima, now, summary="Idea", status=Status.DRAFT, start="2026-12-06T10:00", end="2026-12-06T12:00")
    with lima.deed() as session:
        secret = private_feeds.make(session, name="portátil", by=an_officer(session, now=now), now=now)
    reader = Subscriber(tmp_path / "home", f"{base}/feeds/private/{secret}.ics")
    reader.sync()
    planned = [
        "2026-12-05 19:30 Reservado por Municipalidad de Miraflores TENTATIVE",
        "2026-12-05 19:30 Retreta CONFIRMED",
        "2026-12-06 10:00 BORRADOR: Idea TENTATIVE",
        "2026-12-12 19:30 Reservado por Municipalidad de Miraflores TENTATIVE",
    ]
    assert sorted(reader.listed()) == planned
    with lima.deed() as session:
        discard(session, event_by_slug(session, draft), by=of_the_office(session), now=now)
    reader.sync()
    assert sorted(reader.listed()) == [each for each in planned if "Idea" not in each]
