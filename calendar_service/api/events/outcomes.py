"""What came of dates that are over: which wait for an answer, what was said, and the host says it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from calendar_service.api import bodies
from calendar_service.api.answers import json_answer
from calendar_service.api.document.operations import ApiRoom, Says
from calendar_service.api.events.writing import once
from calendar_service.api.shapes import Json, outcome_json
from calendar_service.db.engine import Session
from calendar_service.domain.access import may_edit, sees_note
from calendar_service.domain.errors import Forbidden, Invalid
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.services.access import event_with_uid_for
from calendar_service.services.drafts import OutcomeDraft, read_deed
from calendar_service.services.evidence import outcomes
from calendar_service.services.evidence.outcomes import Result
from calendar_service.words import mark

room = ApiRoom("outcomes")


@room.get("/outcomes", Says(
    summary=mark("Las fechas del distrito del token que ya pasaron y de las que nadie dijo aún cuánta gente vino"),
    gives="Outcomes", officers=True,
))  # fmt: skip
def list_waiting() -> Response:
    """Those of the last thirty days, the latest first."""
    with asking.reading() as session:
        found = outcomes.waiting(session, viewer=asking.viewer(), now=asking.now())
        return _items([outcome_json(each, each.event) for each in found])


@room.get("/events/{uid}/outcomes", Says(
    summary=mark("Lo que se dijo de las fechas de un evento que organiza o coorganiza el distrito del token"),
    gives="Outcomes", officers=True, refuses=(404,),
))  # fmt: skip
def list_outcomes(uid: str) -> Response:
    """By their original time; the note is the host's own."""
    with asking.reading() as session:
        event, _ = event_with_uid_for(session, uid, viewer=asking.viewer())
        if not sees_note(asking.viewer(), event):
            raise Forbidden("not_your_event")
        mine = event.host_id in asking.viewer().districts
        found = outcomes.told_of(session, event)
        return _items([outcome_json(date, event, outcome, noted=mine) for date, outcome in found])


@room.change(
    "PUT", "/events/{uid}/outcomes/{recurrence_id}",
    Says(summary=mark("Decir si una fecha se realizó y cuánta gente vino, en vez de lo que se había dicho"),
         takes="OutcomeDraft", gives="Outcome"),
)  # fmt: skip
def put_outcome(uid: str, recurrence_id: str) -> Response:
    """Of a date that is over, by its host; said again, it is corrected."""
    said = read_deed(OutcomeDraft, bodies.read())
    if said.people is not None and not said.held:
        raise Invalid.of("people", "outcome_nobody")

    def deed(session: Session) -> Response:
        event = _own(session, uid)
        result = Result(held=said.held, people=said.people, note=said.note)
        kept = outcomes.report(session, event, recurrence_id, result, by=asking.viewer(), now=asking.now())
        date = outcomes.date_over(session, event, recurrence_id, now=asking.now())
        return json_answer(outcome_json(date, event, kept))

    return once(deed)


def _own(session: Session, uid: str) -> Event:
    event, _ = event_with_uid_for(session, uid, viewer=asking.viewer())
    if not may_edit(asking.viewer(), event):
        raise Forbidden("not_your_event")
    return event


def _items(items: Sequence[Json]) -> Response:
    return json_answer({"items": items})
