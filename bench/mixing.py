"""Everybody at once (R19): a hundred readers a second, five writers, and a municipality that brings 5,000 events.

Who asks comes when she comes, whether others have been answered or not: an answer's time counts from when it was due.
The client and the import work on the same machine, and take their share of it.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from threading import local

from bench.importing import calendar_of
from bench.serving.servers import service
from bench.table import show
from calendar_service.services.house import House
from calendar_service.services.people.officers import make_officer
from calendar_service.services.people.tokens import make_token
from calendar_service.services.secrets import new_secret

READS, WRITES = 100, 5
"""A second."""
SECONDS = 60
BROUGHT = 5_000
AT_ONCE = 64
PATIENCE = 60
IDLE = 5
"""Seconds after which somebody does not count on her line any more: the service ends one that is idle for ten."""
PATHS = (
    "/", "/events", "/feeds/districts/{district}.ics", "/events?discipline=musica&when=month", "/feeds/all.ics",
    "/calendar/{year}/{month:02d}", "/events?q=guitarra", "/districts/{district}", "/api/v1/events?limit=20", "/map",
)  # fmt: skip
Answer = tuple[float, int]
"""Seconds from when it was due, and the status."""


def run(house: House, scratch: Path, *, district: str, quick: bool) -> None:
    """Ask, write and import side by side; print."""
    seconds, brought = (SECONDS // 6, BROUGHT // 10) if quick else (SECONDS, BROUGHT)
    token, today = _token(house, district), house.now()
    paths = [each.format(district=district, year=today.year, month=today.month) for each in PATHS]
    draft = {"summary": "Retreta", "start": f"{today.date() + timedelta(days=9)}T19:30", "host": district}
    with service(house.settings.data_dir) as ours:
        crowd = _Crowd(ours.port, paths, json.dumps(draft), token)
        crowd.look_around()
        importing = _bring(house, scratch, district, brought)
        read, written = crowd.all(seconds)
        while_asked = "was over before" if importing.poll() is not None else "went on after"
        importing.wait()
    columns = ("what", "answers", "median ms", "95 % within", "99 % within", "the longest", "5xx")
    show(f"{READS} reads and {WRITES} writes a second for {seconds} s, beside an import of {brought} events", columns,
         [_row("reads", read), _row("writes", written)])  # fmt: skip
    print(f"\nThe import {while_asked} the last answer.")


def _token(house: House, district: str) -> str:
    with house.deed() as session:
        officer = make_officer(
            session, address="bench@agenda.example", name="Bench", password=new_secret(),
            districts={district: "officer"}, now=house.now(),
        )  # fmt: skip
        session.flush()
        return make_token(session, officer, district=district, now=house.now())


def _bring(house: House, scratch: Path, district: str, events: int) -> subprocess.Popen[bytes]:
    file = scratch / "beside.ics"
    file.write_bytes(calendar_of(events, first=house.now().date() + timedelta(days=1), named="beside"))
    command = [sys.executable, "-m", "bench.serving.command", "import", str(file), "--district", district]
    surroundings = {**os.environ, "CALENDAR_DATA_DIR": str(house.settings.data_dir)}
    return subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL)


@dataclass(slots=True)
class _Crowd:
    """Those who read and those who write; each thread keeps its line open."""

    port: int
    paths: Sequence[str]
    draft: str
    token: str
    _lines: local = field(default_factory=local)

    def look_around(self) -> None:
        """Ask for everything once: what the first second of a service costs is not what is measured."""
        for number in range(len(self.paths)):
            self._read(number)

    def all(self, seconds: int) -> tuple[list[Answer], list[Answer]]:
        """What readers and writers were answered."""
        read: list[Future[Answer]] = []
        written: list[Future[Answer]] = []
        with ThreadPoolExecutor(AT_ONCE) as pool, ThreadPoolExecutor(WRITES) as desk:
            began = time.perf_counter()
            for number in range(seconds * READS):
                due = began + number / READS
                time.sleep(max(0.0, due - time.perf_counter()))
                read.append(pool.submit(self._timed, due, self._read, number))
                if number % (READS // WRITES) == 0:
                    written.append(desk.submit(self._timed, due, self._write, number))
        return [each.result() for each in read], [each.result() for each in written]

    def _timed(self, due: float, ask: Callable[[int], int], number: int) -> Answer:
        status = ask(number)
        return time.perf_counter() - due, status

    def _read(self, number: int) -> int:
        return self._ask("GET", self.paths[number % len(self.paths)], {"Accept-Encoding": "gzip"})

    def _write(self, _number: int) -> int:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return self._ask("POST", "/api/v1/events", headers, self.draft)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> int:
        line = self._line()
        line.request(method, path, body=body, headers=dict(headers))
        answer = line.getresponse()
        answer.read()
        self._lines.asked = time.monotonic()
        return answer.status

    def _line(self) -> http.client.HTTPConnection:
        if time.monotonic() - getattr(self._lines, "asked", -IDLE) >= IDLE:
            self._lines.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        line: http.client.HTTPConnection = self._lines.line
        return line


def _row(what: str, answers: Sequence[Answer]) -> Sequence[object]:
    times = [seconds * 1000 for seconds, _ in answers]
    hundredths = quantiles(times, n=100)
    broken = sum(status >= http.client.INTERNAL_SERVER_ERROR for _, status in answers)
    wrong = {status for _, status in answers if http.client.BAD_REQUEST <= status < http.client.INTERNAL_SERVER_ERROR}
    if wrong:
        raise RuntimeError(f"{what}: {wrong}")
    return what, len(answers), hundredths[49], hundredths[94], hundredths[98], max(times), broken
