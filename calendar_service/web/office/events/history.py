"""The history of an event: who changed what, when, old and new in words (S15, rule 8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.access import Sight, may_edit, sees_note
from calendar_service.domain.errors import DomainError, Invalid, NotFound, Problem, Stale, WrongState
from calendar_service.domain.journal import Revision
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.errors import status_of
from calendar_service.services.access import event_for, own_event
from calendar_service.services.desk import desk
from calendar_service.services.events.reverting import differing, revert
from calendar_service.web.office.events.saying import Difference, Saying
from calendar_service.web.office.forms import seen
from calendar_service.words import mark

room = Room("history")
notices(reverted=mark("Hecho: dice otra vez lo que decía. En la historia puedes deshacerlo."))
DEEDS: Mapping[str, str] = {
    "post": mark("Creó el evento"), "revise": mark("Lo editó"), "confirm": mark("Lo publicó"),
    "hold": mark("Reservó la fecha"), "release": mark("Soltó la reserva"), "lapse": mark("La reserva venció"),
    "cancel": mark("Lo canceló"), "withdraw": mark("Lo retiró"), "change-date": mark("Cambió una fecha"),
    "undo-date": mark("Deshizo el cambio de una fecha"), "ask-cohosts": mark("Invitó a coorganizar"),
    "hand-over": mark("Aceptó organizarlo"),
    "accept": mark("Aceptó coorganizar"), "decline": mark("Declinó coorganizar"),
    "contribute": mark("Cambió su aporte"), "leave": mark("Dejó de coorganizar"),
    "take-down": mark("Lo quitó de las páginas públicas"), "put-back": mark("Lo volvió a mostrar"),
    "venue-merged": mark("Su lugar pasó a ser otro"), "venue-parted": mark("Su lugar volvió a ser el suyo"),
    "organisation-merged": mark("Una organización pasó a ser otra"),
    "revert": mark("Volvió a lo de antes"), "discard": mark("Lo tiró"), "restore": mark("Lo recuperó"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One revision: what was done, by whom (empty for the service itself), when, and each difference."""

    number: int
    deed: str
    who: str
    district: str
    at: datetime
    differences: list[Difference]


@room.get("/office/events/<slug>/history", policy=Policy.OFFICER)
def history(slug: str) -> Response:
    """The latest hundred revisions, the last first."""
    return _shown(slug)


def _shown(slug: str, *, wrong: DomainError | Problem | None = None) -> Response:
    with asking.reading() as session:
        event, sight = event_for(session, slug, viewer=asking.viewer())
        if sight is not Sight.OWN:
            raise NotFound("event")
        found = desk.history(session, event)
    if event.slug != slug:
        return moved(to.office("events", event.slug, "history"))
    hidden = () if sees_note(asking.viewer(), event) else ("internal_note",)
    saying = Saying(start=event.start, all_day=event.all_day, timezone=event.timezone, venues=found.venues,
                    parties=found.parties)  # fmt: skip
    entries = [_entry(each, saying, hidden=hidden) for each in found.revisions]
    editable = may_edit(asking.viewer(), event) and not event.withdrawn
    return page(
        "office/events/history.html", event=event, entries=entries, limit=desk.REVISIONS,
        ways_back=differing(event, found.revisions) if editable else set(),
        told=asking.words().sentence(wrong.code, **wrong.values) if wrong else "",
    )  # fmt: skip


@room.post("/office/events/<slug>/history/<int:number>", policy=Policy.OFFICER)
def go_back(slug: str, number: int) -> Response:
    """Let it say again what it said after a revision; that is a revision too, so it can be undone as well."""
    try:
        with asking.deed() as session:
            event = own_event(session, slug, viewer=asking.viewer())
            revert(session, event, number, seen=seen(request.form), by=asking.viewer(), now=asking.now())
            slug = event.slug
    except (Invalid, Stale, WrongState) as wrong:
        answer = _shown(slug, wrong=wrong.problems[0] if isinstance(wrong, Invalid) else wrong)
        answer.status_code = status_of(wrong)
        return answer
    return see_other(to.office("events", slug), said="reverted")


def _entry(revision: Revision, saying: Saying, *, hidden: Collection[str]) -> Entry:
    """The first revision sets everything; only later ones show what was there before. `hidden` are fields that the
    reader does not see.
    """
    changes = {} if revision.deed == "post" else revision.changes
    changes = {name: both for name, both in changes.items() if name not in hidden}
    deed = asking.words().t(DEEDS[revision.deed]) if revision.deed in DEEDS else revision.deed
    return Entry(
        number=revision.number, deed=deed, who=revision.officer.name if revision.officer else "", at=revision.at,
        district=revision.district.name if revision.district else "", differences=saying.differences(changes),
    )  # fmt: skip
