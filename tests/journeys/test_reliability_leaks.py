"""R22: nothing piles up: files, threads and connections stay as many over many requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from calendar_service.db.engine import Database
from tests.builders import an_event, an_officer
from tests.processes import SECRET, Service, serving, wait_until

PAGES = ("/", "/events", "/events?q=retreta", "/districts/barranco", "/events/retreta-en-el-parque", "/feeds/all.ics",
         "/feeds/selection.ics?free=1", "/office/", "/nada", "/healthz", "/events?when=nunca")  # fmt: skip
ROUNDS = 30


def held(pid: int) -> tuple[int, int]:
    """How many files and threads a process has."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir())), len(list(Path(f"/proc/{pid}/task").iterdir()))


def visited(service: Service, rounds: int) -> set[int]:
    """Ask for every page so many times, four at a time; the statuses that were answered."""
    with ThreadPoolExecutor(4) as together:
        return {answer.status for answer in together.map(service.get, PAGES * rounds)}


def test_files_threads_and_connections_stay_as_many(lima: Database, tmp_path: Path, now: datetime) -> None:
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now)
    settings = {"CALENDAR_DATABASE_URL": lima.url, "CALENDAR_SECRET_KEY": SECRET}
    with serving(tmp_path, "--no-clock", **settings) as service:
        (process,) = service.children()
        assert visited(service, 3) <= {200, 303, 400, 404}  # warm: pools are filled, templates compiled
        files, threads = held(process)
        assert visited(service, ROUNDS) <= {200, 303, 400, 404}
        wait_until(lambda: held(process) <= (files + 4, threads + 4))  # what four visitors may still hold
