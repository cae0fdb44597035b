"""`check`: part by part, and an exit code for whoever watches."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.db.queries.operations import CLOCK
from calendar_service.db.queries.syndication import feeds as keeping
from calendar_service.domain.events import Event
from calendar_service.domain.mail import Lease
from calendar_service.services.syndication.keeping import keep_variant
from tests.builders import an_event, an_officer
from tests.cli.conftest import Run, Said
from tests.processes import free_port
from tests.smtp import Manner, Postbox


@pytest.fixture
def ticking(in_lima: Database) -> Database:
    now = datetime.now(UTC)  # noqa: TID251 - commands read the real clock
    with in_lima.deed() as session:
        session.add(Lease(name=CLOCK, owner="a process", until=now, heartbeat=now))
    return in_lima


def unwell(said: Said) -> list[str]:
    return [each["part"] for each in said.json["parts"] if not each["well"]]


def test_everything_is_well(run: Run, ticking: Database) -> None:
    said = run("check", "--json")
    assert (said.code, said.json["well"], unwell(said)) == (0, True, [])
    parts = [each["part"] for each in said.json["parts"]]
    sqlite = ["sqlite"] if ticking.is_sqlite else []
    posted = ["mail", "queue", "returns"]
    assert parts == ["settings", "schema", "database", "clock", "disk", *sqlite, *posted, "feeds", "lists", "rows"]


def test_a_clock_that_never_ticked_is_not_well(run: Run, in_lima: Database) -> None:
    said = run("check", "--json")
    assert (said.code, unwell(said)) == (1, ["clock"])


def test_a_damaged_event_is_named_once_whatever_the_languages_it_was_asked_in(run: Run, ticking: Database) -> None:
    """Decision 8: it stays out of feeds, the others are served, the operator is told which and why."""
    now = datetime.now(UTC)  # noqa: TID251 - commands read the real clock
    with ticking.deed() as session:
        slug = an_event(session, by=an_officer(session, now=now), now=now).slug
        event = event_by_slug(session, slug)
        session.execute(update(Event).values(summary="Re\x07treta"))
        session.refresh(event)
        for language in ("es", "en"):
            keeping.forget_texts(session, event.id, variant=language)
            keep_variant(session, event, variant=language)
    said = run("check", "--json")
    assert (said.code, unwell(said)) == (1, ["feeds"])
    (named,) = said.json["damaged"]
    assert (named["slug"], named["district"]) == (slug, "barranco")
    assert named["problem"] == "UnfitError: the character U+0007"
    assert f"barranco: {slug} ({named['uid']}): UnfitError: the character U+0007" in run("check").out


def test_an_event_that_lists_show_otherwise_than_it_says_is_named(run: Run, ticking: Database) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - commands read the real clock
    with ticking.deed() as session:
        slug = an_event(session, by=an_officer(session, now=now), now=now).slug
        session.execute(update(Event).values(free=False))
    said = run("check", "--json")
    assert (said.code, unwell(said)) == (1, ["lists"])
    assert slug in run("check").out


def test_a_person_reads_a_line_for_each_part(run: Run, in_lima: Database) -> None:
    lines = run("check").out.splitlines()
    assert any(line.split()[:2] == ["UNWELL", "clock"] for line in lines)
    assert any(line.split()[:2] == ["well", "database"] for line in lines)


def test_a_missing_schema_is_not_well(run: Run, nothing: str) -> None:
    assert unwell(run("check", "--json")) == ["schema"]


def test_a_database_that_is_away_is_not_well(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_DATABASE_URL", f"postgresql://a:clave@127.0.0.1:{free_port()}/a")
    said = run("check", "--json")
    assert (said.code, unwell(said)) == (1, ["database"])
    assert "clave" not in said.out + said.err


def test_a_mail_server_that_lets_us_in_is_well(
    run: Run, ticking: Database, smtp_server: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALENDAR_MAIL_URL", smtp_server.url)
    assert unwell(run("check", "--json")) == []
    assert smtp_server.connections == 1
    assert smtp_server.letters == []


def test_a_mail_server_that_cannot_be_reached_is_not_well(
    run: Run, ticking: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALENDAR_MAIL_URL", f"smtp://127.0.0.1:{free_port()}?tls=none")
    assert unwell(run("check", "--json")) == ["mail"]


def test_a_mail_server_without_the_tls_that_was_asked_for_is_not_well(
    run: Run, ticking: Database, smtp_server: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALENDAR_MAIL_URL", smtp_server.url.replace("tls=none", "tls=starttls"))
    assert unwell(run("check", "--json")) == ["mail"]
    assert smtp_server.manner is Manner.ACCEPTS


def test_no_mail_server_is_well_on_this_machine_alone(
    run: Run, ticking: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALENDAR_BASE_URL", "https://agenda.example.org")
    assert unwell(run("check", "--json")) == ["mail"]
