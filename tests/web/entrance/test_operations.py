"""What machines ask: alive, ready, and how it does (R12, S52)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.db.queries.operations import CLOCK
from calendar_service.domain.errors import Busy
from calendar_service.domain.mail import Lease, MessageKind
from calendar_service.services.house import House
from calendar_service.services.importing import drops
from calendar_service.services.mails.mailing import owe_letter
from calendar_service.services.pictures import storing
from calendar_service.web.measuring import count_requests
from tests.web.conftest import Browser, settings_for

OPERATOR = {"REMOTE_ADDR": "127.0.0.1"}
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


class Time:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(now: datetime) -> Time:
    return Time(now)


@pytest.fixture
def watched(lima: Database, tmp_path: Path, time: Time) -> House:
    """A house whose clock (the process) has just ticked, and whose time a test moves."""
    settings = settings_for(lima, tmp_path)
    with lima.deed() as session:
        session.add(Lease(name=CLOCK, owner="another process", until=time.now, heartbeat=time.now))
    return House(settings=settings, installation=lima.installation, database=lima, clock=time)


@pytest.fixture
def asker(watched: House) -> FlaskClient:
    app = create_app(watched)
    app.test_client_class = Browser
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app.test_client()


def ready(asker: FlaskClient, **environ: str) -> TestResponse:
    return asker.get("/readyz", environ_overrides=environ or OPERATOR)


def unwell(answer: TestResponse) -> dict[str, str]:
    """What an operator is told of the parts that are not well."""
    parts = json.loads(answer.text)["parts"]
    return {name: part["says"] for name, part in parts.items() if not part["well"]}


def test_a_service_is_ready_when_every_part_is_well(asker: FlaskClient) -> None:
    answer = ready(asker)
    assert answer.status_code == 200
    assert unwell(answer) == {}
    told = json.loads(answer.text)
    assert told["ready"] is True
    assert sorted(told["parts"]) == ["clock", "database", "disk", "schema"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_service_whose_data_folder_was_deleted_says_so_and_makes_none_in_its_place_r12(
    asker: FlaskClient, house: House
) -> None:
    folder = house.settings.data_dir
    folder.rename(folder.with_suffix(".gone"))
    answer = ready(asker)
    assert (answer.status_code, unwell(answer)) == (503, {"disk": "has no data folder (any more)"})
    assert asker.get("/metrics", environ_overrides=OPERATOR).status_code == 200
    with pytest.raises(Busy):
        storing.put(folder, "0" * 32, {"card.webp": b"x"})
    with pytest.raises(Busy):
        drops.keep(folder, b"x", name="a.csv", officer_id=1, now=house.now())
    assert asker.get("/cards/agenda.png").status_code == 200
    assert not folder.exists()


def test_a_clock_that_is_silent_for_two_minutes_is_taken_for_dead(asker: FlaskClient, time: Time) -> None:
    time.now += timedelta(seconds=119)
    assert ready(asker).status_code == 200
    time.now += timedelta(seconds=10)
    answer = ready(asker)
    assert answer.status_code == 503
    assert unwell(answer) == {"clock": "last ticked 129 s ago"}


def test_reasons_are_for_operators_alone(asker: FlaskClient, time: Time) -> None:
    time.now += timedelta(minutes=3)
    answer = ready(asker, **STRANGER)
    assert (answer.status_code, json.loads(answer.text)) == (503, {"ready": False})


def test_somebody_behind_an_unknown_proxy_is_no_operator(asker: FlaskClient) -> None:
    """A proxy on the same machine that no setting counts would make everybody look local."""
    headers = {"X-Forwarded-For": "203.0.113.9"}
    for path in ("/readyz", "/metrics"):
        answer = asker.get(path, headers=headers, environ_overrides=OPERATOR)
        assert "parts" not in answer.text
        assert "calendar_" not in answer.text


def test_a_schema_of_another_version_is_not_ready(asker: FlaskClient, lima: Database) -> None:
    with lima.deed() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    answer = ready(asker)
    assert answer.status_code == 503
    assert unwell(answer) == {"schema": "is not the one this version knows: run migrate"}


def test_a_database_that_is_locked_is_not_ready(asker: FlaskClient, lima: Database) -> None:
    """SQLite has one writer, here a long one; on PostgreSQL the same deed is in nobody's way."""
    with lima.deed():
        answer = ready(asker)
    assert unwell(answer) == ({"database": "cannot be written to (busy)"} if lima.is_sqlite else {})
    assert answer.status_code == (503 if lima.is_sqlite else 200)


def test_a_database_that_only_reads_is_not_ready(asker: FlaskClient, lima: Database) -> None:
    with lima.deed() as session:
        if lima.is_sqlite:
            refusal = "BEGIN SELECT RAISE(ABORT, 'read-only'); END"
            for deed in ("INSERT", "UPDATE"):
                session.execute(text(f"CREATE TRIGGER no_{deed} BEFORE {deed} ON lease {refusal}"))
        else:
            name = session.scalar(text("SELECT quote_ident(current_database())"))
            session.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    lima.dispose()
    answer = ready(asker)
    assert answer.status_code == 503
    assert list(unwell(answer)) == ["database"]


def test_one_look_serves_for_five_seconds(asker: FlaskClient, lima: Database, time: Time) -> None:
    assert ready(asker).status_code == 200
    with lima.deed() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    time.now += timedelta(seconds=4)
    assert ready(asker).status_code == 200
    time.now += timedelta(seconds=1)
    assert ready(asker).status_code == 503


def test_a_process_is_alive_whatever_its_database_does(asker: FlaskClient, lima: Database) -> None:
    with lima.deed() as session:
        session.execute(text("DROP TABLE alembic_version"))
    lima.dispose()
    assert asker.get("/healthz").status_code == 200


def test_metrics_are_for_operators_alone(asker: FlaskClient) -> None:
    assert asker.get("/metrics", environ_overrides=OPERATOR).status_code == 200
    assert asker.get("/metrics", environ_overrides=STRANGER).status_code == 404


def test_metrics_tell_of_mails_and_of_the_clock(asker: FlaskClient, watched: House, time: Time) -> None:
    with watched.deed() as session:
        owe_letter(
            session, kind=MessageKind.RESET, address="a@municipalidad.example", language="es", about={}, key="1",
            now=time.now, lifetime=timedelta(hours=1),
        )  # fmt: skip
    time.now += timedelta(seconds=90)
    lines = asker.get("/metrics", environ_overrides=OPERATOR).text.splitlines()
    assert 'calendar_messages{state="queued"} 1.0' in lines
    assert "calendar_oldest_message_due_seconds 90.0" in lines
    assert "calendar_clock_heartbeat_age_seconds 90.0" in lines


def test_every_answer_is_counted_by_room_and_status(asker: FlaskClient) -> None:
    count_requests()
    count_requests()  # twice counts once

    def counted() -> dict[str, float]:
        lines = asker.get("/metrics", environ_overrides=OPERATOR).text.splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if line.startswith("calendar_requests_total"))
        return {name: float(value) for name, value in pairs}

    before = counted()
    asker.get("/healthz")
    asker.get("/a-secret-mistyped-here")
    after = counted()
    healthz = 'calendar_requests_total{method="GET",room="healthz",status="200"}'
    other = 'calendar_requests_total{method="GET",room="other",status="404"}'
    for name in (healthz, other):
        assert after[name] == before.get(name, 0) + 1
    assert not any("secret" in name for name in after)
