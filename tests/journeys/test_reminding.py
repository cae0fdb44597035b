"""Journey 4: a reminder is due. Asked for on a page, confirmed by mail, owed by the clock, sent once, stopped once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from calendar_service.domain.mail import Message
from calendar_service.domain.times.moments import to_utc
from tests.builders import PASSWORD, an_account
from tests.journeys.letters import link_in, press, states, subscribed, text_of
from tests.sites import Site
from tests.smtp import Postbox
from tests.visitor import Visitor
from tests.web.pages import read
from tests.web.season import Season

LIMA = "America/Lima"
ANA = "ana@example.pe"
ROSA = "rosa@barranco.example"
DESK = "/office/events/retreta"
FORM = {"address": ANA, "lead": "1d", "lang": "es", "consent": "1"}
NOTHING = {"lapsed": 0, "pulled": 0, "owed": 0, "delivered": 0}
BEAT = timedelta(minutes=15)
"""How long an officer may go on changing her mind before people are told (M15)."""


def lima(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of December 2026."""
    return to_utc(datetime(2026, 12, day, hour, minute), LIMA)


@pytest.fixture
def season(site: Site) -> Season:
    """A concert on Saturday 5 December, 7:30 p. m."""
    season = Season(site.house, site.clock.now)
    season.post("Retreta")
    return season


@pytest.fixture
def ana(site: Site, season: Season, smtp_server: Postbox) -> Visitor:
    """Somebody who asked to be reminded of it a day before."""
    return subscribed(site, smtp_server, "/subscribe?event=retreta", **FORM, kind="event")


@pytest.fixture
def rosa(site: Site) -> Callable[[], Visitor]:
    """The officer of Barranco signs in."""
    with site.house.deed() as session:
        an_account(session, ROSA, now=site.clock.now)

    def sign_in() -> Visitor:
        visitor = site.visitor()
        visitor.sign_in(ROSA, PASSWORD)
        return visitor

    return sign_in


def mails(site: Site) -> int:
    with site.house.reading() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def subjects(postbox: Postbox) -> list[str]:
    return [str(each.message["Subject"]) for each in postbox.letters]


def test_a_reminder_is_owed_when_it_falls_due_and_sent_once_rule_6(
    site: Site, ana: Visitor, smtp_server: Postbox
) -> None:
    assert site.wait_until(lima(4, 19, 19)) == NOTHING  # eleven minutes before
    assert site.wait_until(lima(4, 19, 20)) == {"lapsed": 0, "pulled": 0, "owed": 1, "delivered": 0}
    assert site.wait_until(lima(4, 19, 30)) == {"lapsed": 0, "pulled": 0, "owed": 0, "delivered": 1}
    assert site.wait_until(lima(4, 19, 31)) == NOTHING
    (letter,) = smtp_server.letters
    assert (letter.recipients, letter.message["Subject"]) == ((ANA,), "Mañana: Retreta")
    assert "7:30 p. m." in text_of(letter)
    assert site.visitor().get(link_in(site, letter, "/events/")).status == 200
    assert site.wait_until(lima(6, 0)) == NOTHING


def test_a_moved_events_reminder_moves_by_itself_and_who_asked_is_told_rule_6(
    site: Site, ana: Visitor, rosa: Callable[[], Visitor], smtp_server: Postbox
) -> None:
    """Also when the mail of the old time is waiting already: it is dropped at the claim."""
    site.wait_until(lima(4, 19, 20))
    assert mails(site) == 2  # the confirmation, and the reminder that waits
    moved = rosa().submit(f"{DESK}/edit", start_date="2026-12-12", do="save")
    assert moved.status == 303, moved.text
    site.wait_until(lima(4, 19, 30))
    assert subjects(smtp_server) == []
    site.wait_until(lima(4, 19, 20) + BEAT)
    assert subjects(smtp_server) == ["Cambio: Retreta"]
    site.wait_until(lima(5, 19, 30))
    assert len(smtp_server.letters) == 1
    site.wait_until(lima(11, 19, 30))
    assert subjects(smtp_server) == ["Cambio: Retreta", "Mañana: Retreta"]


