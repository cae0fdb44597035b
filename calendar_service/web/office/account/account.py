"""An officer's own account: her name, her language, her password, where she is signed in (S5)."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, TooMany
from calendar_service.domain.people import Officer
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.mails import blocking
from calendar_service.services.news import telling
from calendar_service.services.news.headlines import NAMES
from calendar_service.services.people import officers, passwords, signing_in
from calendar_service.web.office.account.entrance import client, welcome
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.municipality.people import ROLES
from calendar_service.web.office.whose import myself
from calendar_service.words import mark, own_name

room = Room("account")
PAGE = "office/account/account.html"
notices(
    account_changed=mark("Datos guardados."),
    password_changed=mark("Contraseña cambiada. Se cerraron tus demás sesiones."),
    session_ended=mark("Sesión cerrada."),
    others_ended=mark("Se cerraron las demás sesiones. Esta sigue abierta."),
    mails_chosen=mark("Guardado. Lo que espera tu respuesta te llega siempre."),
)


@room.get("/office/account", policy=Policy.OFFICER)
def account() -> Response:
    """All of it on one page."""
    return page(PAGE, **EMPTY | _shown())


def _shown() -> dict[str, Any]:
    me = myself()
    with asking.reading() as session:
        signed_in = signing_in.sign_ins_of(session, me.officer.id, now=asking.now())
        wanted = telling.wanted(session, me.officer.id)
        silent = blocking.rests(session, me.officer.address)
    kept = {"name": me.officer.name, "language": me.officer.language}
    return {
        "officer": me.officer, "sign_ins": signed_in, "here": me.sign_in.id, "typed": kept,
        "languages_spoken": [(each, own_name(each)) for each in asking.metropolis().languages], "roles": ROLES,
        "news_kinds": NAMES, "wanted": wanted, "silent": silent,
    }  # fmt: skip


def account_again(wrong: Invalid | TooMany) -> Response:
    """The page with what was wrong: her name and language as they are, what she typed elsewhere kept."""
    shown = _shown()
    shown["typed"] |= {"new_address": typed("new_address")}
    return again(PAGE, wrong, **shown)


@room.post("/office/account", policy=Policy.OFFICER)
def described() -> Response:
    """Keep her name and her language."""
    try:
        with asking.deed() as session:
            officers.describe(
                session, name=typed("name"), language=typed("language"), by=asking.viewer(), now=asking.now()
            )
    except Invalid as wrong:
        shown = _shown()
        del shown["typed"]
        return again(PAGE, wrong, **shown)
    return see_other(to.office("account"), said="account-changed")


@room.post("/office/account/password", policy=Policy.OFFICER)
def password_changed() -> Response:
    """A new password for who knows the old one: every session ends, this browser gets a new one (S4)."""
    officer = myself().officer
    try:
        with asking.reading() as session:
            officers.check_password(session, typed("password"), address=officer.address, name=officer.name)
        secret = _change_password(officer)
    except (Invalid, TooMany) as wrong:
        return again(PAGE, wrong, **_shown())
    return welcome(secret, to.office("account"), said="password-changed")


def _change_password(officer: Officer) -> str:
    """Gives the secret of a new session. Raises Invalid when the old password is wrong, TooMany."""
    now = asking.now()
    with asking.deed() as session:
        attempt = signing_in.begin(session, address=officer.address, prefix=asking.client_prefix(), now=now)
    outcome, new = attempt.check(typed("current")), passwords.hashed(typed("password"))
    with asking.deed() as session:
        known = signing_in.prove(session, attempt, outcome, now=now)
        if known is not None:
            officers.change_password(session, known, password_hash=new, by=asking.viewer(), now=now)
            return signing_in.start(session, known, client=client(), now=now)
    raise Invalid.of("current", "password_wrong")


@room.post("/office/account/mails", policy=Policy.OFFICER)
def mails_chosen() -> Response:
    """Which kinds of news come in her morning's digest."""
    with asking.deed() as session:
        telling.want(session, request.form.getlist("kinds"), by=asking.viewer())
    return see_other(to.office("account"), said="mails-chosen")


@room.post("/office/account/sessions/<int:number>/end", policy=Policy.OFFICER)
def session_ended(number: int) -> Response:
    """End one of her sessions."""
    with asking.deed() as session:
        signing_in.end_one(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("account"), said="session-ended")


@room.post("/office/account/sessions/end-others", policy=Policy.OFFICER)
def others_ended() -> Response:
    """End all of her sessions but this one."""
    with asking.deed() as session:
        signing_in.end_others(session, but=myself().sign_in.id, by=asking.viewer(), now=asking.now())
    return see_other(to.office("account"), said="others-ended")
