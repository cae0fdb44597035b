"""`messages`: what is owed is listed, and a person decides about what did not go (M12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.mail import Message, MessageKind, MessageState
from calendar_service.services.mails.mailing import owe_letter
from tests.cli.conftest import Run

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock


@pytest.fixture
def letters(in_lima: Database) -> list[int]:
    """Four letters: queued, failed, unknown, sent."""
    states = [MessageState.QUEUED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.SENT]
    with in_lima.deed() as session:
        for state in states:
            owe_letter(
                session, kind=MessageKind.RESET, address=f"{state}@barranco.example", language="es", about={},
                key=state, now=NOW, lifetime=timedelta(hours=1),
            )  # fmt: skip
        rows = session.scalars(select(Message).order_by(Message.id)).all()
        for row, state in zip(rows, states, strict=True):
            row.state = state
        return [row.id for row in rows]


def states(database: Database) -> dict[int, str]:
    with database.reading() as session:
        return dict(session.execute(select(Message.id, Message.state)).all())


def test_messages_are_listed_the_latest_first(run: Run, letters: list[int]) -> None:
    said = run("messages", "--json")
    assert said.code == 0
    assert [each["id"] for each in said.json] == letters[::-1]
    assert said.json[0]["address"] == "sent@barranco.example"
    assert len(run("messages").out.splitlines()) == 4


def test_one_state_alone_can_be_listed(run: Run, letters: list[int]) -> None:
    said = run("messages", "--state", "failed", "--json")
    assert [each["state"] for each in said.json] == ["failed"]
    assert run("messages", "--state", "expired").out == "None.\n"
    assert run("messages", "--state", "lost").code == 2


def test_what_failed_or_is_unknown_can_be_sent_again(run: Run, letters: list[int], in_lima: Database) -> None:
    queued, failed, unknown, sent = letters
    said = run("messages", "requeue", str(failed), str(unknown), "--json")
    assert (said.code, said.json) == (0, {"done": [failed, unknown], "left": []})
    assert states(in_lima) == {queued: "queued", failed: "queued", unknown: "queued", sent: "sent"}


def test_what_was_sent_is_never_sent_again(run: Run, letters: list[int], in_lima: Database) -> None:
    *_, sent = letters
    said = run("messages", "requeue", str(sent), "--json")
    assert (said.code, said.json) == (1, {"done": [], "left": [sent]})
    assert states(in_lima)[sent] == "sent"


def test_what_is_owed_can_be_given_up(run: Run, letters: list[int], in_lima: Database) -> None:
    queued, failed, unknown, sent = letters
    said = run("messages", "drop", *map(str, letters), "--json")
    assert (said.code, said.json) == (1, {"done": [queued, failed, unknown], "left": [sent]})
    assert set(states(in_lima).values()) == {"dropped", "sent"}


@pytest.mark.parametrize("words", [["requeue"], ["drop", "x"], ["drop", "1", "--state", "failed"], ["eat", "1"]])
def test_a_decision_names_its_messages(run: Run, in_lima: Database, words: list[str]) -> None:
    assert run("messages", *words).code == 2
