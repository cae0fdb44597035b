"""Every mail to who reads English (UX "Mails")."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import update

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.domain.mail import Message
from calendar_service.domain.people import Role
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.mails import digesting, reminding
from calendar_service.services.people import inviting, resetting
from calendar_service.services.people.officers import change_password
from calendar_service.services.people.signing_in import viewer_of
from calendar_service.services.status.statuses import cancel
from tests.builders import an_account, an_event, an_officer
from tests.mails import Written, a_subscription, a_wish, asked, html_of, text_of

pytestmark = pytest.mark.one_database

FRIDAY = to_utc(datetime(2026, 12, 4, 19, 30), "America/Lima")
SPANISH = re.compile(r"[ñ¿¡]|\b(el|los|las|una?|para|que|si|tu|te|ver|fecha)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "kind", ["reminder", "digest", "changed", "cancelled", "confirm", "invitation", "reset", "password-changed"]
)
def test_every_mail_is_wholly_in_english_for_who_reads_english(
    session: Session, officer: Viewer, written: Written, now: datetime, kind: str
) -> None:
    at = _owe_in_english(session, officer, kind, now)
    mail = written(kind, at)
    said = re.sub(r"https://\S+|<style>.*?</style>|<[^>]+>", "", f"{mail['Subject']}\n{text_of(mail)}\n{html_of(mail)}")
    assert SPANISH.findall(said.replace("Parque Municipal, Av. Grau 100", "")) == []


def _owe_in_english(session: Session, officer: Viewer, kind: str, now: datetime) -> datetime:
    event = an_event(session, by=officer, now=now, summary="Concert")
    match kind:
        case "invitation":
            manager = an_officer(session, "lince", now=now, role=Role.MANAGER)
            inviting.invite(session, address="a@b.example", district="lince", role="officer", by=manager, now=now)
        case "reset" | "password-changed":
            account = an_account(session, now=now)
            account.language = "en"
            resetting.ask(session, address=account.address, prefix="192.0.2.1", now=now)
            if kind == "password-changed":
                change_password(session, account, password_hash="-", by=viewer_of(account), now=now)
        case "confirm":
            asked(session, a_wish(event=event, language="en"), now=now)
        case "digest":
            a_subscription(session, now=now, kind="digest", query="free=1", language="en")
            thursday = to_utc(datetime(2026, 12, 3, 9), "America/Lima")
            digesting.owe_digests(session, now=thursday)
            return thursday
        case _:
            a_subscription(session, now=now, event=event, language="en")
            return _owe_about(session, officer, event, kind, now)
    session.execute(update(Message).values(language="en"))
    return now


def _owe_about(session: Session, officer: Viewer, event: Event, kind: str, now: datetime) -> datetime:
    if kind == "reminder":
        reminding.owe_due(session, now=FRIDAY)
        return FRIDAY
    cancel(session, event, by=officer, now=now, reason="")
    if kind == "changed":
        session.execute(update(Message).where(Message.kind == "cancelled").values(kind="changed"))
    return now
