"""An event as a line of the desk's lists: when it is on next, where it stands, what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calendar_service import addresses as to
from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.clusters import Consent
from calendar_service.entrance import asking
from calendar_service.services.desk.desk import Row
from calendar_service.services.draft_checks import helpful, missing
from calendar_service.web.office.events.saying import STATUSES
from calendar_service.words import Words, mark

LACKING = {"end": mark("la hora de fin"), "venue": mark("el lugar")}
HELPFUL = {
    "price": mark("cuánto cuesta"), "accessibility": mark("qué accesibilidad tiene"), "description": mark("qué habrá"),
    "disciplines": mark("qué disciplina es"), "image": mark("con un afiche, cómo se ve"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a line says. `lang` is the title's language where it is not the page's, `tone` the status, for its look;
    `notes` say what is worth knowing beside it.
    """

    href: str
    summary: str
    lang: str
    when: str
    machine: str
    where: str
    status: str
    tone: str
    notes: list[str]


def lines(rows: Iterable[Row]) -> list[Line]:
    """The lines, in the language of the request."""
    words = asking.words()
    return [_line(each, words) for each in rows]


def _line(row: Row, words: Words) -> Line:
    event = row.event
    return Line(
        href=to.office("events", event.slug), summary=event.summary or words.t("Evento retirado"),
        lang="" if event.lang == words.language else event.lang,
        when=_when(row, words), machine=(row.next or event).start.date().isoformat(), where=_where(event, words),
        status=words.t(STATUSES[event.status]), tone=event.status, notes=[*_notes(event, words)],
    )  # fmt: skip


def _when(row: Row, words: Words) -> str:
    """The next date, and how many follow; of what is over its first."""
    said = words.span(row.next or row.event.span, today=asking.today())
    if row.left > 1:
        return words.n("%(when)s y %(num)s fecha más", "%(when)s y %(num)s fechas más", row.left - 1, when=said)
    return said


def _where(event: Event, words: Words) -> str:
    """The venue, or what stands for one."""
    if event.venue:
        return event.venue.name
    return event.place_note or (words.t("En línea") if event.online_url else "")


def _notes(event: Event, words: Words) -> list[str]:
    notes = [words.t("fuera de las páginas públicas")] if event.taken_down else []
    if event.host_id not in asking.viewer().districts:
        notes.append(words.t("organiza %(district)s", district=event.host.name))
    if names := [each.district.name for each in event.hosts if each.state == Consent.ACCEPTED]:
        notes.append(words.t("con %(districts)s", districts=words.list_and(names)))
    if names := [each.district.name for each in event.hosts if each.state == Consent.INVITED]:
        notes.append(words.t("por responder: %(districts)s", districts=words.list_and(names)))
    if event.hold_until:
        notes.append(words.t("reservado %(until)s", until=words.until(event.hold_until, today=asking.today())))
    if lacking := lacking_in(event):
        notes.append(words.t("para publicarlo falta %(fields)s", fields=words.list_and(lacking)))
    return notes


def helpful_in(event: Event) -> list[str]:
    """What people would like to know, in words."""
    return [asking.words().t(HELPFUL[each]) for each in helpful(event, metropolis=asking.metropolis())]


def lacking_in(event: Event) -> list[str]:
    """What a draft lacks to be held or published, in words."""
    if event.status != Status.DRAFT:
        return []
    return [asking.words().t(LACKING[each.field]) for each in missing(event)]
