"""`bounces`: what came back is read from a mail system's pipe, a Maildir or an mbox (M20)."""

from __future__ import annotations

import io
import mailbox
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.mail import BlockedAddress, Message, MessageKind
from calendar_service.services.mails.mailing import owe_letter
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.mails.sending.returning import ReturnPaths
from tests.cli.conftest import Run, Said
from tests.samples.bounces import sample

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock
ROSA = "rosa@example.pe"


@pytest.fixture
def return_path(in_lima: Database) -> str:
    """Of a mail that went just now."""
    with in_lima.deed() as session:
        owe_letter(session, kind=MessageKind.RESET, address=ROSA, language="es", about={}, key="1", now=NOW,
                   lifetime=timedelta(hours=1))  # fmt: skip
        made = session.scalars(select(Message)).one()
        parcel = Parcel(ids=(made.id,), claimed=NOW, address=ROSA, message_id="", body=b"", attempts=1, ambiguous=0)
    return ReturnPaths(installation=in_lima.installation, mailbox="agenda-bounces@agenda.example")(parcel)


def blocked(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(BlockedAddress.reason)))


def piped(run: Run, monkeypatch: pytest.MonkeyPatch, raw: bytes, *words: str) -> Said:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    return run("bounces", *words)


def test_a_pipe_hands_one_over_and_whatever_it_was_is_well(
    run: Run, in_lima: Database, return_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail system takes any other exit code for a reason to send mails back."""
    raw = sample("postfix-no-such-mailbox", return_path)
    for mail, told in (
        (sample("qmail-prose", return_path), "no-report"), (sample("postfix-no-such-mailbox"), "refused"),
        (raw, "blocked"), (raw, "known"),
    ):  # fmt: skip
        said = piped(run, monkeypatch, mail)
        assert (said.code, said.out.split()) == (0, ["1", told])
        assert "@" not in said.out + said.err
    assert blocked(in_lima) == ["bounced"]


def test_a_pipe_may_name_the_address(
    run: Run, in_lima: Database, return_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = piped(run, monkeypatch, sample("exchange-not-found", "x@y.example"), "--to", return_path, "--json")
    assert (said.json["read"], said.json["blocked"], said.json["refused"]) == (1, 1, 0)


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_what_cannot_be_read_now_is_left_to_the_mail_system_to_try_again(
    run: Run, nothing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EX_TEMPFAIL of sysexits.h."""
    assert piped(run, monkeypatch, sample("complaint")).code == 75
    monkeypatch.setenv("CALENDAR_MAIL_FROM", "nonsense")
    assert piped(run, monkeypatch, sample("complaint")).code == 75


def test_a_maildir_is_read_once(run: Run, in_lima: Database, return_path: str, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    for name in ("exim-mailbox-full", "qmail-prose"):
        box.add(sample(name, return_path))
    said = run("bounces", str(tmp_path / "box"), "--json")
    assert (said.code, said.json["read"], said.json["counted"], said.json["no-report"]) == (0, 2, 1, 1)
    assert {each.get_flags() for each in mailbox.Maildir(tmp_path / "box")} == {"S"}
    assert run("bounces", str(tmp_path / "box")).out == "Nothing new.\n"


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_an_mbox_is_left_as_it_is_and_counts_once(
    run: Run, in_lima: Database, return_path: str, tmp_path: Path
) -> None:
    file = tmp_path / "box"
    box = mailbox.mbox(file)
    box.add(sample("complaint", return_path))
    box.close()
    before = file.read_bytes()
    assert run("bounces", str(file)).out.split() == ["1", "complained"]
    assert run("bounces", str(file)).out.split() == ["1", "known"]
    assert (blocked(in_lima), file.read_bytes()) == (["complained"], before)


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_folder_that_is_none_is_said(run: Run, in_lima: Database, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        said = run("bounces", str(folder))
        assert (said.code, said.err.count("\n")) == (1, 1)
