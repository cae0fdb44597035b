"""The dates of a report as a table that people open in a spreadsheet: in their language, for nobody's program."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import TypeAlias

from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.words import Words, mark
from feeds.tables.csv_writer import table_bytes
from feeds.tables.table import Cell

HEADINGS = (
    mark("Fecha"), mark("Empieza"), mark("Termina"), mark("Evento"), mark("Lugar"), mark("Organiza"),
    mark("Coorganizan"), mark("Disciplina"), mark("Formato"), mark("Público"), mark("Ingreso libre"),
    mark("Espacio público"), mark("Estado"), mark("Se realizó"), mark("Personas"), mark("Público esperado"),
)  # fmt: skip
Dates: TypeAlias = Iterable[tuple[Occurrence, Outcome | None]]


def as_csv(dates: Dates, *, metropolis: Metropolis, words: Words) -> bytes:
    """With a mark in front by which spreadsheets know the letters."""
    rows = (_row(each, outcome, metropolis, words) for each, outcome in dates)
    return BOM_UTF8 + table_bytes([words.t(each) for each in HEADINGS], rows)


def _row(date: Occurrence, outcome: Outcome | None, metropolis: Metropolis, words: Words) -> list[Cell]:
    event, language = date.event, words.language
    return [
        *_when(date), event.summary, _place(date, event), event.host.name,
        ", ".join(each.district.name for each in event.cohosts),
        _labels(metropolis.disciplines, event.disciplines, language),
        _labels(metropolis.formats, (event.format,) if event.format else (), language),
        _labels(metropolis.audiences, event.audiences, language),
        _yes(event.free, words), _yes(_in_public(date, event), words),
        words.t("cancelado") if date.status == Status.CANCELLED else words.t("publicado"),
        _yes(outcome.held, words) if outcome else "", outcome.people if outcome else None, event.expected_attendance,
    ]  # fmt: skip


def _when(date: Occurrence) -> tuple[str, str, str]:
    """The day, and the hours of what has some; of what lasts, its first and its last day."""
    first = date.start.date().isoformat()
    if date.all_day:
        return first, "", date.end.date().isoformat() if date.end else ""
    return first, f"{date.start:%H:%M}", f"{date.end:%H:%M}" if date.end else ""


def _place(date: Occurrence, event: Event) -> str:
    return date.venue.name if date.venue else event.place_note


def _in_public(date: Occurrence, event: Event) -> bool | None:
    if event.public_space is None and date.venue:
        return date.venue.public_space
    return event.public_space


def _labels(vocabulary: Vocabulary, slugs: Iterable[str], language: str) -> str:
    return ", ".join(vocabulary.label(each, language) for each in slugs)


def _yes(said: bool | None, words: Words) -> str:  # noqa: FBT001 - the cell itself
    return "" if said is None else words.t("sí") if said else words.t("no")
