"""Mails that are owed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from calendar_service.db.engine import Database
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.services import mailing
from calendar_service.services.mailing import Owed

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def reset(address: str = "Rosa@example.pe", **more: object) -> Owed:
    values = {"kind": MessageKind.RESET, "address": address, "language": "es", "due": NOW,
              "expires": NOW + timedelta(hours=1)} | more  # fmt: skip
    return Owed(**values)  # type: ignore[arg-type]


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_what_is_owed_twice_is_owed_once(database: Database) -> None:
    """M8: one row per kind, folded address, event, occurrence, lead and schedule version."""
    with database.deed() as session:
        assert mailing.owe(session, [reset(), reset("rosa@EXAMPLE.pe")], now=NOW) == 1
    with database.deed() as session:
        assert mailing.owe(session, [reset()], now=NOW + timedelta(hours=1)) == 0
    assert count(database) == 1


def test_each_part_of_the_key_sets_mails_apart(database: Database) -> None:
    different = [
        reset(), reset(kind=MessageKind.INVITATION), reset("juan@example.pe"),
        reset(recurrence_id="20261205T1930"), reset(lead="1d"), reset(schedule_version=2), reset(more="2"),
    ]  # fmt: skip
    with database.deed() as session:
        assert mailing.owe(session, different, now=NOW) == len(different)


def test_more_mails_than_one_statement_takes_are_owed(database: Database) -> None:
    with database.deed() as session:
        assert mailing.owe(session, (reset(f"p{n}@example.pe") for n in range(1201)), now=NOW) == 1201


def test_a_letter_asked_for_again_is_a_letter_of_its_own(database: Database) -> None:
    letter = {"kind": MessageKind.RESET, "address": "rosa@example.pe", "language": "es",
              "about": {"reset": 1}, "now": NOW, "lifetime": timedelta(hours=1)}  # fmt: skip
    with database.deed() as session:
        assert mailing.owe_letter(session, key="1", **letter)  # type: ignore[arg-type]
        assert not mailing.owe_letter(session, key="1", **letter)  # type: ignore[arg-type]
        assert mailing.owe_letter(session, key="2", **letter)  # type: ignore[arg-type]


def test_a_message_id_is_under_our_domain_and_does_not_tell_the_address(database: Database) -> None:
    with database.deed() as session:
        mailing.owe(session, [reset()], now=NOW)
    with database.reading() as session:
        name = session.scalars(select(Message.message_id)).one()
    assert name.startswith("<")
    assert name.endswith("@agenda.example>")
    assert "rosa" not in name.lower()
