"""The ground that other tests stand on."""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from email.message import EmailMessage

import pytest
import trustme
from playwright.sync_api import Page
from sqlalchemy import delete, func, select, text

from calendar_service.db.engine import Database
from calendar_service.db.upgrading import is_current
from calendar_service.domain.territory.places import District, Neighbour
from tests.machine import need
from tests.smtp import Manner, Postbox, serving


def _letter(to: str = "vecina@example.pe") -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "agenda@example.pe", to, "Función de títeres"
    letter.set_content("Sábado, 19:30")
    return letter


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_gets_a_database_of_its_own(database: Database, turn: int) -> None:
    assert is_current(database)
    with database.deed() as session:
        session.execute(text("CREATE TABLE only_here (turn integer)"))  # fails where the other turn left it
        session.execute(text("INSERT INTO only_here VALUES (:turn)"), {"turn": turn})
    with database.reading() as session:
        assert session.execute(text("SELECT turn FROM only_here")).scalars().all() == [turn]


def test_a_test_asking_for_a_database_runs_on_both_systems(request: pytest.FixtureRequest, database: Database) -> None:
    """Rule 12."""
    asked = request.node.callspec.params["copies"]
    assert database.engine.dialect.name == asked


@pytest.mark.parametrize("turn", [1, 2])
def test_lima_is_loaded_whole_and_anew_for_every_test(lima: Database, turn: int) -> None:
    assert turn in {1, 2}
    with lima.deed() as session:
        assert session.scalar(select(func.count()).select_from(District)) == 43
        assert len(session.scalars(select(Neighbour)).all()) > 43
        session.execute(delete(Neighbour))  # would be missing in the other turn, were this its database


def test_the_mail_server_keeps_what_it_accepts(smtp_server: Postbox) -> None:
    with smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=5) as line:
        line.send_message(_letter())
    (letter,) = smtp_server.to("vecina@example.pe")
    assert letter.sender == "agenda@example.pe"
    assert letter.message["Subject"] == "Función de títeres"


@pytest.mark.parametrize(("manner", "code"), [(Manner.REFUSES_FOR_NOW, 451), (Manner.REFUSES, 554)])
def test_the_mail_server_refuses_when_told(smtp_server: Postbox, manner: Manner, code: int) -> None:
    smtp_server.manner = manner
    with (
        smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=5) as line,
        pytest.raises(smtplib.SMTPDataError) as refusal,
    ):
        line.send_message(_letter())
    assert refusal.value.smtp_code == code
    assert smtp_server.letters == []


def test_the_mail_server_refuses_one_recipient_when_told(smtp_server: Postbox) -> None:
    smtp_server.refused["nadie@example.pe"] = "550 No such person"
    with smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=5) as line:
        refused = line.send_message(_letter(to="vecina@example.pe, nadie@example.pe"))
    assert refused == {"nadie@example.pe": (550, b"No such person")}
    assert [letter.recipients for letter in smtp_server.letters] == [("vecina@example.pe",)]


def test_the_mail_server_can_be_silent(smtp_server: Postbox) -> None:
    smtp_server.manner = Manner.SILENT
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=0.2)
    assert smtp_server.connections == 1


@pytest.mark.parametrize(
    ("manner", "what_is_seen"),
    [
        (Manner.SILENT_AFTER_DATA, "timed out"),
        (Manner.DROPS_AFTER_DATA, "unexpectedly closed"),
    ],
)
def test_the_mail_server_can_keep_a_letter_and_not_say_so(
    smtp_server: Postbox, manner: Manner, what_is_seen: str
) -> None:
    smtp_server.manner = manner
    line = smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=0.5)
    with pytest.raises(smtplib.SMTPServerDisconnected, match=what_is_seen):
        line.send_message(_letter())
    line.close()
    assert len(smtp_server.letters) == 1


def test_the_mail_server_can_drop_the_line_after_saying_yes(smtp_server: Postbox) -> None:
    smtp_server.manner = Manner.DROPS_AT_QUIT
    line = smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=5)
    assert line.send_message(_letter()) == {}
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        line.quit()
    line.close()
    assert len(smtp_server.letters) == 1


def test_the_mail_server_speaks_tls_and_asks_who_is_there() -> None:
    authority = trustme.CA()
    servers = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(servers)
    clients = ssl.create_default_context()
    authority.configure_trust(clients)
    with serving(starttls=servers, login=True) as postbox:
        with smtplib.SMTP(postbox.host, postbox.port, timeout=5) as line:
            line.starttls(context=clients)
            line.login("agenda", "clave")
            line.send_message(_letter())
        assert postbox.logins == [("agenda", "clave")]
        assert len(postbox.letters) == 1


@pytest.mark.browser
def test_the_browser_is_the_machines_own(page: Page) -> None:
    page.set_content("<main><h1>Agenda</h1></main>")
    assert page.get_by_role("heading").inner_text() == "Agenda"
    assert page.context.browser is not None
    assert page.context.browser.version == _version_of(need("chromium"))


def _version_of(chromium: str) -> str:
    said = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[1]


@pytest.mark.judges
def test_readers_in_python_stand_in_an_environment_of_their_own() -> None:
    subprocess.run([need("judges"), "-c", "import ical.calendar, ics, radicale, vobject, xandikos"], check=True)


@pytest.mark.judges
def test_libical_can_be_asked() -> None:
    asks = "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"
    subprocess.run([need("libical"), "-c", asks], check=True)


@pytest.mark.judges
def test_readers_for_node_can_be_asked() -> None:
    script = "for (const name of ['ical.js', 'node-ical', 'rrule-temporal', 'ts-ics']) await import(name);"
    command = [need("node"), "--input-type=module", "--eval", script]
    subprocess.run(command, cwd=need("node-judges"), check=True)
