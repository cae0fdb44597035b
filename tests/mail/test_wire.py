"""The wire against a real server: what it answers, and what becomes of a message for it (M5, M11, F9 to F11)."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from calendar_service.config.settings import MailServer
from calendar_service.mail.files import MailFolder
from calendar_service.mail.phases import Timeouts
from calendar_service.mail.wire import PostOffice
from calendar_service.services.mails.sending.claiming import LEASE, Parcel
from calendar_service.services.mails.sending.delivering import Outcome, WireTrouble
from tests.smtp import Manner, Postbox, serving

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SENDER = "agenda@agenda.example"
ROSA = "rosa@example.pe"
QUICK = Timeouts(connect=2, command=0.5, final=0.5)
BODY = b"From: agenda@agenda.example\r\nTo: rosa@example.pe\r\nSubject: Retreta\r\n\r\n.A dot first\r\nand more\r\n"


def parcel(address: str = ROSA, body: bytes = BODY) -> Parcel:
    return Parcel(ids=(1,), claimed=NOW, address=address, message_id="<1@agenda.example>", body=body, attempts=1,
                  ambiguous=0)  # fmt: skip


def server_at(box: Postbox, *, host: str = "127.0.0.1", tls: str = "none", user: str = "") -> MailServer:
    return MailServer(host=host, port=box.port, tls=tls, user=user, password="clave" if user else "")


@pytest.fixture
def office(smtp_server: Postbox) -> Iterator[PostOffice]:
    made = PostOffice(server_at(smtp_server), sender=SENDER, timeouts=QUICK)
    yield made
    made.close()


def outcome(office: PostOffice, sent: Parcel | None = None) -> Outcome:
    with pytest.raises(WireTrouble) as trouble:
        office(sent or parcel())
    return trouble.value.outcome


@pytest.mark.parametrize("takes_several", [True, False])
def test_the_very_bytes_arrive_for_one_recipient(
    smtp_server: Postbox, office: PostOffice, *, takes_several: bool
) -> None:
    """M2, M22: nothing is made anew on the way; a dot at the start of a line survives. To a server that takes several
    commands at once or one by one.
    """
    smtp_server.takes_several = takes_several
    office(parcel())
    (letter,) = smtp_server.letters
    assert (letter.sender, letter.recipients, letter.raw) == (SENDER, (ROSA,), BODY)


def test_what_cannot_be_delivered_comes_back_to_an_address_of_its_own(smtp_server: Postbox) -> None:
    """M20: MAIL FROM alone; without one it is the sender's."""
    office = PostOffice(
        server_at(smtp_server), sender=SENDER, returns=lambda parcel: f"b+{parcel.ids[0]}@agenda.example"
    )
    office(parcel())
    office.close()
    (letter,) = smtp_server.letters
    assert (letter.sender, letter.raw) == ("b+1@agenda.example", BODY)


def test_a_batch_goes_over_one_line(smtp_server: Postbox, office: PostOffice) -> None:
    for n in range(5):
        office(parcel(f"p{n}@example.pe"))
    assert (smtp_server.connections, len(smtp_server.letters)) == (1, 5)


def test_who_is_expected_is_asked_for_ahead_and_gets_her_mail_at_her_turn(
    smtp_server: Postbox, office: PostOffice
) -> None:
    """RFC 2920: her refusal, too, is heard at her turn, and is of nobody else's mail (M11)."""
    smtp_server.refused["eva@example.pe"] = "550 5.1.1 no such person"
    office.expect(parcel("luz@example.pe"))
    office(parcel())
    office.expect(parcel("eva@example.pe"))
    office(parcel("luz@example.pe"))
    assert outcome(office, parcel("eva@example.pe")) is Outcome.UNREACHABLE
    assert [each.recipients for each in smtp_server.letters] == [(ROSA,), ("luz@example.pe",)]
    assert smtp_server.connections == 1


