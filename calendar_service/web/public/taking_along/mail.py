"""Where the links in mails lead: to say yes, to stop, to see and erase what is kept (M4, M7, S47).

Looking changes nothing, since machines open links; a button does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.access import is_shown
from calendar_service.domain.errors import NotFound
from calendar_service.domain.mail import Lead, Subscription, SubscriptionKind
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other, text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import describing
from calendar_service.services.mails import stopping, subscribing
from calendar_service.web.public.taking_along.subscribe import LEADS
from calendar_service.words import mark

room = Room("mail")
ONE_CLICK = "a mail program presses this button, without our cookie or page (RFC 8058)"
notices(
    mail_all_stopped=mark("Listo: ya no recibirás ningún aviso."),
    mail_erased=mark("Listo: borramos todo lo que guardábamos de tu dirección."),
)


@room.get("/mail/confirm/<token>", policy=Policy.TOKEN)
def look_at_confirmation(token: str) -> Response:
    """What is to be confirmed, and the button."""
    with asking.reading() as session:
        return _confirmation(session, token, done=False)


@room.post("/mail/confirm/<token>", policy=Policy.TOKEN)
def confirm(token: str) -> Response:
    """Begin."""
    with asking.deed() as session:
        try:
            subscribing.confirm(session, token, now=asking.now())
        except NotFound:
            return _too_late()
    with asking.reading() as session:
        return _confirmation(session, token, done=True)


def _confirmation(session: Session, token: str, *, done: bool) -> Response:
    try:
        found = subscribing.open_link(session, token, now=asking.now())
    except NotFound:
        return _too_late()
    return page(
        "public/taking_along/mail_confirm.html", subscription=found, token=token, done=done, what=what(session, found),
        how=how(found),
        stop_path=subscribing.stop_path(session, [found]), manage_path=subscribing.manage_path(session, found),
    )  # fmt: skip


def _too_late() -> Response:
    return page("public/taking_along/mail_confirm_over.html", status=404)


@room.get("/mail/stop/<token>", policy=Policy.TOKEN)
def look_at_stop(token: str) -> Response:
    """What is to be stopped, and the button; the same for a link whose owner was erased."""
    with asking.reading() as session:
        meant = stopping.meant_by(session, token)
        return page("public/taking_along/mail_stop.html", token=token, meant=_said(session, meant), done=False)


@room.post("/mail/stop/<token>", policy=Policy.TOKEN, csrf=False, because=ONE_CLICK)
def stop(token: str) -> Response:
    """End what the link means, at once and as often as it is asked (M4)."""
    with asking.deed() as session:
        meant = stopping.stop(session, token, now=asking.now())
        said = _said(session, meant)
        manage = subscribing.manage_path(session, meant[0]) if meant else ""
        back = again(session, meant[0]) if len(meant) == 1 else ""
    if request.form.get("List-Unsubscribe") == "One-Click":
        return text("")
    return page(
        "public/taking_along/mail_stop.html", token=token, meant=said, done=True, manage_path=manage, again=back
    )


def _said(session: Session, subscriptions: Sequence[Subscription]) -> list[str]:
    return [what(session, each) for each in subscriptions]


@room.get("/mail/manage/<token>", policy=Policy.TOKEN)
def manage(token: str) -> Response:
    """All that is kept of an address; `?format=json` to take it along."""
    with asking.reading() as session:
        kept = stopping.kept_of(session, token)
        if request.args.get("format") == "json":
            return _export(stopping.as_plain(kept))
        lines = [
            (each, what(session, each), how(each), subscribing.stop_path(session, [each]), again(session, each))
            for each in kept.subscriptions
        ]
        return page("public/taking_along/mail_manage.html", token=token, kept=kept, lines=lines)


def _export(plain: dict[str, object]) -> Response:
    answer = text(json.dumps(plain, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="mis-datos.json"'
    return answer


@room.post("/mail/manage/<token>", policy=Policy.TOKEN)
def change(token: str) -> Response:
    """Stop everything, or erase it (S47)."""
    if request.form.get("do") == "erase":
        with asking.deed() as session:
            stopping.erase(session, token, block=request.form.get("block") == "1", now=asking.now())
        return see_other(to.subscribe(), said="mail-erased")
    with asking.deed() as session:
        stopping.stop_all(session, token, now=asking.now())
    return see_other(to.mail_manage(token), said="mail-all-stopped")


def what(session: Session, subscription: Subscription) -> str:
    """What somebody asked for, in words."""
    words = asking.words()
    if subscription.kind == SubscriptionKind.EVENT:
        event = subscribing.event_of(session, subscription)
        return (event.summary if event else "") or words.t("una actividad")
    selection = subscribing.stored_selection(subscription.selection)
    if selection is None:
        return words.t("una selección de actividades")
    return describing.describe(session, selection, words=words, today=asking.today())


def how(subscription: Subscription) -> str:
    """When somebody is written to, in words."""
    words = asking.words()
    if subscription.kind == SubscriptionKind.DIGEST:
        return words.t("resumen semanal")
    return words.t("recordatorio, %(lead)s", lead=words.t(LEADS[Lead(subscription.lead)]))


def again(session: Session, subscription: Subscription) -> str:
    """Where the same is asked for; empty when there is no such event any more."""
    if subscription.kind != SubscriptionKind.EVENT:
        return to.subscribe(subscription.selection)
    event = subscribing.event_of(session, subscription)
    return to.subscribe(event=event.slug) if event and is_shown(event) else ""
