"""A table names who organises: entries of the register take part, the other names are left out and said."""

from __future__ import annotations

from datetime import datetime

import pytest

from calendar_service.db.engine import Database
from calendar_service.services.importing.report import Row
from calendar_service.services.network import organisations as register
from calendar_service.services.network.organisations import Entry
from tests.builders import an_officer
from tests.services.bringing import bring, counts, events

HEADINGS = "clave,título,fecha,hora inicio,hora fin,lugar,organización\n"
GALA = HEADINGS + "1,Gala,2026-12-05,19:30,21:00,Parque,{}\n"


def problems(row: Row) -> list[tuple[str, str, object]]:
    return [(each.field, each.code, each.values.get("names")) for each in row.problems]


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_organisations_are_found_by_name_and_unknown_ones_are_said(lima: Database, now: datetime) -> None:
    def brought(cell: str) -> tuple[dict[str, int], list[tuple[str, str, object]], list[tuple[str, str]]]:
        report = bring(lima, GALA.format(cell).encode(), name="agenda.csv", now=now)
        return counts(report), problems(report.rows[0]), events(lima)[0].organisations

    with lima.deed() as session:
        by = an_officer(session, now=now)
        for name, public in (("Marea", True), ("Teatro Sur", True), ("Oculta", False)):
            entry = Entry(name=name, kind="colectivo", public=public)
            register.enter(session, entry, district="barranco", by=by, now=now)
    unknown = ("organisations", "import_organisations_unknown", ["Oculta", "Nadie"])
    marea, teatro = ("marea", "organiser"), ("teatro-sur", "organiser")
    assert brought("MAREA | Oculta | Nadie") == ({"created": 1}, [unknown], [marea])
    assert brought("Teatro Sur | Marea") == ({"changed": 1}, [], [teatro, marea])
    assert brought("") == ({"unchanged": 1}, [], [teatro, marea])
