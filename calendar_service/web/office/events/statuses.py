"""What a host does with an event: confirm, hold, release, cancel, withdraw, throw a draft away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Invalid, Mendable, Stale
from calendar_service.domain.events import Event, Status
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import own_event
from calendar_service.services.events.remarks import REASON, remark
from calendar_service.services.status import statuses
from calendar_service.services.status.binning import discard
from calendar_service.web.office.events.event import event_again
from calendar_service.web.office.forms import seen, typed
from calendar_service.words import mark

room = Room("statuses")
notices(
    released=mark("Reserva soltada: vuelve a ser un borrador."),
    cancelled=mark("Cancelado. El aviso queda en la agenda y en los calendarios, y se escribe a quienes lo siguen."),
    published_again=mark(
        "Vuelve a estar publicado. A quien ya se avisó que se cancelaba, se le avisa que sigue en pie."
    ),
    withdrawn=mark("Retirado: su texto ya no se ve en ninguna parte."),
    discarded=mark("Borrador en la papelera: puedes recuperarlo durante treinta días."),
)

Deed = Callable[[Session, Event], str | None]
"""Gives what is to be said where that is not what is usually said."""


@room.post("/office/events/<slug>/confirm", policy=Policy.OFFICER)
def confirm(slug: str) -> Response:
    """Publish a draft or a hold, or bring a cancelled event back."""

    def do(session: Session, event: Event) -> str:
        again = event.status == Status.CANCELLED
        statuses.confirm(session, event, by=asking.viewer(), now=asking.now(), seen=seen(request.form))
        return "published-again" if again else ""

    return _done(slug, do, said="published")


@room.post("/office/events/<slug>/hold", policy=Policy.OFFICER)
def hold(slug: str) -> Response:
    """Hold its date, or move the day until which it holds."""

    def do(session: Session, event: Event) -> None:
        statuses.hold(session, event, until=_until(), by=asking.viewer(), now=asking.now(), seen=seen(request.form))

    return _done(slug, do, said="date-held")


def _until() -> date | None:
    text = typed("hold_until").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid.of("hold_until", "draft_moment") from None


@room.post("/office/events/<slug>/release", policy=Policy.OFFICER)
def release(slug: str) -> Response:
    """Let a hold go."""

    def do(session: Session, event: Event) -> None:
        statuses.release(session, event, by=asking.viewer(), now=asking.now(), seen=seen(request.form))

    return _done(slug, do, said="released")


@room.post("/office/events/<slug>/cancel", policy=Policy.OFFICER)
def cancel(slug: str) -> Response:
    """Cancel what is public, with the reason that people will read."""

    def do(session: Session, event: Event) -> None:
        reason = remark(typed("reason"), field="reason", limit=REASON, multiline=True, missing="form_reason_missing")
        statuses.cancel(session, event, reason=reason, by=asking.viewer(), now=asking.now(), seen=seen(request.form))

    return _done(slug, do, said="cancelled")


@room.post("/office/events/<slug>/withdraw", policy=Policy.OFFICER)
def withdraw(slug: str) -> Response:
    """Take back what was published by mistake: its text is blanked for good."""

    def do(session: Session, event: Event) -> None:
        statuses.cancel(
            session, event, reason="", withdraw=True, by=asking.viewer(), now=asking.now(), seen=seen(request.form)
        )

    return _done(slug, do, said="withdrawn")


@room.post("/office/events/<slug>/discard", policy=Policy.OFFICER)
def throw_away(slug: str) -> Response:
    """Throw a draft away."""
    try:
        with asking.deed() as session:
            event = own_event(session, slug, viewer=asking.viewer())
            if seen(request.form) != event.version:
                raise Stale(current=event.version)
            discard(session, event, by=asking.viewer(), now=asking.now())
    except Mendable as wrong:
        return event_again(slug, wrong)
    return see_other(to.office("events", query="show=drafts"), said="discarded")


def _done(slug: str, do: Deed, *, said: str) -> Response:
    """Do it, or show the event as it is now with the reason why not."""
    try:
        with asking.deed() as session:
            event = own_event(session, slug, viewer=asking.viewer())
            said = do(session, event) or said
    except Mendable as wrong:
        return event_again(slug, wrong)
    return see_other(to.office("events", slug), said=said)
