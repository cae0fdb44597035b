"""API tokens of an officer: made and shown once, listed, revoked (S11)."""

from __future__ import annotations

from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError
from calendar_service.domain.people import Officer
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import tokens as service
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.whose import myself
from calendar_service.words import mark

room = Room("tokens")
LIST = "office/account/tokens.html"
notices(token_revoked=mark("La clave ya no vale."))


@room.get("/office/tokens", policy=Policy.OFFICER)
def tokens() -> Response:
    """Her tokens, and a form for another."""
    return page(LIST, secret="", **_listed(), **EMPTY)


def _listed() -> dict[str, Any]:
    officer = myself().officer
    with asking.reading() as session:
        kept = service.tokens_of(session, officer.id, now=asking.now())
    return {"tokens": kept, "districts": _districts(officer), "longest_name": service.LONGEST_NAME}


def _districts(officer: Officer) -> list[tuple[str, str]]:
    return sorted(((each.district.slug, each.district.name) for each in officer.memberships), key=lambda each: each[1])


@room.post("/office/tokens", policy=Policy.OFFICER, step_up=True)
def made() -> Response:
    """Make one. It is shown on this answer alone, which is never stored."""
    try:
        with asking.deed() as session:
            secret = service.make_token(
                session, myself().officer, district=typed("district"), read_only=bool(typed("read_only")),
                name=typed("name"), by=asking.viewer(), now=asking.now(),
            )  # fmt: skip
    except DomainError as wrong:
        return again(LIST, wrong, secret="", **_listed())
    return page(LIST, secret=secret, **_listed(), **EMPTY)


@room.post(
    "/office/tokens/<int:number>/revoke", policy=Policy.OFFICER,
    twice=mark("El programa que usa esta clave deja de funcionar enseguida. Para volver hay que crear otra."),
)  # fmt: skip
def revoked(number: int) -> Response:
    """End one of hers at once."""
    with asking.deed() as session:
        service.revoke(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("tokens"), said="token-revoked")
