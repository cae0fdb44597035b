"""From the wish to the wire: a reminder is due (journey 4), and what a real mail server makes of it (M9 to M11)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from calendar_service.app import create_app
from calendar_service.config.settings import MailServer
from calendar_service.domain.mail import Brake, Message, MessageKind
from calendar_service.domain.times.moments import to_utc
from calendar_service.mail.letters import Letters
from calendar_service.mail.phases import Timeouts
from calendar_service.mail.wire import PostOffice
from calendar_service.services.house import House
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.sending.claiming import LEASE
from calendar_service.services.status.statuses import cancel
from calendar_service.services.upkeep.planning import plan
from calendar_service.worker import Clock, run_until_done
from tests.builders import an_event, an_officer
from tests.mails import ROSA, a_subscription
from tests.smtp import Manner, Postbox
from tests.web.conftest import Browser

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CONCERT = to_utc(datetime(2026, 12, 5, 19, 30), "America/Lima")
FRIDAY = CONCERT - DAY
QUICK = Timeouts(connect=2, command=0.5, final=0.5)


@pytest.fixture
def house(house: House, smtp_server: Postbox) -> House:
    """One that has a mail server."""
    server = MailServer(host=smtp_server.host, port=smtp_server.port, tls="none")
    return replace(house, settings=replace(house.settings, mail=server), clock=lambda: FRIDAY)


@pytest.fixture
def clock(house: House) -> Clock:
    """A clock whose wire loses patience quickly."""
    assert house.settings.mail is not None
    post = PostOffice(house.settings.mail, sender=house.settings.mail_from, timeouts=QUICK)
    return Clock(house=house, post=post, letters=Letters(sender=house.settings.mail_from))


def drain(clock: Clock, now: datetime) -> None:
    while clock.deliver_some(now):
        pass
    clock.post.close()


def states(house: House) -> list[str]:
    with house.reading() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def owe_reminders(house: House, now: datetime, *people: str) -> None:
    """The concert of Saturday, and people who want to be reminded of it."""
    with house.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now)
        for address in people or (ROSA,):
            a_subscription(session, now=now, event=event, address=address)
    assert plan(house, now=FRIDAY) == len(people or (ROSA,))


def test_journey_4_from_the_form_to_the_reminder_to_the_stop(house: House, smtp_server: Postbox, now: datetime) -> None:
    with house.deed() as session:
        slug = an_event(session, by=an_officer(session, now=now), now=now).slug
    asking = replace(house, clock=lambda: now)
    browser = Browser(create_app(asking))
    _send(browser, f"/subscribe?event={slug}", address=ROSA, kind="event", lead="1d", consent="1")
    run_until_done(house, now)
    (confirmation,) = smtp_server.to(ROSA)
    link = re.search(r"https://agenda\.example(/mail/confirm/\S+)", _text(confirmation.raw))
    assert link is not None
    _send(browser, link.group(1))
    assert run_until_done(house, FRIDAY) == {"lapsed": 0, "pulled": 0, "owed": 1, "delivered": 1}
    assert run_until_done(house, FRIDAY) == {"lapsed": 0, "pulled": 0, "owed": 0, "delivered": 0}
    _, reminder = smtp_server.to(ROSA)
    assert reminder.message["Subject"] == "Mañana: Retreta en el parque"
    one_click = reminder.message["List-Unsubscribe"].strip("<>").removeprefix("https://agenda.example")
    assert Browser(create_app(asking)).post(one_click, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    run_until_done(house, CONCERT - timedelta(hours=1))
    assert len(smtp_server.letters) == 2


def _send(browser: FlaskClient, path: str, **fields: str) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).get_data(as_text=True))
    assert token is not None
    assert browser.post(path, data={"csrf_token": token.group(1), **fields}).status_code in (200, 303)


def _text(raw: bytes) -> str:
    from email import message_from_bytes, policy
    from email.message import EmailMessage

    text, _ = message_from_bytes(raw, _class=EmailMessage, policy=policy.default).iter_parts()
    return str(text.get_content())


def test_a_cancellation_reaches_who_was_reminded(house: House, smtp_server: Postbox, now: datetime) -> None:
    """M15."""
    owe_reminders(house, now)
    run_until_done(house, FRIDAY)
    with house.deed() as session:
        from calendar_service.db.queries.events import event_by_slug

        event = event_by_slug(session, "retreta-en-el-parque")
        cancel(session, event, by=an_officer(session, "barranco", now=now, role="manager"), now=FRIDAY, reason="Lluvia")  # type: ignore[arg-type]
    run_until_done(house, FRIDAY + 15 * MINUTE)
    assert [each.message["Subject"] for each in smtp_server.to(ROSA)] == [
        "Mañana: Retreta en el parque", "Cancelado: Retreta en el parque",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("manner", "state"),
    [
        (Manner.ACCEPTS, "sent"), (Manner.DROPS_AT_QUIT, "sent"), (Manner.REFUSES_FOR_NOW, "queued"),
        (Manner.REFUSES, "failed"), (Manner.SILENT, "queued"), (Manner.SILENT_AFTER_DATA, "queued"),
        (Manner.DROPS_AFTER_DATA, "queued"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_mail_and_that_it_arrives_in_the_end(
    house: House, clock: Clock, smtp_server: Postbox, now: datetime, manner: Manner, state: str
) -> None:
    owe_reminders(house, now)
    smtp_server.manner = manner
    drain(clock, FRIDAY)
    assert states(house) == [state]
    smtp_server.manner = Manner.ACCEPTS
    drain(clock, FRIDAY + timedelta(hours=2))
    assert states(house) == ["failed" if state == "failed" else "sent"]
    assert len({each.raw for each in smtp_server.letters}) == (0 if state == "failed" else 1)


@pytest.mark.parametrize("manner", [Manner.DROPS_AFTER_DATA, Manner.SILENT_AFTER_DATA])
def test_an_answer_lost_twice_makes_two_identical_copies_at_most(
    house: House, clock: Clock, smtp_server: Postbox, now: datetime, manner: Manner
) -> None:
    """M10."""
    owe_reminders(house, now)
    smtp_server.manner = manner
    for hours in range(3):
        drain(clock, FRIDAY + timedelta(hours=hours))
    assert states(house) == ["unknown"]
    first, second = smtp_server.letters
    assert (first.raw, first.message["Message-ID"]) == (second.raw, second.message["Message-ID"])


def test_a_refused_sender_stops_the_queue_and_nobody_is_lost(
    house: House, clock: Clock, smtp_server: Postbox, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """M11: 5xx at MAIL; the operator is told, without an address (S43)."""
    owe_reminders(house, now, "a@example.pe", "b@example.pe", "c@example.pe")
    smtp_server.to_sender = "550 5.1.8 agenda@agenda.example is not known here"
    drain(clock, FRIDAY)
    assert states(house) == ["queued"] * 3
    (told,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "@" not in str(vars(told))
    smtp_server.to_sender = ""
    drain(clock, FRIDAY + timedelta(hours=1))
    assert states(house) == ["sent"] * 3


def test_a_mail_server_that_is_down_is_tried_once_a_pause_and_the_queue_drains_in_order(
    house: House, clock: Clock, smtp_server: Postbox, now: datetime
) -> None:
    """R15."""
    owe_reminders(house, now, *(f"p{n}@example.pe" for n in range(5)))
    smtp_server.manner = Manner.SILENT
    drain(clock, FRIDAY)
    assert (smtp_server.connections, states(house)) == (1, ["queued"] * 5)
    smtp_server.manner = Manner.ACCEPTS
    with house.reading() as session:
        until = session.scalars(select(Brake.until)).one()
    drain(clock, until + MINUTE)
    assert len(smtp_server.letters) == 5


# Processes

RUN = """
from datetime import datetime
from calendar_service.config.reading import read_settings
from calendar_service.services.house import open_house
from calendar_service.worker import run_until_done
run_until_done(open_house(read_settings(), busy_timeout=30), datetime.fromisoformat({now!r}))
"""


@pytest.fixture
def started(house: House, smtp_server: Postbox, tmp_path: Path) -> Callable[[datetime], subprocess.Popen[bytes]]:
    """Processes that run every tick at an instant."""

    def start(now: datetime) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "CALENDAR_DATABASE_URL": house.settings.database_url, "CALENDAR_DATA_DIR": str(tmp_path),
            "CALENDAR_BASE_URL": "https://agenda.example", "CALENDAR_SECRET_KEY": "s" * 32,
            "CALENDAR_MAIL_URL": smtp_server.url,
        }  # fmt: skip
        return subprocess.Popen([sys.executable, "-c", RUN.format(now=now.isoformat())], env=environment)

    return start


def test_two_processes_on_one_database_send_nothing_twice(
    house: House, smtp_server: Postbox, started: Callable[[datetime], subprocess.Popen[bytes]]
) -> None:
    """M9, M16, R7: even if two tick at once."""
    people = [f"p{n}@example.pe" for n in range(40)]
    with house.deed() as session:
        mailing.owe(session, [_changed_password(each) for each in people], now=FRIDAY)
    workers = [started(FRIDAY) for _ in range(2)]
    assert [each.wait(60) for each in workers] == [0, 0]
    assert Counter(each.recipients[0] for each in smtp_server.letters) == Counter(people)
    assert set(states(house)) == {"sent"}


def _changed_password(address: str) -> Owed:
    return Owed(
        kind=MessageKind.PASSWORD_CHANGED, address=address, language="es", due=FRIDAY, expires=FRIDAY + DAY,
        about={"officer": 1, "at": FRIDAY.isoformat()},
    )  # fmt: skip


def test_a_process_killed_between_wire_and_mark_costs_one_identical_copy(
    house: House, smtp_server: Postbox, now: datetime, started: Callable[[datetime], subprocess.Popen[bytes]]
) -> None:
    """M10: killed with signal 9 after the server has the message and before it said so."""
    owe_reminders(house, now)
    smtp_server.manner = Manner.SILENT_AFTER_DATA
    worker = started(FRIDAY)
    until = time.monotonic() + 60
    while not smtp_server.letters and time.monotonic() < until:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    smtp_server.manner = Manner.ACCEPTS
    assert states(house) == ["sending"]
    run_until_done(house, FRIDAY + LEASE - MINUTE)
    assert len(smtp_server.letters) == 1
    with house.deed() as session:
        session.execute(update(Message).values(language="en"))  # would be written otherwise now
    run_until_done(house, FRIDAY + LEASE)
    first, second = smtp_server.letters
    assert (first.raw, states(house)) == (second.raw, ["sent"])
