"""What the municipalities of a joint event ask of each other: a change of it, or to be its host (S15)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Mendable
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for, own_event
from calendar_service.services.events.remarks import REASON, remark
from calendar_service.services.joint import requesting
from calendar_service.web.office.events.event import event_again
from calendar_service.web.office.forms import typed
from calendar_service.words import mark

room = Room("requests")
notices(
    change_asked=mark("Pedido enviado a quien organiza."),
    request_answered=mark("Respuesta enviada."),
    hand_over_asked=mark("Propuesta enviada. Sigues organizando hasta que acepte."),
    hand_over_withdrawn=mark("Retiraste la propuesta: sigues organizando."),
    taken_over=mark("Ahora lo organiza tu municipalidad. Quien lo organizaba queda como coorganizadora."),
)


@room.post("/office/events/<slug>/requests", policy=Policy.OFFICER)
def ask(slug: str) -> Response:
    """A co-host asks for a change."""

    def do(session: Session, event: Event) -> None:
        text = remark(typed("text"), field="text", limit=REASON, multiline=True, missing="required")
        requesting.ask_for_change(session, event, typed("district"), text=text, by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="change-asked")


@room.post("/office/events/<slug>/requests/<int:number>", policy=Policy.OFFICER)
def answer(slug: str, number: int) -> Response:
    """Grant or refuse one."""
    grant, taking = typed("do") == "grant", typed("kind") == "hand-over"

    def do(session: Session, event: Event) -> None:
        text = remark(typed("answer"), field="answer", limit=REASON, multiline=True)
        requesting.answer(session, event, number, grant=grant, text=text, by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="taken-over" if grant and taking else "request-answered")


@room.post("/office/events/<slug>/hand-over", policy=Policy.OFFICER, step_up=True)
def offer(slug: str) -> Response:
    """The host asks a co-host to take over; her password is asked for again (S10)."""

    def do(session: Session, event: Event) -> None:
        requesting.offer(session, event, typed("district"), by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="hand-over-asked", own=True)


@room.post("/office/events/<slug>/hand-over/<int:number>/withdraw", policy=Policy.OFFICER)
def withdraw(slug: str, number: int) -> Response:
    """The host takes that back."""

    def do(session: Session, event: Event) -> None:
        requesting.withdraw(session, event, number, by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="hand-over-withdrawn", own=True)


def _done(slug: str, do: Callable[[Session, Event], None], *, said: str, own: bool = False) -> Response:
    """Do it, or show the event as it is now with the reason why not."""
    viewer = asking.viewer()
    try:
        with asking.deed() as session:
            event = own_event(session, slug, viewer=viewer) if own else event_for(session, slug, viewer=viewer)[0]
            do(session, event)
    except Mendable as wrong:
        return event_again(slug, wrong)
    return see_other(to.office("events", slug), said=said)
