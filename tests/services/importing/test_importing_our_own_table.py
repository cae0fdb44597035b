"""Our own CSV comes back in: one event of its several rows, nothing blanked, nothing doubled."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Event, Status
from calendar_service.domain.finding.selection import Selection
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.importing.report import Report
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication import exporting
from feeds.tables.csv_writer import csv_bytes
from feeds.tables.xlsx_writer import xlsx_bytes
from tests.services.bringing import bring, counts, dates, events
from tests.services.feeding import of_the_office, post

SERIES: dict[str, Any] = {
    "summary": "Taller de danza", "description": "Para empezar.", "rrule": "FREQ=WEEKLY;COUNT=4",
    "booking_url": "https://reservas.example/", "free": False, "price": "15.50", "accessibility": ["bano-accesible"],
}  # fmt: skip


def exported(database: Database, now: datetime, *, district: str = "barranco") -> bytes:
    with database.reading() as session:
        return csv_bytes(exporting.rows(session, Selection(districts=(district,)), now=now))


def edited(table: bytes, edit: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> bytes:
    """The table as somebody saves it after work in a spreadsheet."""
    rows = edit(list(csv.DictReader(io.StringIO(table.decode()))))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def imported(database: Database, table: bytes, now: datetime, **given: Any) -> Report:  # noqa: ANN401 - as `bring` takes
    return bring(database, table, now=now, name="agenda.csv", **given)


@pytest.fixture
def season(lima: Database, now: datetime) -> Database:
    """A series with a date moved, one elsewhere and one called off; a fair of two days; loose dates; a joint feast."""
    slug = post(lima, now, **SERIES)
    post(lima, now, summary="Feria", start="2026-12-11", end="2026-12-12", all_day=True, venue=None,
         place_note="Frente al mar")  # fmt: skip
    post(lima, now, summary="Sueltas", rdates=["2026-12-08T19:30", "2026-12-17T19:30"])
    changes = {
        "20261212T1930": Change(start=datetime(2026, 12, 13, 18), end=datetime(2026, 12, 13, 20)),
        "20261219T1930": Change(cancelled=True, reason="Feriado"),
    }
    with lima.deed() as session:
        for key, change in changes.items():
            found = event_by_slug(session, slug)
            change_occurrence(session, found, key, change, seen=found.version, by=of_the_office(session), now=now)
    return lima


def state(database: Database) -> list[tuple[Any, ...]]:
    """All that a table could spoil."""
    return [
        (each.uid, each.sequence, each.summary, each.description, each.rrule, each.rdates, each.booking_url,
         each.price, each.accessibility, each.place_note, each.venue and each.venue.name,
         [(one.recurrence_id, one.start, one.status, one.reason) for one in each.overrides])
        for each in events(database)
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_brought_back_as_it_was_it_changes_nothing(season: Database, now: datetime, form: str) -> None:
    before, shown = state(season), dates(season)
    table = exported(season, now)
    if form == "xlsx":
        with season.reading() as session:
            rows = list(exporting.rows(session, Selection(districts=("barranco",)), now=now))
        table = xlsx_bytes(rows, made=now)
    for _ in range(2):
        report = bring(season, table, now=now, name=f"agenda.{form}")
        assert counts(report) == {"unchanged": 3}, [each.problems for each in report.rows]
    assert (state(season), dates(season)) == (before, shown)


def test_what_was_edited_in_it_changes_and_nothing_else(season: Database, now: datetime) -> None:
    """Of the series only the first date is left in the table: the others stay."""

    def edit(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        first = next(each for each in rows if each["summary"] == "Taller de danza")
        first |= {"summary": "Taller de marinera", "start": "2026-12-05T20:00", "end": "2026-12-05T22:00", "price": ""}
        kept = ("uid", "recurrence_id", "start", "end", "summary", "price")
        return [{name: first[name] for name in kept}]

    table = edited(exported(season, now), edit)
    assert counts(imported(season, table, now)) == {"changed": 1}
    assert counts(imported(season, table, now)) == {"unchanged": 1}
    (event,) = (each for each in events(season) if each.rrule)
    assert (event.summary, event.description, str(event.price)) == ("Taller de marinera", "Para empezar.", "15.50")
    assert event.venue is not None
    assert [each for each in dates(season) if each[11:] != "19:30" and each[11:] != "00:00"] == [
        "2026-12-05T20:00", "2026-12-13T18:00", "2026-12-19T19:30 off",
    ]  # fmt: skip


def test_a_row_that_is_added_is_one_more_date(season: Database, now: datetime) -> None:
    def edit(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        new = {"recurrence_id": "", "start": "2026-12-22T18:00", "end": "2026-12-22T19:30"}
        return [*rows, rows[0] | new]

    assert counts(imported(season, edited(exported(season, now), edit), now)) == {"changed": 1, "unchanged": 2}
    (event,) = (each for each in events(season) if each.rrule)
    assert event.rdates == (datetime(2026, 12, 22, 18),)


@pytest.mark.parametrize(("dates_off", "status"), [(1, Status.CONFIRMED), (3, Status.CANCELLED)])
def test_a_date_that_is_called_off_in_it_is_off_and_all_of_them_are_the_event(
    season: Database, now: datetime, dates_off: int, status: Status
) -> None:
    def edit(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        loose = [each for each in rows if each["summary"] == "Sueltas"]
        for each in loose[:dates_off]:
            each["status"] = "cancelado"
        return loose

    table = edited(exported(season, now), edit)
    assert counts(imported(season, table, now)) == {"changed": 1}
    assert counts(imported(season, table, now)) == {"unchanged": 1}
    (event,) = (each for each in events(season) if each.summary == "Sueltas")
    assert event.status == status
    assert len(event.overrides) == (1 if status == Status.CONFIRMED else 0)
    assert sum(each.endswith(" off") for each in dates(season)) == 1 + dates_off


def test_an_older_table_calls_nothing_on_again(season: Database, now: datetime) -> None:
    table = exported(season, now)
    with season.deed() as session:
        cancel(session, event_by_slug(session, "feria"), reason="Lluvia", by=of_the_office(session), now=now)
    assert counts(imported(season, table, now)) == {"unchanged": 3}
    (fair,) = (each for each in events(season) if each.summary == "Feria")
    assert fair.status == Status.CANCELLED


def test_another_districts_rows_are_refused_and_its_joint_events_not_doubled(season: Database, now: datetime) -> None:
    post(season, now, host="miraflores", summary="De otra casa")
    table = exported(season, now) + exported(season, now, district="miraflores").partition(b"\r\n")[2]
    report = imported(season, table, now)
    assert counts(report) == {"unchanged": 3, "refused": 1}
    (refused,) = (each for each in report.rows if each.problems)
    assert refused.problems[0].code == "import_of_another"
    assert len(events(season)) == 4


def test_somewhere_else_its_rows_become_events_with_all_their_dates_once(season: Database, now: datetime) -> None:
    """As in another installation: nothing there has these UIDs."""

    def edit(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [each | {"uid": f"x{each['uid']}"} for each in rows]

    table, known = edited(exported(season, now), edit), {each.uid for each in events(season)}
    assert counts(imported(season, table, now)) == {"created": 3}
    assert counts(imported(season, table, now)) == {"unchanged": 3}

    def told(event: Event) -> tuple[Any, ...]:
        return (event.summary, event.start, event.all_day, event.free, event.price, event.disciplines,
                event.accessibility, event.place_note, event.venue and event.venue.name)  # fmt: skip

    old = sorted((told(each) for each in events(season) if each.uid in known), key=str)
    new = sorted((told(each) for each in events(season) if each.uid not in known), key=str)
    assert new == old
    shown = dates(season)
    assert sorted(shown) == sorted([*shown[::2], *shown[::2]])


def test_a_row_that_cannot_be_read_refuses_its_event_whole(season: Database, now: datetime) -> None:
    def edit(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [each | {"Notas": "mía"} for each in (rows[0] | {"start": "pronto"}, *rows[1:])]

    report = imported(season, edited(exported(season, now), edit), now)
    assert counts(report) == {"unchanged": 2, "refused": 1}
    assert [each.values for each in report.remarks] == [{"columns": ["Notas"]}]
    assert [each.field for row in report.rows for each in row.problems] == ["start"]
