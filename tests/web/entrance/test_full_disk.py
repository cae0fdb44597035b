"""R14: where there is no room left, what is written is refused as for now, what is read goes on, and nothing breaks."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from calendar_service.db.engine import Database
from calendar_service.services.house import House
from tests.web.office import Desk, form_in

PROFILE, DAYS = "/office/district", "/office/special-days"
MOST = 1_073_741_823


def room_for(database: Database, pages: int) -> None:
    """Let the one connection that there is make its file so long and no longer, as a full disk does."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_what_is_written_and_no_more_r14(app: Flask, house: House, now: datetime) -> None:
    rosa = Desk(app, house, now, "barranco")
    form = form_in(rosa.open(PROFILE), PROFILE)
    room_for(house.database, 1)
    answers: list[TestResponse] = []
    while len(answers) < 60 and (not answers or answers[-1].status_code == 303):
        form |= {"about": f"{len(answers)} {'x' * 1900}", "seen": str(len(answers) + 1)}
        answers.append(rosa.post(PROFILE, form))
    last = answers[-1]
    assert (last.status_code, int(last.headers["Retry-After"]) > 0) == (503, True)
    assert "no puede guardar nada por ahora" in last.text
    assert rosa.open(PROFILE).text
    room_for(house.database, MOST)
    assert rosa.post(PROFILE, form).status_code == 303
    with house.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_page_that_tells_what_is_wrong_by_itself_says_when_to_try_again_r14(
    app: Flask, house: House, now: datetime
) -> None:
    rosa = Desk(app, house, now, "barranco")
    form = form_in(rosa.open(DAYS), DAYS) | {"name": "Feria", "day": "2026-12-05"}
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    answer = rosa.post(DAYS, form)
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
