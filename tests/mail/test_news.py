"""What officers read: a question at once, the rest in the morning, each in her own language (M1, M22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy

from sqlalchemy import select, update

from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message
from calendar_service.domain.people import Officer
from calendar_service.domain.times.moments import to_utc
from calendar_service.mail.letters import Letters
from calendar_service.services.house import House
from calendar_service.services.joint import cohosting
from calendar_service.services.mails import mailing
from calendar_service.services.news import briefing
from tests.builders import an_event, an_officer

LETTERS = Letters(sender="agenda@agenda.example")
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
