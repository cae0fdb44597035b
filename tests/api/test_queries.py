"""Rule 11: how many questions a request asks of the database is a literal, and does not grow with the list."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_service.db.engine import Database
from tests.api.conftest import Program
from tests.counting import counted

pytestmark = pytest.mark.one_database

LISTS = {
    "/events": 5, "/events?updated_since=2026-11-01T00:00:00Z": 5, "/events?q=retreta&free=1": 6, "/occurrences": 1,
    "/venues": 1, "/districts": 1, "/clusters": 1, "/formats": 0,
}  # fmt: skip
TOKEN = 2
"""What recognising a token asks."""


def post(program: Program, concert: dict[str, Any], times: int) -> None:
    for number in range(times):
        more = {"rrule": f"FREQ=WEEKLY;COUNT={number + 2}", "venue": {"name": f"Plaza {number}"}}
        event = program.post("/events", {**concert, **more}).get_json()
        program.put(f"/events/{event['uid']}/occurrences/20261212T1930", {"venue": "plaza-0"})
        program.post(f"/events/{event['uid']}/hosts", {"districts": ["santiago-de-surco", "miraflores"]})


@pytest.mark.every_database
@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_much_for_one_as_for_three(
    lima: Database, barranco: Program, anybody: Program, concert: dict[str, Any], path: str
) -> None:
    for more in (1, 2):
        post(barranco, concert, more)
        with counted(lima) as asked:
            assert anybody.get(path).status_code == 200
        assert len(asked) == LISTS[path]
        with counted(lima) as asked:
            assert barranco.get(path).status_code == 200
        assert len(asked) == LISTS[path] + TOKEN


def test_one_event_is_read_with_four_questions(
    lima: Database, barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    post(barranco, concert, 1)
    uid = anybody.get("/events").get_json()["items"][0]["uid"]
    with counted(lima) as asked:
        assert anybody.get(f"/events/{uid}").status_code == 200
    assert len(asked) == 4
