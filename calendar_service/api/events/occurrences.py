"""Dates: listed, and one of them moved, relocated, cancelled, or put back."""

from __future__ import annotations

from flask import Response

from calendar_service.api import bodies, conditions, questions
from calendar_service.api.answers import written
from calendar_service.api.document.operations import ApiRoom, Says
from calendar_service.api.events import shown
from calendar_service.api.events.writing import change_event
from calendar_service.api.shapes import date_json
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Event
from calendar_service.domain.times.moments import read_wall
from calendar_service.entrance import asking
from calendar_service.services.access import check_may_change
from calendar_service.services.agenda import listing
from calendar_service.services.drafts import DateDraft, read_deed
from calendar_service.services.events import revising
from calendar_service.services.events.revising import Change
from calendar_service.words import mark

room = ApiRoom("occurrences")


@room.get(
    "/occurrences",
    Says(summary=mark("Las fechas de una selección, a lo más de 400 días"),
         query=(*questions.SELECTION, *questions.PAGING), gives="Occurrences"),
)  # fmt: skip
def list_occurrences() -> Response:
    """By when they begin."""
    viewer, base_url = asking.viewer(), asking.house().settings.base_url
    with asking.reading() as session:
        page = listing.dates(session, questions.question(), viewer=viewer, now=asking.now())
    items = shown.apart(page.items, lambda each: date_json(each, base_url=base_url), name=lambda each: each.uid)
    return written(shown.page_of(items, page.next_cursor))


@room.change(
    "PUT", "/events/{uid}/occurrences/{recurrence_id}",
    Says(summary=mark("Mover una fecha, cambiar su lugar o cancelarla"), takes="DateDraft", gives="Event",
         version="heeded"),
)  # fmt: skip
def put_occurrence(uid: str, recurrence_id: str) -> Response:
    """What of this date differs from the event; what is left out is as the event says."""
    draft = read_deed(DateDraft, bodies.read())

    def deed(session: Session, event: Event) -> None:
        check_may_change(event, by=asking.viewer(), seen=conditions.seen(event))
        change = _change(draft, all_day=event.all_day)
        revising.change_occurrence(
            session, event, recurrence_id, change, seen=event.version, by=asking.viewer(), now=asking.now()
        )

    return change_event(uid, deed)


@room.change(
    "DELETE", "/events/{uid}/occurrences/{recurrence_id}",
    Says(summary=mark("Dejar una fecha otra vez como dice el evento"), gives="Event", version="heeded"),
)  # fmt: skip
def delete_occurrence(uid: str, recurrence_id: str) -> Response:
    """Undo what `put_occurrence` did."""

    def deed(session: Session, event: Event) -> None:
        revising.undo_occurrence(
            session, event, recurrence_id, seen=conditions.seen(event), by=asking.viewer(), now=asking.now()
        )

    return change_event(uid, deed)


def _change(draft: DateDraft, *, all_day: bool) -> Change:
    """The date as entered; dates and times do not mix with the event's own. Raises Invalid."""
    problems = [
        Problem(field=field, code="draft_needs_date" if all_day else "draft_needs_time")
        for field, text in (("start", draft.start), ("end", draft.end))
        if text is not None and ("T" in text) == all_day
    ]
    if problems:
        raise Invalid(problems)
    return Change(
        start=read_wall(draft.start)[0] if draft.start else None, end=read_wall(draft.end)[0] if draft.end else None,
        venue=draft.venue, cancelled=draft.status == "cancelled", reason=draft.reason,
    )  # fmt: skip
