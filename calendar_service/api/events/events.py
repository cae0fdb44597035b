"""Events: listed, read, posted, changed, thrown away while they are drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.api import bodies, conditions, questions, tokens
from calendar_service.api.answers import nothing, written
from calendar_service.api.document.operations import ApiRoom, Says
from calendar_service.api.events import merging, shown
from calendar_service.api.events.writing import answer_with, change_event, once
from calendar_service.api.shapes import event_json
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Forbidden, Invalid, Problem
from calendar_service.domain.events import Event, Status
from calendar_service.entrance import asking
from calendar_service.services.access import check_may_change, event_with_uid_for
from calendar_service.services.agenda import listing
from calendar_service.services.drafts import EventDraft, FirstStatus, read_deed
from calendar_service.services.events import posting, revising
from calendar_service.services.status import binning
from calendar_service.services.syndication.leaving_out import unknown_if_damaged
from calendar_service.words import mark

Json = dict[str, Any]

room = ApiRoom("events")

FIRST = frozenset(FirstStatus.model_fields)
COMPLETE = ("tentative", "confirmed")
"""What begins so must have an end and a place."""


@room.get(
    "/events",
    Says(summary=mark("Los eventos de una selección, o los que cambiaron desde un instante"),
         query=(*questions.SELECTION, questions.SORT, questions.CHANGES, *questions.PAGING), gives="Events"),
)  # fmt: skip
def list_events() -> Response:
    """By their first date that fits; with `updated_since` by their last change."""
    viewer = asking.viewer()
    with asking.reading() as session:
        page = listing.event_keys(session, questions.question(of_events=True), viewer=viewer, now=asking.now())
        items = shown.texts(session, page.items, viewer=viewer)
    return written(shown.page_of(items, page.next_cursor))


@room.get("/events/{uid}", Says(summary=mark("Un evento"), gives="Event", refuses=(404,)))
def read_event(uid: str) -> Response:
    """One event; its entity tag is its version."""
    questions.nothing()
    with asking.reading() as session, unknown_if_damaged(uid, of="the API"):
        event, _ = event_with_uid_for(session, uid, viewer=asking.viewer())
        return answer_with(event)


@room.change(
    "POST", "/events",
    Says(summary=mark("Crear un evento: borrador, reserva o publicado"), takes="PostedDraft", gives="Event",
         status=201),
)  # fmt: skip
def post_event() -> Response:
    """A new event of the token's district."""
    body = bodies.read()
    draft, first = _read(body)

    def deed(session: Session) -> Response:
        home = tokens.bearer().token.district.slug
        if first.host not in (None, home):
            raise Forbidden("not_your_district")
        event = posting.post(
            session, draft, host=home, status=Status(first.status), hold_until=first.hold_until, by=asking.viewer(),
            now=asking.now(),
        )  # fmt: skip
        answer = answer_with(event, status=201)
        answer.headers["Location"] = to.absolute(asking.house().settings.base_url, to.api("events", event.uid))
        return answer

    return once(deed)


def _read(body: Json) -> tuple[EventDraft, FirstStatus]:
    """What is entered and how it begins, the problems of both at once. Raises Invalid."""
    problems: list[Problem] = []
    draft, first = None, FirstStatus()
    try:
        first = read_deed(FirstStatus, {name: value for name, value in body.items() if name in FIRST})
    except Invalid as wrong:
        problems += wrong.problems
    try:
        rest = {name: value for name, value in body.items() if name not in FIRST}
        draft = merging.entered(
            rest, metropolis=asking.metropolis(), complete=body.get("status") in COMPLETE,
        )  # fmt: skip
    except Invalid as wrong:
        problems += wrong.problems
    if first.hold_until and first.status != "tentative":
        problems.append(Problem(field="hold_until", code="hold_until_without_hold"))
    if problems or draft is None:
        raise Invalid(problems)
    return draft, first


@room.change(
    "PUT", "/events/{uid}",
    Says(summary=mark("Escribir un evento entero de nuevo"), takes="EventDraft", gives="Event", version="required"),
)  # fmt: skip
def put_event(uid: str) -> Response:
    """The event as a whole; what is left out is empty from now on."""
    return _revise(uid, merging.replaced)


@room.change(
    "PATCH", "/events/{uid}",
    Says(summary=mark("Cambiar algunos campos de un evento"), takes="EventPatch", gives="Event", version="required"),
)  # fmt: skip
def patch_event(uid: str) -> Response:
    """Some fields of an event (RFC 7396)."""
    return _revise(uid, merging.patched)


def _revise(uid: str, made: Callable[..., EventDraft]) -> Response:
    body, viewer, base_url = bodies.read(), asking.viewer(), asking.house().settings.base_url

    def deed(session: Session, event: Event) -> None:
        check_may_change(event, by=viewer, seen=conditions.seen(event))
        shown = event_json(event, viewer=viewer, base_url=base_url)
        draft = made(event, body, shown=shown, metropolis=asking.metropolis())
        revising.revise(session, event, draft, seen=event.version, by=viewer, now=asking.now())

    return change_event(uid, deed)


@room.change(
    "DELETE", "/events/{uid}", Says(summary=mark("Borrar un borrador"), status=204, version="heeded")
)  # fmt: skip
def delete_event(uid: str) -> Response:
    """Drafts only: what was published is cancelled instead."""

    def deed(session: Session) -> Response:
        event, _ = event_with_uid_for(session, uid, viewer=asking.viewer())
        conditions.check(event)
        binning.discard(session, event, by=asking.viewer(), now=asking.now())
        return nothing()

    return once(deed)
