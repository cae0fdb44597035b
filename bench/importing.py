"""A municipality brings its whole calendar as .ics: read, stored, brought again unchanged, and with a few changes.

Beside it stands what icalendar's parse of the same bytes costs, with nothing done about it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

from icalendar import Calendar

from bench.season import ALL_DAY, KINDS, WEEKLY, WORDS, sentences
from bench.table import ratio, show

SEED = 12
DAYS = 365
IDLE, AGAIN = 5, 3
"""How often one event is brought (what a start costs, and how much that varies), and what is known already."""
CHANGED = 100
"""Every so many events, one is renamed in the changed file."""


def run(data: Path, scratch: Path, *, district: str, events: int, first: date) -> None:
    """Measure and print."""
    file = calendar_of(events, first=first)
    show(
        f"Importing an .ics of {events} events, {len(file) / 1e6:.1f} MB: the command, over one event",
        ("step", "CPU s", "of icalendar's parse", "MB over one event", "outcome"),
        _rows(data, scratch, district, file),
    )  # fmt: skip


def _rows(data: Path, scratch: Path, district: str, file: bytes) -> Iterator[list[object]]:
    before = time.process_time()
    Calendar.from_ical(file)
    parse = time.process_time() - before
    yield ["icalendar's parse alone", parse, ratio(parse, parse), None, None]
    one = calendar_of(1, first=date(2020, 1, 1), named="once")
    _bring(data, scratch / "one.ics", one, district)
    idle = [_bring(data, scratch / "one.ics", one, district) for _ in range(IDLE)]
    rests = sorted(each[0] for each in idle)
    least, noise, memory = rests[0], rests[-1] - rests[0], max(each[1] for each in idle)
    for step, content, times in (
        ("first import", file, 1),
        ("the same again", file, AGAIN),
        ("1 % renamed", _renamed(file), 1),
    ):
        done = [_bring(data, scratch / "agenda.ics", content, district) for _ in range(times)]
        cpu, peak, said = min(each[0] for each in done) - least, max(each[1] for each in done), done[0][2]
        told = cpu if cpu > noise else None
        yield [step, told, told and ratio(told, parse), max(0.0, peak - memory), said]


def _bring(data: Path, path: Path, content: bytes, district: str) -> tuple[float, float, str]:
    """CPU seconds and peak megabytes of a process that imports a file, and the first line of what it says."""
    path.write_bytes(content)
    said, peak = path.with_suffix(".txt"), path.with_suffix(".peak")
    command = [sys.executable, "-m", "bench.serving.command", "import", str(path), "--district", district]
    surroundings = {**os.environ, "CALENDAR_DATA_DIR": str(data), "BENCH_PEAK": str(peak)}
    with said.open("wb") as out:
        process = subprocess.Popen(command, env=surroundings, stdout=out)
        _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime, float(peak.read_text()), said.read_text().partition("\n")[0]


def _renamed(file: bytes) -> bytes:
    seen = count(1)
    return re.sub(rb"SUMMARY:[^\r]+", lambda title: title[0] + b"!" * (next(seen) % CHANGED == 0), file)


def calendar_of(events: int, *, first: date, named: str = "agenda") -> bytes:
    """A calendar as another program writes it: times with a zone, text escaped and folded, one line for the place."""
    rng = Random(SEED)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//Agenda//ES", "X-WR-TIMEZONE:America/Lima"]
    for number in range(events):
        lines += _event(rng, f"{named}-{number}", number, first + timedelta(days=rng.randrange(DAYS)))
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _event(rng: Random, key: str, number: int, day: date) -> Iterator[str]:
    title, discipline, _ = rng.choice(KINDS)
    yield from ("BEGIN:VEVENT", f"UID:{key}@elsewhere.example", "DTSTAMP:20261101T120000Z")
    yield from _when(rng, day)
    yield from _folded(f"SUMMARY:{title} {' '.join(rng.choices(WORDS, k=2)).title()} {number}")
    yield from _folded("DESCRIPTION:" + sentences(rng).replace(",", r"\,"))
    yield rf"LOCATION:Local {number % 7}\, Av. Central {number % 900}"
    yield from (f"CATEGORIES:{discipline}", "STATUS:CONFIRMED", f"URL:https://elsewhere.example/{number}", "END:VEVENT")


def _when(rng: Random, day: date) -> Iterator[str]:
    shape, hour = rng.random(), rng.randint(9, 20)
    if shape < ALL_DAY:
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1 + rng.randrange(19)):%Y%m%d}"
        return
    yield f"DTSTART;TZID=America/Lima:{day:%Y%m%d}T{hour:02d}3000"
    yield f"DTEND;TZID=America/Lima:{day:%Y%m%d}T{hour + 2:02d}0000"
    if shape < ALL_DAY + WEEKLY:
        yield f"RRULE:FREQ=WEEKLY;COUNT={rng.randint(4, 16)}"


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets (RFC 5545 §3.1); 36 characters of Spanish never have more."""
    yield line[:36]
    yield from (" " + line[at : at + 36] for at in range(36, len(line), 36))
