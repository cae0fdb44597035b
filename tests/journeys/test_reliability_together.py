"""R7: two web services and two clocks on one database: no mail twice, nobody starves, nothing breaks."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from calendar_service.domain.mail import Message, MessageState, Subscription
from calendar_service.domain.people import Role
from calendar_service.services.mails import subscribing
from calendar_service.services.people.officers import make_officer
from tests.builders import an_event, an_officer
from tests.mails import a_wish, confirm_token
from tests.processes import SECRET, Service, a_day_ahead, command, serving, wait_until
from tests.smtp import Postbox
from tests.visitor import Visitor

READERS, POSTS = 40, 8
PASSWORD = "retreta de los domingos"


def address(number: int) -> str:
    return f"lectora{number}@example.pe"


@pytest.fixture
def owed(lima: Database) -> Database:
    """An event that begins in 55 minutes, and people who asked to be told an hour before."""
    now = datetime.now(UTC)  # noqa: TID251 - the processes of this test live in real time
    start = (now + timedelta(minutes=55)).astimezone(ZoneInfo("America/Lima")).replace(tzinfo=None)
    end = start + timedelta(hours=2)
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        times: dict[str, Any] = {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{end:%Y-%m-%dT%H:%M}"}
        event = an_event(session, by=officer, now=now, **times)
        for number in range(READERS):
            subscribing.ask(
                session, a_wish(address=address(number), event=event, lead="1h"), prefix=f"192.0.2.{number}", now=now
            )  # fmt: skip
            session.flush()
            mine = Subscription.folded_address == address(number)
            subscribing.confirm(
                session, confirm_token(session, session.scalars(select(Subscription).where(mine)).one()), now=now
            )
        session.execute(delete(Message))
        for slug in ("barranco", "comas"):
            make_officer(
                session, address=f"gestora@{slug}.example", name=slug, password=PASSWORD,
                districts={slug: Role.MANAGER}, now=now,
            )  # fmt: skip
    return lima


def posting(service: Service, slug: str) -> int:
    """Post some events, one after the other; how often that was asked for before all were taken."""
    visitor = Visitor(service.url("/"))
    visitor.sign_in(f"gestora@{slug}.example", PASSWORD)
    taken, asked = 0, 0
    while taken < POSTS:
        answer = visitor.submit(
            "/office/events/new", summary=f"Función {taken} de {slug}", start_date=a_day_ahead(), start_time="19:30",
            end_time="21:00", place_note="Parque", do="publish",
        )  # fmt: skip
        assert answer.status in (303, 503), answer.text  # busy is an honest answer, a fault is not
        taken, asked = taken + (answer.status == 303), asked + 1
    return asked


def sent(database: Database) -> int:
    with database.reading() as session:
        done = select(func.count()).select_from(Message).where(Message.state == MessageState.SENT)
        return session.scalar(done) or 0


def test_two_services_and_their_clocks_share_a_database(owed: Database, tmp_path: Path, smtp_server: Postbox) -> None:
    settings = {
        "CALENDAR_DATABASE_URL": owed.url, "CALENDAR_SECRET_KEY": SECRET, "CALENDAR_MAIL_URL": smtp_server.url,
    }  # fmt: skip
    with serving(tmp_path / "one", **settings) as one, serving(tmp_path / "two", **settings) as two:
        with ThreadPoolExecutor(3) as together:
            answers = [together.submit(posting, *each) for each in ((one, "barranco"), (two, "comas"))]
            beside = together.submit(command, "worker", "--once", folder=tmp_path / "three", **settings)
            assert all(each.result(90) < 2 * POSTS for each in answers)  # nobody starves
            assert beside.result(90).returncode == 0
        wait_until(lambda: sent(owed) == READERS)
        for service in (one, two):
            lines = [json.loads(line) for line in service.log.read_text().splitlines()]
            assert [line for line in lines if line["level"] == "error" or line.get("status") == 500] == []
    assert Counter(letter.recipients[0] for letter in smtp_server.letters) == Counter(map(address, range(READERS)))
    with owed.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1 + 2 * POSTS
