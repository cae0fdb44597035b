"""Rule 4: an event is rendered once per change, not once per poll."""

from __future__ import annotations

from flask import Flask

from calendar_service.db.queries.events import event_by_slug
from calendar_service.services.house import House
from calendar_service.services.status import statuses
from tests.journeys.deeds import committed
from tests.web.season import Season

FEEDS = ("/feeds/all.ics", "/feeds/districts/barranco.ics", "/feeds/districts/miraflores.ics",
         "/feeds/clusters/malecon.ics", "/feeds/selection.ics?free=1")  # fmt: skip


def polled(app: Flask) -> set[int]:
    """Five calendars look three times each; what they are answered."""
    client = app.test_client(use_cookies=False)
    return {client.get(each).status_code for _ in range(3) for each in FEEDS}


def test_an_event_is_rendered_in_the_deed_that_changes_it_and_in_no_poll_rule_4(
    app: Flask, house: House, season: Season
) -> None:
    with committed(house.database) as deeds:
        season.cluster("Malecon", "barranco", "miraflores")
        season.post("Retreta")
    assert [each for each in deeds if "kept_text" in each] == [each for each in deeds if "event" in each] != []
    with committed(house.database) as polls:
        assert polled(app) == {200}
    assert [each for each in polls if "kept_text" in each] == []
    with committed(house.database) as changes, house.deed() as session:
        event = event_by_slug(session, "retreta")
        statuses.cancel(session, event, reason="Lluvia", by=season.officers["barranco"], now=season.now)
    assert ["kept_text" in each for each in changes] == [True]
    with committed(house.database) as polls:
        assert polled(app) == {200}
    assert polls != []  # versions were settled: something was listening
    assert [each for each in polls if "kept_text" in each] == []
