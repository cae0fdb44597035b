"""How fast mails go to one domain, and who is never slowed down (M21)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from calendar_service.config.reading import read_settings
from calendar_service.config.settings import MailRate
from calendar_service.db.engine import Database
from calendar_service.domain.mail import MessageKind
from calendar_service.services.house import House
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.sending.delivering import deliver_next
from calendar_service.services.mails.sending.pacing import day_limit
from tests.services.mails.sending.test_delivering import PlainScribe, Wire

NOW = datetime(2026, 12, 1, 12, 0, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    settings = read_settings({"CALENDAR_DATA_DIR": str(tmp_path), "CALENDAR_BASE_URL": "https://agenda.example"})
    return House(settings=settings, installation=database.installation, database=database)


def owe(house: House, *addresses: str, kind: MessageKind = MessageKind.REMINDER) -> None:
    owed = [Owed(kind=kind, address=each, language="es", due=NOW, expires=NOW + 9 * DAY) for each in addresses]
    with house.deed() as session:
        mailing.owe(session, owed, now=NOW)


def sent(house: House, now: datetime = NOW, **rate: object) -> list[str]:
    """Who gets a mail, in turn, until nothing may go any more."""
    paced = replace(house, settings=replace(house.settings, mail_rate=MailRate(**rate)))  # type: ignore[arg-type]
    wire = Wire()
    while deliver_next(paced, send=wire, scribe=PlainScribe(), now=now, owner="one"):
        pass
    return [each.address for each in wire.parcels]


def to(domain: str, many: int) -> list[str]:
    return [f"p{n}@{domain}" for n in range(many)]


def test_domains_take_turns_so_that_a_large_one_holds_no_small_one_up(house: House) -> None:
    """M21: round robin, whatever the rate."""
    owe(house, *to("gmail.example", 6), *to("Muni.example", 2), "rosa@casa.example")
    assert [each.partition("@")[2].lower() for each in sent(house)] == [
        "gmail.example", "muni.example", "casa.example", "gmail.example", "muni.example",
        "gmail.example", "gmail.example", "gmail.example", "gmail.example",
    ]  # fmt: skip


def test_a_domain_gets_so_many_a_minute_and_the_others_go_on(house: House) -> None:
    owe(house, *to("gmail.example", 5), *to("casa.example", 2))
    at = [sent(house, NOW + n * MINUTE, per_minute=2) for n in range(4)]
    assert [Counter(each.partition("@")[2] for each in some) for some in at] == [
        {"gmail.example": 2, "casa.example": 2}, {"gmail.example": 2}, {"gmail.example": 1}, {},
    ]  # fmt: skip


def test_a_domain_gets_so_many_a_day_of_the_metropolis(house: House) -> None:
    """Midnight in Lima is five hours after UTC's."""
    owe(house, *to("gmail.example", 5))
    midnight = datetime(2026, 12, 2, 5, tzinfo=UTC)
    moments = (NOW, NOW + HOUR, midnight - MINUTE, midnight, midnight + DAY)
    assert [len(sent(house, at, per_day=2)) for at in moments] == [2, 0, 0, 2, 1]


def test_whoever_waits_for_a_link_is_not_slowed_down_by_a_scope_with_many_subscribers(house: House) -> None:
    """M21: neither by the queue nor by a domain that has had its share; and her mail is counted."""
    owe(house, *to("gmail.example", 30))
    assert len(sent(house, per_minute=20)) == 20
    owe(house, "rosa@gmail.example", kind=MessageKind.CONFIRM)
    assert sent(house, per_minute=20) == ["rosa@gmail.example"]
    assert sent(house, NOW + MINUTE, per_minute=5) == to("gmail.example", 25)[20:]


@pytest.mark.parametrize(
    ("rate", "day", "limit"),
    [
        (MailRate(), 1, None),
        (MailRate(per_day=700), 1, 700),
        (MailRate(warmup=date(2026, 12, 1)), 1, 50),
        (MailRate(warmup=date(2026, 12, 3)), 1, 50),  # not begun yet: as on its first day
        (MailRate(warmup=date(2026, 12, 1)), 5, 800),
        (MailRate(warmup=date(2026, 12, 1), per_day=700), 5, 700),
        (MailRate(warmup=date(2026, 12, 1)), 14, 409_600),
        (MailRate(warmup=date(2026, 12, 1)), 15, None),
    ],
)
def test_a_new_sender_sends_twice_as_many_every_day(rate: MailRate, day: int, limit: int | None) -> None:
    assert day_limit(rate, date(2026, 12, day)) == limit


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_warm_up_holds_a_scope_with_many_subscribers_back(house: House) -> None:
    owe(house, *to("gmail.example", 160))
    days = [len(sent(house, NOW + n * DAY, warmup=date(2026, 12, 1))) for n in range(3)]
    assert days == [50, 100, 10]
