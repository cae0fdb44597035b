"""How calendar programs treat a calendar that they follow: the one home of these facts, for page and docs.

What their makers say, what their sources show and what people report; none of it is in our hands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calendar_service.words import Words, mark

STRUCK = mark("queda tachada")
NOTICED = mark("queda con su aviso")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A family of programs: how often it asks again, and what becomes of a cancelled event there; texts to translate.

    `common` are those that most people have.
    """

    name: str
    asks: str
    cancelled: str = NOTICED
    common: bool = False


PROGRAMS = (
    Program(
        name="Google Calendar", asks=mark("cada 8 a 24 horas"), cancelled=mark("desaparece"), common=True
    ),
    Program(
        name=mark("Calendario de Apple"),
        asks=mark("cada hora o cada día; en una Mac eliges desde 5 minutos,"
                  " en un iPhone lo dice su ajuste «Obtener datos»"),
        cancelled=STRUCK, common=True,
    ),
    Program(
        name="Outlook.com, Microsoft 365", asks=mark("cada 3 a 24 horas, a veces más"),
        cancelled=mark("queda con su aviso, o desaparece"), common=True,
    ),
    Program(
        name="Thunderbird", asks=mark("cada 30 minutos, o lo que elijas"), cancelled=STRUCK, common=True
    ),
    Program(
        name="ICSx5 (Android)", asks=mark("cada día, o desde cada 15 minutos si lo eliges"), common=True
    ),
    Program(name=mark("Outlook clásico, de escritorio"), asks=mark("al enviar y recibir, a lo más cada 4 horas")),
    Program(name="Nextcloud", asks=mark("cada 4 horas"), cancelled=STRUCK),
    Program(name="Fastmail", asks=mark("cada hora")),
    Program(name="Proton", asks=mark("cada 4 a 16 horas")),
    Program(name=mark("GNOME y KDE"), asks=mark("lo que elijas")),
    Program(name="Home Assistant", asks=mark("cada día")),
)  # fmt: skip


def said(words: Words, *, common: bool) -> Iterator[tuple[str, str, str]]:
    """The name of each program, how often it asks, and what becomes of what is cancelled."""
    for each in PROGRAMS:
        if each.common == common:
            yield words.t(each.name), words.t(each.asks), words.t(each.cancelled)
