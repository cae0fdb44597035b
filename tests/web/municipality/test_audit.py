"""S44: who did what, read by who may, changed by nobody."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, select, update

from calendar_service.db.engine import Database
from calendar_service.domain.errors import DomainError
from calendar_service.domain.journal import Audit
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.house import House
from calendar_service.services.people.log import PAGE
from tests.builders import a_district
from tests.web.desk import an_officer_of, sign_in

AUDIT = "/office/audit"


def noted(house: House, district: str, now: datetime, *, count: int = 1, deed: str = "trial") -> None:
    with house.deed() as session:
        for number in range(count):
            home = a_district(session, district).id
            note(session, by=OPERATOR, deed=deed, subject=f"{district}:{number}", district_id=home, now=now,
                 role=["officer", "manager"])  # fmt: skip


def shown(app: Flask, address: str, query: str = "") -> str:
    client = app.test_client()
    sign_in(client, address)
    answer = client.get(AUDIT + query)
    assert answer.status_code == 200
    return answer.text


def test_a_manager_reads_her_districts_and_a_facilitator_all_s16_s44(app: Flask, house: House, now: datetime) -> None:
    an_officer_of(house, now, "rosa@barranco.example", barranco="manager")
    an_officer_of(house, now, "red@red.example", facilitator=True)
    noted(house, "barranco", now)
    noted(house, "ate", now)
    hers, everything = shown(app, "rosa@barranco.example"), shown(app, "red@red.example")
    assert ["barranco:0" in hers, "ate:0" in hers] == [True, False]
    assert ["barranco:0" in everything, "ate:0" in everything] == [True, True]
    assert "role: officer → manager" in hers


def test_an_officer_who_manages_nobody_does_not_read_it(app: Flask, house: House, now: datetime) -> None:
    an_officer_of(house, now, "luis@ate.example", ate="officer")
    client = app.test_client()
    sign_in(client, "luis@ate.example")
    assert client.get(AUDIT).status_code == 403


def test_it_is_sifted_and_paged(app: Flask, house: House, now: datetime) -> None:
    an_officer_of(house, now, "red@red.example", facilitator=True)
    noted(house, "ate", now, count=PAGE, deed="event-trial")
    noted(house, "barranco", now, deed="event-last")
    first = shown(app, "red@red.example", "?kind=event-")
    assert ["event-last" in first, 'rel="next"' in first] == [True, True]
    assert "event-" not in shown(app, "red@red.example", "?kind=token").partition("</form>")[2].partition("<ol")[2]
    assert "event-last" not in shown(app, "red@red.example", "?since=2027-01-01")


@pytest.mark.parametrize("change", [update(Audit).values(deed="x"), delete(Audit)])
def test_the_database_itself_refuses_to_change_it_s44(lima: Database, now: datetime, change: Executable) -> None:
    with lima.deed() as session:
        note(session, by=OPERATOR, deed="trial", subject="trial", now=now)
    with pytest.raises(DomainError), lima.deed() as session:
        session.execute(change)
    with lima.reading() as session:
        assert session.scalars(select(Audit.deed).order_by(Audit.id)).all()[-1] == "trial"
