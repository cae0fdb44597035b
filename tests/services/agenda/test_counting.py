"""How many dates each choice would leave: exactly as many as its list then has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from calendar_service.db.engine import Database, Session
from calendar_service.domain.events import Host, Status
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Consent
from calendar_service.services.agenda import browsing, counting
from tests.builders import a_district, an_event, an_officer


def tally_of(session: Session, selection: Selection, *, now: datetime) -> counting.Tally:
    return counting.tally(session, selection, browsing.dates(session, selection, now=now), now=now)


def season(session: Session, now: datetime) -> None:
    by, far = an_officer(session, now=now), an_officer(session, "comas", now=now)
    an_event(session, by=by, now=now, disciplines=["bandas", "musica-andina"], audiences=["familias"], outdoors=True)
    joint = an_event(session, by=by, now=now, disciplines=["circo"], free=False, price="9", format="funcion")
    joint.hosts.append(Host(district_id=a_district(session, "comas").id, state=Consent.ACCEPTED, asked=now))
    an_event(session, by=far, now=now, host="comas", disciplines=["musica"], rrule="FREQ=WEEKLY;COUNT=3",
             accessibility=["bano-accesible"], outdoors=False)  # fmt: skip
    an_event(session, by=by, now=now, disciplines=["danza"], status=Status.DRAFT)
    session.flush()


ASKED = (
    Selection(), Selection(free=True), Selection(disciplines=("musica",)), Selection(districts=("comas",), free=True)
)  # fmt: skip


def test_each_number_is_what_its_list_then_has(lima: Database, now: datetime) -> None:
    metropolis = lima.installation.metropolis
    choices = (
        ("root", "disciplines", [each.slug for each in metropolis.disciplines.roots]),
        ("discipline", "disciplines", ["bandas", "musica-andina", "circo", "danza"]),
        ("format", "formats", ["funcion", "taller"]), ("audience", "audiences", ["familias", "todo-publico"]),
        ("district", "districts", ["barranco", "comas", "ate"]), ("zone", "zones", ["lima-norte", "lima-sur"]),
    )  # fmt: skip
    with lima.deed() as session:
        season(session, now)
        for asked in ASKED:
            tally = tally_of(session, asked, now=now)
            further: list[tuple[str, str, dict[str, Any]]] = [
                (kind, slug, {name: (slug,)}) for kind, name, slugs in choices for slug in slugs
            ]
            further += [(kind, "1", {kind: True}) for kind in ("free", "outdoors", "indoors")]
            for kind, value, more in further:
                left = browsing.find(session, replace(asked, **more), now=now, past=False).total
                assert tally.number(kind, value) == left, (asked, kind, value)


def test_a_change_is_counted_at_once_and_too_many_are_not_counted(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        for number in (1, 2):
            an_event(session, by=by, now=now)
            assert tally_of(session, Selection(), now=now).number("free", "1") == number
        monkeypatch.setattr(browsing, "COUNTED", 2)
        an_event(session, by=by, now=now)
        assert tally_of(session, Selection(), now=now).number("free", "1") is None
