"""An event's poster: the picture itself is the body, what it shows and whose it is stand in the address (S39)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge, UnsupportedMediaType

from calendar_service.api import conditions, questions
from calendar_service.api.document.operations import ApiRoom, Parameter, Says
from calendar_service.api.events.merging import patched
from calendar_service.api.events.writing import change_event
from calendar_service.api.shapes import event_json
from calendar_service.db.engine import Session
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.services.access import check_may_change, event_with_uid_for
from calendar_service.services.events import revising
from calendar_service.services.pictures import encoding, keeping
from calendar_service.words import mark

room = ApiRoom("images")
KINDS = ("image/jpeg", "image/png", "image/webp")
ABOUT: tuple[Parameter, ...] = (
    Parameter(name="alt", says=mark("Qué se ve en el afiche, para quien no puede verlo; obligatorio la primera vez.")),
    Parameter(name="credit", says=mark("De quién es la foto o el diseño.")),
)


@room.change(
    "PUT", "/events/{uid}/image",
    Says(summary=mark("Poner el afiche de un evento"), query=ABOUT, takes_files=KINDS, largest=encoding.LARGEST,
         gives="Event", version="required"),
)  # fmt: skip
def put_image(uid: str) -> Response:
    """The picture takes the place of the present one; words that are not given stay."""
    viewer, told = asking.viewer(), questions.singles(ABOUT)
    with asking.reading() as session:
        event, _ = event_with_uid_for(session, uid, viewer=viewer)
        check_may_change(event, by=viewer, seen=conditions.seen(event))
    image: dict[str, Any] = {**told, "url": _kept()}

    def deed(session: Session, event: Event) -> None:
        check_may_change(event, by=viewer, seen=conditions.seen(event))
        shown = event_json(event, viewer=viewer, base_url=asking.house().settings.base_url)
        draft = patched(event, {"image": image}, shown=shown, metropolis=asking.metropolis())
        revising.revise(session, event, draft, seen=event.version, by=viewer, now=asking.now())

    return change_event(uid, deed)


def _kept() -> str:
    """The address of the picture in the body. Raises LengthRequired, UnsupportedMediaType, Invalid."""
    if request.content_length is None:
        raise LengthRequired
    if request.content_length > encoding.LARGEST:
        raise RequestEntityTooLarge
    if request.mimetype not in KINDS:
        raise UnsupportedMediaType
    house = asking.house()
    data = request.get_data()
    return keeping.keep(house.database, data, data_dir=house.settings.data_dir, now=asking.now()).address
