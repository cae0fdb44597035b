"""Small files to read: a calendar or a table from its lines, for a district of Lima."""

from __future__ import annotations

from pathlib import Path

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.posting.drafts import RawDraft, Reading, Receiver
from calendar_service.domain.territory.files import read_metropolis
from feeds.foreign.reader import read_ics
from feeds.tables.csv_reader import read_csv

LIMA = Receiver(metropolis=read_metropolis(SHIPPED_METROPOLIS), timezone="America/Lima", most=100)
SAMPLES = Path(__file__).parents[1] / "samples"
BEGINNING = ("BEGIN:VEVENT", "UID:one@example", "DTSTART;TZID=America/Lima:20261205T193000", "SUMMARY:Concierto")


def event(*lines: str, end: str = "DTEND;TZID=America/Lima:20261205T210000") -> list[str]:
    """A VEVENT on Saturday 5 December 2026, 7:30 to 9 p. m., with further lines."""
    return [*BEGINNING, *([end] if end else []), *lines, "END:VEVENT"]


def ics(*lines: str, newline: str = "\r\n") -> bytes:
    """A calendar with these lines in it."""
    return newline.join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//EN", *lines, "END:VCALENDAR", ""]
    ).encode()


def read(*lines: str, receiver: Receiver = LIMA) -> Reading:
    """What a calendar with these lines says."""
    return read_ics(ics(*lines), receiver=receiver)


def only(*lines: str) -> RawDraft:
    """The one event of a calendar with these lines."""
    (draft,) = read(*lines).drafts
    return draft


def remarks(draft: RawDraft) -> list[tuple[str, str]]:
    """Field and code of what is said of a draft."""
    return [(each.field, each.code) for each in (*draft.refusals, *draft.remarks)]


def table(*lines: str) -> list[RawDraft]:
    """The events of a CSV with these lines."""
    return list(read_csv("\n".join(lines).encode(), receiver=LIMA).drafts)


def sample(name: str) -> bytes:
    """A file of `tests/samples`."""
    return (SAMPLES / name).read_bytes()