def test_a_cancellation_is_told_once_and_ends_the_reminders(
    site: Site, ana: Visitor, rosa: Callable[[], Visitor], smtp_server: Postbox
) -> None:
    """M15."""
    cancelled = rosa().submit(DESK, reason="Por la lluvia")
    assert cancelled.status == 303, cancelled.text
    for instant in (site.clock.now + BEAT, lima(4, 19, 30), lima(5, 19, 0)):
        site.wait_until(instant)
    (letter,) = smtp_server.letters
    assert letter.message["Subject"] == "Cancelado: Retreta"
    assert "Por la lluvia" in text_of(letter)


def test_the_link_of_a_mail_asks_when_opened_and_ends_when_pressed_as_often_as_one_likes(
    site: Site, ana: Visitor, smtp_server: Postbox
) -> None:
    """M4: GET changes nothing."""
    site.wait_until(lima(4, 19, 30))
    stop = link_in(site, smtp_server.letters[0], "/mail/stop/")
    asked = ana.get(stop)
    assert asked.status == 200
    assert "Retreta" in read(asked.text).one("main").text
    assert states(site) == ["active"]
    assert [press(ana, stop).status for _ in range(2)] == [200, 200]
    assert states(site) == ["ended"]


def test_a_mail_program_stops_by_itself_what_its_reader_does_not_want_rfc_8058(
    site: Site, ana: Visitor, rosa: Callable[[], Visitor], smtp_server: Postbox
) -> None:
    """By a POST of exactly that body, without a cookie, a page or a redirect; then nothing comes any more."""
    site.wait_until(lima(4, 19, 30))
    message = smtp_server.letters[0].message
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = site.path(message["List-Unsubscribe"].strip("<>"))
    program = site.visitor()
    answers = [program.post(one_click, [("List-Unsubscribe", "One-Click")]) for _ in range(2)]
    assert [each.status for each in answers] == [200, 200]
    assert list(program.cookies) == []
    assert states(site) == ["ended"]
    assert rosa().submit(DESK, reason="Por la lluvia").status == 303
    site.wait_until(lima(4, 20, 0))
    assert len(smtp_server.letters) == 1


def test_a_selection_reminds_of_what_it_shows_and_many_reasons_are_one_mail_m18(
    site: Site, season: Season, ana: Visitor, smtp_server: Postbox
) -> None:
    """She also asked for whatever is free in Barranco, at the same lead; it is the same concert, and one more."""
    subscribed(site, smtp_server, "/subscribe?district=barranco&free=1", **FORM, kind="selection")
    season.post("Taller", start="2026-12-05T19:30", end="2026-12-05T21:00")
    season.post("Concierto pagado", free=False, price="20")
    site.wait_until(lima(4, 19, 30))
    (letter,) = smtp_server.letters
    said = text_of(letter)
    assert [said.splitlines().count(each) for each in ("Retreta", "Taller", "Concierto pagado")] == [1, 1, 0]
    only = re.findall(r"Dejar solo este: \S+(/mail/stop/\S+)", said)
    assert press(ana, only[0]).status == 200
    assert states(site) == ["ended", "active"]


def test_every_mail_belongs_to_one_person_and_says_it_is_automatic_m1_m2(
    site: Site, ana: Visitor, smtp_server: Postbox
) -> None:
    subscribed(site, smtp_server, "/subscribe?event=retreta", **FORM | {"address": "beto@example.pe"}, kind="event")
    site.wait_until(lima(4, 19, 30))
    assert sorted(each.recipients for each in smtp_server.letters) == [(ANA,), ("beto@example.pe",)]
    for letter in smtp_server.letters:
        assert letter.message["To"] == letter.recipients[0]
        assert letter.message["Auto-Submitted"] == "auto-generated"
        assert len({ANA, "beto@example.pe"} & set(re.findall(r"\w+@example\.pe", letter.raw.decode()))) == 1