@pytest.mark.parametrize("instead", ["ana@example.pe", "o'higgins@example.pe"])
def test_who_was_expected_and_does_not_come_gets_nothing(
    smtp_server: Postbox, office: PostOffice, instead: str
) -> None:
    """M9: a server that was asked ahead has none of a mail that is not claimed. What goes instead has a line of its
    own, also where it is said command by command; and one that nobody comes to is closed.
    """
    for address in (ROSA, instead):
        office.expect(parcel("luz@example.pe"))
        office(parcel(address))
    office.close()
    assert [each.recipients for each in smtp_server.letters] == [(ROSA,), (instead,)]
    assert smtp_server.connections == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("450 4.2.1 mailbox busy", Outcome.LATER),
        ("421 4.3.2 too much", Outcome.AWAY),
        ("550 5.1.1 no such person", Outcome.UNREACHABLE),
        ("550 5.7.1 not from you", Outcome.POLICY),
    ],
)
def test_what_is_said_of_the_recipient(
    smtp_server: Postbox, office: PostOffice, answer: str, expected: Outcome
) -> None:
    smtp_server.refused[ROSA] = answer
    assert outcome(office) is expected
    office(parcel("juan@example.pe"))
    assert [each.recipients for each in smtp_server.letters] == [("juan@example.pe",)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("550 5.1.8 who are you", Outcome.STOPPED), ("451 later", Outcome.LATER), ("421 later", Outcome.AWAY)],
)
def test_what_is_said_of_the_sender(smtp_server: Postbox, office: PostOffice, answer: str, expected: Outcome) -> None:
    smtp_server.to_sender = answer
    assert outcome(office) is expected


@pytest.mark.parametrize(
    ("manner", "expected"),
    [
        (Manner.REFUSES_FOR_NOW, Outcome.LATER),
        (Manner.REFUSES, Outcome.REFUSED),
        (Manner.SILENT, Outcome.AWAY),
        (Manner.SILENT_AFTER_DATA, Outcome.UNCERTAIN),
        (Manner.DROPS_AFTER_DATA, Outcome.UNCERTAIN),
    ],
)
def test_what_the_server_does_with_the_message(
    smtp_server: Postbox, office: PostOffice, manner: Manner, expected: Outcome
) -> None:
    """F9: silence ends after a timeout; after the final dot it means that nobody knows (M11), whoever is expected."""
    smtp_server.manner = manner
    office.expect(parcel("luz@example.pe"))
    assert outcome(office) is expected


@pytest.mark.parametrize(
    ("manner", "timeouts", "at_least", "at_most"),
    [
        (Manner.SILENT, Timeouts(connect=90, command=0.3, final=90), 0.3, 30),
        (Manner.SILENT_AFTER_DATA, Timeouts(connect=90, command=90, final=0.3), 0.3, 30),
        (Manner.SILENT_AFTER_DATA, Timeouts(connect=90, command=0.2, final=1.0), 1.0, 30),
    ],
)
def test_each_phase_is_given_its_own_time(
    smtp_server: Postbox, manner: Manner, timeouts: Timeouts, at_least: float, at_most: float
) -> None:
    """M5, RFC 5321 section 4.5.3.2: the final dot is waited for longest."""
    smtp_server.manner = manner
    begun = time.monotonic()
    outcome(PostOffice(server_at(smtp_server), sender=SENDER, timeouts=timeouts))
    assert at_least <= time.monotonic() - begun < at_most


def test_a_command_after_a_message_has_its_own_time_again(smtp_server: Postbox) -> None:
    """M5: not that of the final dot before it."""
    office = PostOffice(server_at(smtp_server), sender=SENDER, timeouts=Timeouts(connect=90, command=0.3, final=90))
    office(parcel())
    smtp_server.manner = Manner.SILENT_AT_MAIL
    begun = time.monotonic()
    assert outcome(office) is Outcome.AWAY
    assert time.monotonic() - begun < 30


