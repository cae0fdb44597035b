"""Mails that are owed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from calendar_service.db.engine import Database
from calendar_service.domain.mail import Message, MessageKind, MessageState
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed

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


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def test_what_expires_is_counted_and_what_may_have_gone_out_is_left_to_a_person(database: Database) -> None:
    """M12, M14."""
    with database.deed() as session:
        mailing.owe(session, [reset(more=str(n)) for n in range(3)], now=NOW)
        session.execute(update(Message).where(Message.id == 2).values(ambiguous=1))
        session.execute(update(Message).where(Message.id == 3).values(state=MessageState.SENT))
        assert mailing.expire(session, now=NOW + timedelta(minutes=59)) == 0
        assert mailing.expire(session, now=NOW + timedelta(hours=1)) == 2
    assert states(database) == ["expired", "unknown", "sent"]


def test_a_person_sends_again_or_gives_up_what_failed_or_is_unknown(database: Database) -> None:
    """M12: what may have arrived keeps its bytes; what is on its way is left alone."""
    with database.deed() as session:
        mailing.owe(session, [reset(more=str(n)) for n in range(5)], now=NOW)
        for number, state in enumerate(("failed", "unknown", "sending", "sent", "queued"), start=1):
            values = {"state": state, "ambiguous": 2, "body": b"bytes"}
            session.execute(update(Message).where(Message.id == number).values(values))
    later = NOW + timedelta(minutes=5)
    with database.deed() as session:
        assert list(mailing.requeue(session, [1, 2, 3, 4, 5, 99], now=later)) == [1, 2]
    assert states(database) == ["queued", "queued", "sending", "sent", "queued"]
    with database.deed() as session:
        again = session.get_one(Message, 2)
        assert (again.not_before, again.ambiguous, again.body, again.finished) == (later, 1, b"bytes", None)
        assert list(mailing.drop(session, [1, 3, 4, 5], now=later)) == [1, 5]
    assert states(database) == ["dropped", "queued", "sending", "sent", "dropped"]


def test_messages_are_listed_by_state_the_latest_first(database: Database) -> None:
    with database.deed() as session:
        mailing.owe(session, [reset(more=str(n)) for n in range(3)], now=NOW)
        session.execute(update(Message).where(Message.id == 2).values(state=MessageState.FAILED))
    with database.reading() as session:
        assert [each.id for each in mailing.listed(session)] == [3, 2, 1]
        assert [each.id for each in mailing.listed(session, ["failed"])] == [2]
        assert [each.id for each in mailing.listed(session, limit=1)] == [3]
