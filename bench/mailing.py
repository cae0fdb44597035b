"""Reminders to a mail server on this machine, over one line: ours from the owed row to the row that says it was sent.

Beside it, by turns, stand the same mails over the wire alone, and Flask-Mail as its manual has it: a line a mail, the
words given. Flask-Mail is asked neither to write them nor to know what it sent; ours does both, with a commit for each
mail. A turn is about as many as a clock sends in a tick; they are of one day's dates, with some ten people for each.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from statistics import median

import flask_mail
from flask import Flask
from sqlalchemy import delete, insert

from bench.season import afternoon
from bench.serving.servers import free_port, running
from bench.table import ratio, show
from calendar_service.config.settings import MailServer
from calendar_service.db.queries.mails.reminders import dates_between
from calendar_service.domain.events import Occurrence
from calendar_service.domain.mail import Lead, Message, MessageKind, Subscription, SubscriptionKind, SubscriptionState
from calendar_service.domain.times.leads import FARTHEST, falls
from calendar_service.domain.times.moments import Span
from calendar_service.mail.letters import Letters
from calendar_service.mail.wire import PostOffice
from calendar_service.services.house import House
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.mails.sending.delivering import Send
from calendar_service.services.mails.sending.series import Delivery
from calendar_service.services.mails.subscribing import MANAGE, STOP
from calendar_service.services.secrets import derived_token, hash_of
from calendar_service.services.upkeep.planning import plan

MAILS, TURNS = 2_000, 5
SENDER = "agenda@example.net"
PLAIN = "Flask-Mail, a line a mail"
AIM_RATE, AIM_CPU = "4 × as many", "1/6 of the CPU"
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Meter:
    """What each turn of one way took, in seconds a mail."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def take(self, work: Callable[[], object], *, mails: int) -> None:
        """Do the work of one turn."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.cpu.append((time.process_time() - cpu) / mails)
        self.wall.append((time.perf_counter() - wall) / mails)

    def row(self, name: str, beside: Meter) -> list[object]:
        """Medians, and the medians of the turns' ratios."""
        faster = median(their / our for our, their in zip(self.wall, beside.wall, strict=True))
        dearer = median(our / their for our, their in zip(self.cpu, beside.cpu, strict=True))
        return [name, 1 / median(self.wall), median(self.cpu) * 1000, ratio(faster, 1), ratio(dearer, 1)]


def run(house: House, *, quick: bool) -> None:
    """Owe, send, print; what was subscribed and sent is taken away again."""
    mails, now = MAILS // (10 if quick else 1), afternoon(house.now())
    _owe(house, mails, now=now)
    port = free_port()
    sink = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "bench.serving.sink.Quick"]
    with running(sink, port=port, env={}), _as_in_the_clock():
        rows = _rows(house, port, mails, now=now)
    show(f"{mails} reminders to a mail server here, over one line (meant to be: {AIM_RATE}, {AIM_CPU})",
         ("way", "mails a second", "CPU ms a mail", "as many as Flask-Mail", "CPU of Flask-Mail's"), rows)  # fmt: skip
    with house.deed() as session:
        session.execute(delete(Message))
        session.execute(delete(Subscription))


@contextmanager
def _as_in_the_clock() -> Iterator[None]:
    """What stands is not gone through whenever garbage is looked for, of either way."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _rows(house: House, port: int, mails: int, *, now: datetime) -> list[list[object]]:
    office = PostOffice(MailServer(host="127.0.0.1", port=port, tls="none"), sender=SENDER)
    ours, wire, plain = Meter(), Meter(), Meter()
    some = mails // TURNS
    for _ in range(TURNS):
        parcels: list[Parcel] = []
        ours.take(lambda: _deliver(house, office, parcels, times=some, now=now), mails=some)  # noqa: B023 - at once
        wire.take(lambda: _over(office, parcels), mails=some)  # noqa: B023 - at once
        plain.take(_plainly(port, parcels), mails=some)
    return [
        plain.row(PLAIN, plain),
        ours.row("ours: claimed, written, sent, marked", plain),
        wire.row("ours, the wire alone", plain),
    ]


def _deliver(house: House, office: PostOffice, parcels: list[Parcel], *, times: int, now: datetime) -> None:
    """As the clock does in a tick; keeps what went out."""
    send, scribe = _keeping(office, parcels), Letters(sender=SENDER)
    delivery = Delivery(house=house, send=send, scribe=scribe, owner="bench", clock=lambda: now, expect=office.expect)
    assert delivery.deliver(most=times) == times, "too few are owed"
    office.close()
    assert len(parcels) == times, "not everything that was owed went out"


def _keeping(office: PostOffice, parcels: list[Parcel]) -> Send:
    def send(parcel: Parcel) -> None:
        office(parcel)
        parcels.append(parcel)

    return send


def _over(office: PostOffice, parcels: Sequence[Parcel]) -> None:
    for each, then in zip(parcels, [*parcels[1:], None], strict=True):
        office.expect(then)
        office(each)
    office.close()


def _plainly(port: int, parcels: Sequence[Parcel]) -> Callable[[], None]:
    """The same words by Flask-Mail; they are ready before its turn begins."""
    app = Flask("bench.mailing", static_folder=None)
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER=SENDER)
    mail = flask_mail.Mail(app)
    messages = [_like(each) for each in parcels]

    def send() -> None:
        with app.app_context():
            for each in messages:
                mail.send(each)

    return send


def _like(parcel: Parcel) -> flask_mail.Message:
    written = message_from_bytes(parcel.body, policy=policy.default)
    text, html = (written.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return flask_mail.Message(
        str(written["Subject"]), recipients=[parcel.address], body=text.get_content(), html=html.get_content(),
        sender=SENDER,
    )  # fmt: skip


def _owe(house: House, mails: int, *, now: datetime) -> None:
    """So many people ask for a reminder of a date of the season's next day, and the plan owes each hers."""
    with house.deed() as session:
        soon = dates_between(session, now, now + FARTHEST[Lead.DAY])
        events = sorted({each.event_id for each in soon if _is_due(each, now)})
        session.execute(insert(Subscription), [
            _subscription(house, number, events[number % len(events)], now=now) for number in range(mails)
        ])  # fmt: skip
    owed = plan(house, now=now)
    assert owed >= mails, f"{owed} of {mails} are owed"
    with house.deed() as session:  # what officers are told in the morning would go ahead of them, by itself
        session.execute(delete(Message).where(Message.kind != MessageKind.REMINDER))


def _is_due(date: Occurrence, now: datetime) -> bool:
    span = Span(start=date.start, end=date.end, all_day=date.all_day, timezone=date.event.timezone)
    when = falls(Lead.DAY, span)
    return when.due <= now < when.expires - HOUR


def _subscription(house: House, number: int, event: int, *, now: datetime) -> dict[str, object]:
    address, scope, secret = f"{number}@example.net", f"event:{event}:{Lead.DAY}", f"secret-{number}"
    links = {"stop_hash": STOP, "manage_hash": MANAGE}
    return {
        "address": address, "folded_address": address, "scope": scope, "secret": secret, "lead": Lead.DAY,
        "language": "es", "state": SubscriptionState.ACTIVE, "created": now, "confirmed": now, "version": 1,
        "kind": SubscriptionKind.EVENT, "event_id": event, "selection": "",
        **{name: hash_of(derived_token(house.installation, purpose, scope, secret)) for name, purpose in links.items()},
    }  # fmt: skip
