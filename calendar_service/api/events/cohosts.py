"""Joint events: districts are asked to co-host, and answer for themselves (S15)."""

from __future__ import annotations

from flask import Response

from calendar_service.api import bodies, conditions
from calendar_service.api.document.operations import ApiRoom, Says
from calendar_service.api.events.writing import change_event
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.services.drafts import CohostAnswer, CohostsDraft, read_deed
from calendar_service.services.joint import cohosting
from calendar_service.words import mark

room = ApiRoom("cohosts")


@room.change(
    "POST", "/events/{uid}/hosts",
    Says(summary=mark("Invitar a distritos a coorganizar"), takes="CohostsDraft", gives="Event", version="heeded"),
)  # fmt: skip
def ask_cohosts(uid: str) -> Response:
    """Asked; shown to everybody once they accept."""
    asked = read_deed(CohostsDraft, bodies.read())

    def deed(session: Session, event: Event) -> None:
        conditions.check(event)
        cohosting.ask(session, event, asked.districts, by=asking.viewer(), now=asking.now())

    return change_event(uid, deed)


@room.change(
    "PATCH", "/events/{uid}/hosts/{district}",
    Says(summary=mark("Responder por el propio distrito: aceptar, declinar, dejar de coorganizar, o decir qué aporta"),
         takes="CohostAnswer", gives="Event", version="heeded"),
)  # fmt: skip
def answer_as_cohost(uid: str, district: str) -> Response:
    """The answer of one's own district."""
    asked = read_deed(CohostAnswer, bodies.read())
    if asked.state is None and asked.contribution is None:
        raise Invalid.of("state", "required")

    def deed(session: Session, event: Event) -> None:
        conditions.check(event)
        _answer(session, event, district, asked)

    return change_event(uid, deed)


def _answer(session: Session, event: Event, district: str, asked: CohostAnswer) -> None:
    """A state that is there already is no answer: then it is the contribution that changes."""
    by, now, brings = asking.viewer(), asking.now(), asked.contribution
    there = next((each.state for each in event.hosts if each.district.slug == district), None)
    if brings is not None and asked.state in (None, there):
        cohosting.contribute(session, event, district, contribution=brings, by=by, now=now)
    elif asked.state == "left":
        cohosting.leave(session, event, district, by=by, now=now)
    else:
        accept = asked.state == "accepted"
        cohosting.answer(session, event, district, accept=accept, contribution=brings or "", by=by, now=now)