def test_a_lease_outlasts_the_slowest_conversation_that_can_be() -> None:
    """M5, M9: on a line used before that breaks at last (MAIL, RCPT, DATA, the body), then all of it on a new one.

    That is the greeting, EHLO, STARTTLS, its handshake, EHLO, AUTH in three turns, MAIL, RCPT, DATA, the body, the dot.
    """
    patience = Timeouts()
    assert patience == Timeouts(connect=15, command=60, final=600)
    longest = 4 * patience.command + patience.connect + 12 * patience.command + patience.final
    assert LEASE.total_seconds() > longest


def test_a_line_that_breaks_at_quit_does_not_matter(smtp_server: Postbox, office: PostOffice) -> None:
    """F10: the message was accepted before."""
    smtp_server.manner = Manner.DROPS_AT_QUIT
    office(parcel())
    office.close()
    assert len(smtp_server.letters) == 1


def test_a_server_that_is_not_there_is_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = MailServer(host="127.0.0.1", port=taken.getsockname()[1], tls="none")
        assert outcome(PostOffice(server, sender=SENDER, timeouts=QUICK)) is Outcome.AWAY


def test_a_line_that_ended_between_two_messages_is_opened_again() -> None:
    with serving() as first:
        office = PostOffice(server_at(first), sender=SENDER, timeouts=QUICK)
        office(parcel())
        port = first.port
    with serving(port=port) as second:
        office(parcel())
        assert len(second.letters) == 1
    office.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def contexts(authority: trustme.CA, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server that calls itself `name`, and for clients that trust the authority."""
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    return theirs, ours


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_goes_encrypted_to_a_server_we_know_and_signs_in(authority: trustme.CA, tls: str) -> None:
    theirs, ours = contexts(authority, "127.0.0.1")
    keys: dict[str, Any] = {tls: theirs}
    with serving(login=True, **keys) as box:
        office = PostOffice(server_at(box, tls=tls, user="agenda"), sender=SENDER, timeouts=QUICK, trust=ours)
        office(parcel())
        office.close()
    assert (len(box.letters), box.logins) == (1, [("agenda", "clave")])


def test_a_server_that_does_not_know_our_password_stops_the_queue() -> None:
    """M11: 5xx at AUTH; a person has to mend it."""
    with serving(login=True) as box:
        box.lets_in = False
        office = PostOffice(server_at(box, user="agenda"), sender=SENDER, timeouts=QUICK)
        assert outcome(office) is Outcome.STOPPED
    assert box.letters == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_another_name_is_refused(authority: trustme.CA, tls: str) -> None:
    """M5, F9: and the queue stops, since somebody may be listening."""
    theirs, ours = contexts(authority, "somebody-else.example")
    keys: dict[str, Any] = {tls: theirs}
    with serving(**keys) as box:
        office = PostOffice(server_at(box, tls=tls), sender=SENDER, timeouts=QUICK, trust=ours)
        assert outcome(office) is Outcome.STOPPED
    assert box.letters == []


def test_a_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    theirs, _ = contexts(authority, "127.0.0.1")
    with serving(starttls=theirs) as box:
        office = PostOffice(server_at(box, tls="starttls"), sender=SENDER, timeouts=QUICK)
        assert outcome(office) is Outcome.STOPPED


def test_a_server_that_offers_no_encryption_gets_nothing_when_it_was_asked_for(smtp_server: Postbox) -> None:
    office = PostOffice(server_at(smtp_server, tls="starttls", user="agenda"), sender=SENDER, timeouts=QUICK)
    assert outcome(office) is Outcome.STOPPED
    assert (smtp_server.letters, smtp_server.logins) == ([], [])


def test_without_a_mail_server_a_mail_becomes_a_file(tmp_path: Path) -> None:
    MailFolder(tmp_path / "mail")(parcel())
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "20261201T120000Z-1@agenda.example.eml"
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (BODY, 0o600)
