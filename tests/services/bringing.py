"""Files brought to a district, read and reconciled as every entrance does it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import whole_event_options
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Occurrence
from calendar_service.services.importing.files import VISITOR, read_file, receiver_for, store
from calendar_service.services.importing.report import Outcome, Report
from calendar_service.services.importing.work import NO_OPTIONS, Options
from tests.builders import a_district


def bring(
    database: Database, data: bytes, *, now: datetime, name: str = "agenda.ics", district: str = "barranco",
    options: Options = NO_OPTIONS, preview: bool = False,
) -> Report:  # fmt: skip
    """Import a file for a district, as the command does."""
    with database.reading() as session:
        receiver = receiver_for(session, district, limits=VISITOR, options=options)
        by = Viewer(districts=frozenset({a_district(session, district).id}), channel="command")
    reading = read_file(data, name=name, receiver=receiver, limits=VISITOR)
    transaction = database.rehearsal if preview else database.deed
    return store(transaction, reading, district=district, by=by, now=now, options=options)


def counts(report: Report) -> dict[str, int]:
    """What came out, without zeros."""
    return {str(each): report.count(each) for each in Outcome if report.count(each)}


def events(database: Database) -> list[Event]:
    """Every event, by its start."""
    with database.reading() as session:
        question = select(Event).options(*whole_event_options()).order_by(Event.start, Event.id)
        return list(session.scalars(question))


def dates(database: Database) -> list[str]:
    """Every date's start on the wall, and its status when it is not public as usual."""
    with database.reading() as session:
        found = session.scalars(select(Occurrence).order_by(Occurrence.start_utc)).all()
    marks = {"confirmed": "", "cancelled": " off"}
    return [f"{each.start:%Y-%m-%dT%H:%M}{marks.get(each.status, '')}" for each in found]
