"""News on the desk, put away by who has seen them; and what she wants of it by mail."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.domain.network.news import NewsReader
from calendar_service.services.house import House
from calendar_service.services.joint import cohosting
from tests.builders import an_event
from tests.web.office import Desk

pytestmark = pytest.mark.one_database

HEADLINE = "Miraflores aceptó coorganizar: Retreta en el parque"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """Of Barranco, whose invitation Miraflores has accepted."""
    rosa, luis = Desk(app, house, now, "barranco"), Desk(app, house, now, "miraflores")
    with house.deed() as session:
        event = an_event(session, by=rosa.viewer, now=now)
        cohosting.ask(session, event, ["miraflores"], by=rosa.viewer, now=now)
        cohosting.answer(session, event, "miraflores", accept=True, by=luis.viewer, now=now)
    return rosa


def test_news_stand_on_the_desk_until_she_puts_them_away(rosa: Desk) -> None:
    assert HEADLINE in rosa.open("/office/").text
    rosa.press("/office/seen", "/office/")
    assert HEADLINE not in rosa.open("/office/").text


def test_a_garbled_moment_puts_away_no_more_than_there_is(rosa: Desk) -> None:
    answer = rosa.send("/office/seen", "/office/", until="mañana")
    assert answer.status_code == 303
    with rosa.house.reading() as session:
        assert [each.seen for each in session.scalars(select(NewsReader))] == [rosa.now]


def test_she_chooses_what_her_digest_brings(rosa: Desk) -> None:
    rosa.press("/office/account/mails", "/office/account", kinds=["cohost-accepted"])
    boxes = [each for each in rosa.open("/office/account").all("input") if each.attrs.get("name") == "kinds"]
    assert [each.attrs["value"] for each in boxes if "checked" in each.attrs] == ["cohost-accepted"]
    assert len(boxes) > 10
