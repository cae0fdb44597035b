"""The poster in the event's form: a file is kept as soon as it is sent, whatever else is wrong."""

from __future__ import annotations

from typing import Any

from flask import request

from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.domain.events import Event
from calendar_service.domain.posting.pictures import digest_in
from calendar_service.entrance import asking
from calendar_service.services.drafts import image_of
from calendar_service.services.pictures import keeping
from calendar_service.web.office.forms import Form

BODY = 15_000_000
"""Bytes that a form may have: a photo that is too heavy is refused next to its field, with all that was typed."""
FIELDS = ("image_url", "image_alt", "image_credit")


def take(form: Form) -> DomainError | None:
    """Keep the file that came with a form, and write its address into it. Gives what is wrong with it."""
    sent = request.files.get("image_file")
    if sent is None or not sent.filename:
        return None
    try:
        house = asking.house()
        made = keeping.keep(house.database, sent.read(), data_dir=house.settings.data_dir, now=asking.now())
    except DomainError as wrong:
        if isinstance(wrong, Invalid):
            return Invalid.of("image_file", wrong.problems[0].code, **wrong.problems[0].values)
        return wrong
    form["image_url"] = made.address
    form.poplist("image_drop")
    return None


def said(form: Form) -> dict[str, str] | None:
    """The poster as the draft says it; none where there is none, or it is to go."""
    if not form.get("image_url") or form.get("image_drop") == "1":
        return None
    return {name.removeprefix("image_"): form.get(name, "") for name in FIELDS}


def show(form: Form, event: Event) -> None:
    """What the form shows of an event's poster."""
    for name, text in (image_of(event) or {}).items():
        form[f"image_{name}"] = text


def digest_of(form: Form) -> str | None:
    """The picture that the form shows; none where its address is not ours."""
    return digest_in(form.get("image_url", ""))


def place_of(code: str) -> str:
    """The field at which something wrong with the poster is said."""
    return "image_alt" if code == "image_alt_missing" else "image_file"


def put(form: Form, data: dict[str, Any]) -> None:
    """Write it into the draft."""
    data["image"] = said(form)
