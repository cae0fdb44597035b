"""How many calendars follow her feeds stands where an officer looks, and nowhere else (S45)."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from calendar_service.db.engine import Database
from calendar_service.domain.publication import Following
from calendar_service.domain.times.moments import local_day
from calendar_service.services.house import House
from tests.services.feeding import a_cluster
from tests.web.office import Desk

pytestmark = pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
SAID = ("34 calendarios siguen la agenda de Barranco", "1 calendario sigue la agenda de malecon")


@pytest.fixture
def followed(lima: Database, now: datetime) -> None:
    """34 calendars follow Barranco, most of them iPhones, and one the cluster that it belongs to."""
    today = local_day(now, "America/Lima")
    rows = (("district/barranco", "apple", 30), ("district/barranco", "android", 4), ("cluster/malecon", "google", 1))
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
        session.add_all(
            Following(scope_key=scope, day=today, family=family, calendars=number) for scope, family, number in rows
        )


@pytest.mark.usefixtures("followed")
def test_an_officer_sees_it_on_her_first_page_her_districts_page_and_her_clusters(
    app: Flask, house: House, now: datetime, client: FlaskClient
) -> None:
    hers, elsewhere = Desk(app, house, now, "barranco"), Desk(app, house, now, "ancon")
    shown = {path: hers.client.get(path).text for path in ("/office/", "/districts/barranco", "/clusters/malecon")}
    assert [SAID[0] in text for text in shown.values()] == [True, True, False]
    assert [SAID[1] in text for text in shown.values()] == [False, False, True]
    desk = hers.client.get("/office/feeds").text
    assert "34 calendarios en un mismo día" in desk
    assert "1 calendario en un mismo día" in desk
    for reader in (elsewhere.client, client):
        for path in ("/districts/barranco", "/clusters/malecon"):
            assert "la agenda de" not in reader.get(path).text
