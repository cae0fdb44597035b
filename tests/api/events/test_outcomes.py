"""What came of a date, over the API: asked for, said, corrected, by its host alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from calendar_service.db.engine import Database
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from tests.api.conftest import Program, fields
from tests.builders import a_district, an_event

pytestmark = pytest.mark.one_database


@pytest.fixture
def concert_over(lima: Database, now: datetime) -> Event:
    """A concert of Barranco that took place on Saturday, the first of three."""
    with lima.deed() as session:
        by = Viewer(districts=frozenset({a_district(session, "barranco").id}))
        return an_event(
            session, by=by, now=now - timedelta(days=14), start="2026-11-28T19:30",
            end="2026-11-28T21:00", rrule="FREQ=WEEKLY;COUNT=3",
        )  # fmt: skip


def test_a_date_that_is_over_waits_until_its_host_says_how_many_came(
    barranco: Program, surco: Program, concert_over: Event
) -> None:
    [waits] = barranco.get("/outcomes").get_json()["items"]
    assert (waits["event_uid"], waits["recurrence_id"], waits["held"]) == (concert_over.uid, "2026-11-28T19:30", None)
    path = f"/events/{concert_over.uid}/outcomes"
    said = barranco.put(f"{path}/20261128T1930", {"people": 120, "note": "Lleno"})
    assert (said.status_code, said.get_json()["people"], said.get_json()["held"]) == (200, 120, True)
    barranco.put(f"{path}/20261128T1930", {"people": 140})
    assert [each["people"] for each in barranco.get(path).get_json()["items"]] == [140]
    assert barranco.get("/outcomes").get_json()["items"] == []
    assert surco.get(path).get_json()["code"] == "not_your_event"


def test_what_cannot_have_been_is_refused_with_its_field(barranco: Program, concert_over: Event) -> None:
    path = f"/events/{concert_over.uid}/outcomes"
    assert fields(barranco.put(f"{path}/20261128T1930", {"held": False, "people": 3})) == [("people", "outcome_nobody")]
    assert fields(barranco.put(f"{path}/20261128T1930", {"people": -1})) == [("people", "number_range")]
    assert barranco.put(f"{path}/20261205T1930", {"people": 3}).get_json()["code"] == "outcome_early"
    assert barranco.put(f"{path}/20261129T1930", {"people": 3}).status_code == 404
