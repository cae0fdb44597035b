"""A municipality brings its whole calendar as .ics: read, stored, brought again unchanged, and with a few changes.

Beside it stands what icalendar's parse of the same bytes costs, with nothing done about it.
"""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from icalendar import Calendar

from bench.season import ALL_DAY, KINDS, WEEKLY, WORDS, sentences
from bench.table import ratio, show
from calendar_service.db.queries.places import district_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.services.house import House
from calendar_service.services.importing.files import COMMAND, read_file, receiver_for, store
from calendar_service.services.importing.report import Outcome, Report

SEED = 12
DAYS = 365
CHANGED = 100
"""Every so many events, one is renamed in the changed file."""
T = TypeVar("T")


def run(house: House, *, district: str, events: int) -> None:
    """Measure and print."""
    file = calendar_of(events, first=house.now().date() + timedelta(days=1))
    show(
        f"Importing an .ics of {events} events, {len(file) / 1e6:.1f} MB",
        ("step", "CPU s", "of icalendar's parse", "peak memory, MB", "outcome"),
        _rows(house, district, file),
    )


def _rows(house: House, district: str, file: bytes) -> Iterator[list[object]]:
    parse, _ = _cpu(lambda: Calendar.from_ical(file))
    yield ["icalendar's parse alone", parse, ratio(parse, parse), None, None]
    seen = [0]

    def renamed(title: re.Match[bytes]) -> bytes:
        seen[0] += 1
        return title[0] + (b"!" if seen[0] % CHANGED == 0 else b"")

    changed = re.sub(rb"SUMMARY:[^\r]+", renamed, file)
    for step, data in (("first import", file), ("the same again", file), ("1 % renamed", changed)):
        cost, report = _cpu(lambda data=data: _import(house, district, data))  # type: ignore[misc]
        said = ", ".join(f"{report.count(each)} {each}" for each in Outcome if report.count(each))
        yield [step, cost, ratio(cost, parse), _peak(), said]


def _import(house: House, district: str, data: bytes) -> Report:
    with house.reading() as session:
        receiver = receiver_for(session, district, limits=COMMAND)
        by = Viewer(districts=frozenset({district_by_slug(session, district).id}), channel="bench")
    reading = read_file(data, name="agenda.ics", receiver=receiver, limits=COMMAND)
    return store(house.deed, reading, district=district, by=by, now=house.now())


def _cpu(deed: Callable[[], T]) -> tuple[float, T]:
    before = time.process_time()
    done = deed()
    return time.process_time() - before, done


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def calendar_of(events: int, *, first: date) -> bytes:
    """A calendar as another program writes it: times with a zone, text escaped and folded, one line for the place."""
    rng = Random(SEED)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//Agenda//ES", "X-WR-TIMEZONE:America/Lima"]
    for number in range(events):
        lines += _event(rng, number, first + timedelta(days=rng.randrange(DAYS)))
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _event(rng: Random, number: int, day: date) -> Iterator[str]:
    title, discipline, _ = rng.choice(KINDS)
    yield from ("BEGIN:VEVENT", f"UID:{number}@elsewhere.example", "DTSTAMP:20261101T120000Z")
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
