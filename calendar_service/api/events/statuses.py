"""Where an event stands: confirmed, held, released, cancelled. Asked for what it already is, 409 is the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response

from calendar_service.api import bodies, conditions
from calendar_service.api.document.operations import ApiRoom, Says
from calendar_service.api.events.writing import change_event
from calendar_service.db.engine import Session
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.services.drafts import CancelDraft, HoldDraft, NothingDraft, read_deed
from calendar_service.services.status import statuses
from calendar_service.words import mark

room = ApiRoom("statuses")


@room.change(
    "POST", "/events/{uid}/confirm",
    Says(summary=mark("Publicar un borrador o una reserva, o volver a publicar lo cancelado"), takes="NothingDraft",
         body_needed=False, gives="Event", version="heeded"),
)  # fmt: skip
def confirm_event(uid: str) -> Response:
    """Published from now on."""
    read_deed(NothingDraft, bodies.read(optional=True))
    return _moved(uid, statuses.confirm)


@room.change(
    "POST", "/events/{uid}/hold",
    Says(summary=mark("Reservar la fecha de un borrador, o mover el último día de la reserva"), takes="HoldDraft",
         body_needed=False, gives="Event", version="heeded"),
)  # fmt: skip
def hold_event(uid: str) -> Response:
    """Held until a day."""
    asked = read_deed(HoldDraft, bodies.read(optional=True))
    return _moved(uid, partial(statuses.hold, until=asked.hold_until))


@room.change(
    "POST", "/events/{uid}/release",
    Says(summary=mark("Soltar una reserva: vuelve a ser un borrador"), takes="NothingDraft", body_needed=False,
         gives="Event", version="heeded"),
)  # fmt: skip
def release_event(uid: str) -> Response:
    """A draft again."""
    read_deed(NothingDraft, bodies.read(optional=True))
    return _moved(uid, statuses.release)


@room.change(
    "POST", "/events/{uid}/cancel",
    Says(summary=mark("Cancelar lo publicado, o retirar lo publicado por error"), takes="CancelDraft",
         body_needed=False, gives="Event", version="heeded"),
)  # fmt: skip
def cancel_event(uid: str) -> Response:
    """Off: it stays as a notice; withdrawn, as a bare one."""
    asked = read_deed(CancelDraft, bodies.read(optional=True))
    return _moved(uid, partial(statuses.cancel, reason=asked.reason, withdraw=asked.withdraw))


def _moved(uid: str, move: Callable[..., None]) -> Response:
    """The event where a deed of `statuses` brings it, if it is still what the asker saw."""

    def deed(session: Session, event: Event) -> None:
        move(session, event, by=asking.viewer(), now=asking.now(), seen=conditions.seen(event))

    return change_event(uid, deed)
