"""The columns of a spreadsheet of events and the words that people use for them; accents and case are forgiven.

Spanish and English headings are promised outside (CONTRACT); further ones are what people write instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from calendar_service.domain.events import Status
from calendar_service.text import fold

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "key": ("clave", "key", "codigo", "id"),
    "summary": ("título", "summary", "title", "nombre", "evento", "event", "actividad", "nombre del evento"),
    "description": ("descripción", "description", "detalle", "detalles"),
    "date": ("fecha", "date", "fecha inicio", "fecha de inicio", "start date", "start", "día"),
    "start_time": ("hora inicio", "start time", "hora de inicio", "hora", "time", "inicio"),
    "end_date": ("fecha fin", "end date", "end", "fecha de fin", "fecha final", "fecha término", "fecha de término"),
    "end_time": ("hora fin", "end time", "hora de fin", "hora final", "hora término", "hora de término", "fin"),
    "all_day": ("todo el día", "all day"),
    "repeat": ("repetición", "repeat", "se repite", "repite", "recurrence"),
    "until": ("hasta", "until", "repetir hasta"),
    "venue": ("lugar", "venue", "place", "location", "local", "espacio"),
    "address": ("dirección", "address"),
    "disciplines": ("disciplina", "discipline", "disciplinas", "disciplines"),
    "format": ("formato", "format"),
    "audiences": ("público", "audience", "públicos", "audiences"),
    "free": ("gratis", "free", "gratuito", "ingreso libre"),
    "price": ("precio", "price", "entrada", "costo"),
    "url": ("enlace", "url", "link", "inscripciones", "reservas"),
    "status": ("estado", "status"),
    "cohosts": ("coorganiza", "cohosts", "coorganizan", "coorganizadores"),
    "organisations": (
        "organización",
        "organisation",
        "organizaciones",
        "organisations",
        "organization",
        "organizations",
        "organiza",
        "organizador",
        "organizadores",
        "organizer",
    ),
}
NEEDED = ("summary", "date")

STATUSES: Mapping[Status, tuple[str, ...]] = {
    Status.DRAFT: ("borrador", "draft"),
    Status.TENTATIVE: ("reserva", "hold", "tentative", "reservado"),
    Status.CONFIRMED: ("publicado", "published", "confirmed", "confirmado"),
    Status.CANCELLED: ("cancelado", "cancelled", "canceled"),
}
YES = frozenset({"si", "yes", "x", "1", "true", "verdadero", "s", "y"})
NO = frozenset({"no", "0", "false", "falso", "n"})
REPEATS: Mapping[str, tuple[str, ...]] = {
    "FREQ=DAILY": ("diario", "diaria", "diariamente", "daily", "cada día", "todos los días"),
    "FREQ=WEEKLY": ("semanal", "semanalmente", "weekly", "cada semana"),
    "FREQ=WEEKLY;INTERVAL=2": ("quincenal", "quincenalmente", "fortnightly", "biweekly", "cada dos semanas"),
    "FREQ=MONTHLY": ("mensual", "mensualmente", "monthly", "cada mes"),
    "": ("no", "nunca", "no se repite", "una vez", "none", "never", "once"),
}
_NOT_A_WORD = re.compile(r"[^a-z0-9 ]+")


def _folded(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(each): name for name, several in words.items() for each in several}


_HEADINGS = _folded(HEADINGS)
_WITH_ITS_DAY = {"start_time": "date", "end_time": "end_date"}
_STATUSES = {fold(each): status for status, several in STATUSES.items() for each in several}
_REPEATS = _folded(REPEATS)


def column_of(heading: str) -> str | None:
    """The column that a heading means; of "título / summary" either half."""
    for part in (heading, *heading.split("/")):
        if column := _HEADINGS.get(" ".join(_NOT_A_WORD.sub(" ", fold(part)).split())):
            return column
    return None


def columns_of(headings: Sequence[str]) -> list[str | None]:
    """The column of each heading; of two that mean the same the first. Without one for days, hours have theirs."""
    found: list[str | None] = []
    for heading in headings:
        column = column_of(heading)
        found.append(None if column in found else column)
    return found if "date" in found else [_WITH_ITS_DAY.get(each or "", each) for each in found]


def status_of(word: str) -> Status | None:
    """The status that a word means."""
    return _STATUSES.get(fold(word))


def repeat_of(word: str) -> str | None:
    """The beginning of an RRULE that a word means; empty for no repetition, None for a word that is none."""
    return _REPEATS.get(fold(word))
