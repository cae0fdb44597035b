"""The page of an invitation: a new officer makes her account, a known one adds what she is invited to (S7)."""

from __future__ import annotations

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import inviting, officers, passwords, signing_in
from calendar_service.services.people.inviting import Welcome
from calendar_service.web.office.account.entrance import client, welcome
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.words import mark

room = Room("invitation")
FORM = "office/account/invitation.html"
notices(
    invitation_accepted=mark(
        "Tu cuenta está abierta. Ya puedes publicar; vuelve a entrar con tu correo y tu contraseña."
    )
)


@room.get("/office/invitation/<token>", policy=Policy.TOKEN)
def invitation(token: str) -> Response:
    """To what, by whom, until when; looking at it changes nothing."""
    with asking.reading() as session:
        opened = inviting.open_invitation(session, token, now=asking.now())
    return page(FORM, token=token, opened=opened, **EMPTY)


@room.post("/office/invitation/<token>", policy=Policy.TOKEN)
def accepted(token: str) -> Response:
    """Accept, and begin a session."""
    with asking.reading() as session:
        opened = inviting.open_invitation(session, token, now=asking.now())
    if opened.account is not None:
        return _accept_as_known(token)
    return _accept_as_new(token, opened)


def _accept_as_new(token: str, opened: Welcome) -> Response:
    name, password, address = typed("name"), typed("password"), opened.invitation.address
    try:
        with asking.reading() as session:
            officers.check_account(session, address=address, name=name, password=password)
    except Invalid as wrong:
        return again(FORM, wrong, token=token, opened=opened)
    password_hash = passwords.hashed(password)
    with asking.deed() as session:
        officer = inviting.accept_as_new(
            session, token, name=name, password_hash=password_hash, language=asking.language(), now=asking.now()
        )
        secret = signing_in.start(session, officer, client=client(), now=asking.now())
    return welcome(secret, to.office(), said="invitation-accepted")


def _accept_as_known(token: str) -> Response:
    with asking.deed() as session:
        officer = inviting.accept_as_known(session, token, by=asking.viewer(), now=asking.now())
        secret = signing_in.start(session, officer, client=client(), now=asking.now())
    return welcome(secret, to.office(), said="invitation-accepted")
