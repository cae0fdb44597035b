"""What officers read: a question at once, the rest in the morning, each in her own language (M1, M22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from calendar_service.config.settings import MailServer
from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Status
from calendar_service.domain.mail import Message
from calendar_service.domain.network.news import MUTABLE, NewsKind
from calendar_service.domain.people import Membership, Officer
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.house import House
from calendar_service.services.joint import cohosting
from calendar_service.services.mails import mailing
from calendar_service.services.news import briefing, telling
from calendar_service.services.status import taking_down
from calendar_service.worker import run_until_done
from tests.builders import a_district, an_event, an_officer
from tests.mails import LETTERS
from tests.smtp import Postbox

MORNING = to_utc(datetime.fromisoformat("2026-12-01T07:30"), "America/Lima")
SECRET = "Ojo: el alcalde no quiere"


def written(session: Session, kind: str, *, now: datetime) -> tuple[str, str, str]:
    """Subject, text and sender of the one mail that is owed of a kind."""
    messages = session.scalars(select(Message).where(Message.kind == kind)).all()
    assert LETTERS.stale(session, messages, now=now) == {}
    mail = message_from_bytes(LETTERS.write(session, messages, now=now), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return mail["Subject"], body.get_content().replace("\r\n", "\n"), mail["From"].addresses[0].display_name


def test_an_officer_reads_who_asks_for_what_and_where_to_answer(house: House, now: datetime) -> None:
    """An event's internal note is in neither mail."""
    with house.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        session.execute(update(Officer).where(Officer.id == guest.officer_id).values(language="en"))
        event = an_event(session, by=host, now=now, internal_note=SECRET)
        cohosting.ask(session, event, ["miraflores"], by=host, now=now)
        subject, text, sender = written(session, "asked", now=now)
        assert subject == "Barranco invites Miraflores to co-host: Retreta en el parque"
        assert sender == "Municipalidad de Barranco"
        assert "https://agenda.example/office/events/retreta-en-el-parque" in text
        assert "7:30" in text
        cohosting.answer(session, event, "miraflores", accept=True, contribution="el toldo", by=guest, now=now)
        mailing.owe(session, briefing.due(session, now=MORNING), now=MORNING)
        of_morning = written(session, "news", now=MORNING + timedelta(minutes=1))
        assert of_morning[0] == "Tu resumen de la mañana: 1 novedad"
        assert "- Miraflores aceptó coorganizar: Retreta en el parque\n  Dice: «el toldo»\n" in of_morning[1]
        assert SECRET not in text + of_morning[1]


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_what_the_network_decided_asks_for_no_answer(house: House, now: datetime) -> None:
    network = Viewer(facilitator=True)
    with house.deed() as session:
        event = an_event(session, by=an_officer(session, "barranco", now=now), now=now)
        taking_down.take_down(session, event, reason="Engaña", by=network, now=now)
        taking_down.put_back(session, event, by=network, now=now)
        subject, text, _ = written(session, "asked", now=now)
        assert subject == "2 asuntos de tu municipalidad"
        assert "la red decidió algo sobre un evento de tu municipalidad" in text
        assert "espera" not in text.replace("no pueden esperar a mañana", "")


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_whoever_switches_a_kind_off_reads_of_all_the_others(house: House, smtp_server: Postbox, now: datetime) -> None:
    """An officer of Barranco for each kind, who does not want that one, and one who wants them all."""
    server = MailServer(host=smtp_server.host, port=smtp_server.port, tls="none")
    post = replace(house, settings=replace(house.settings, mail=server), clock=lambda: MORNING)
    with post.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        hold = an_event(session, by=host, now=now, status="tentative")  # type: ignore[arg-type]
        gone = an_event(session, by=host, now=now, summary="No va")
        gone.status = Status.CANCELLED
        abouts = dict.fromkeys(OF_NO_EVENT) | {NewsKind.EVENT_CANCELLED: gone}
        for off in ("nothing", *MUTABLE):
            _without(session, off, now=now)
        for kind in MUTABLE:
            about = abouts.get(kind, hold)
            telling.tell(session, kind=kind, district_id=hold.host_id, by=guest, event=about, text=kind, now=now)
    assert run_until_done(post, MORNING)["delivered"] == len(MUTABLE) + 2
    said = {off: _told(smtp_server, off) for off in ("nothing", *MUTABLE)}
    assert said == {off: set(MUTABLE) - {off} for off in ("nothing", *MUTABLE)}


OF_NO_EVENT = {NewsKind.PERSON_JOINED, NewsKind.PERSON_LEFT, NewsKind.IMPORT_PROBLEMS}


def _without(session: Session, off: str, *, now: datetime) -> None:
    """An officer who does not want to be told of a kind."""
    officer = Officer(address=f"{off}@barranco.example", name=off, password_hash="-", created=now)
    officer.memberships.append(Membership(district_id=a_district(session, "barranco").id, role="officer", since=now))
    session.add(officer)
    session.flush()
    telling.want(session, set(MUTABLE) - {off}, by=Viewer(officer_id=officer.id))


def _told(smtp_server: Postbox, off: str) -> set[str]:
    """Of which kinds the one mail to an officer tells: each says its name as what was said with it."""
    (letter,) = smtp_server.to(f"{off}@barranco.example")
    body = letter.message.get_body(("plain",))
    assert body is not None
    return {kind for kind in MUTABLE if kind in body.get_content()}
