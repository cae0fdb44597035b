"""The register of organisations: kept by its district's officers, named by everybody's events, merged for good."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from calendar_service.domain.events import Event
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.publication import KeptText
from calendar_service.services.agenda import browsing
from calendar_service.services.network import organisations as register
from calendar_service.services.network.organisations import Entry
from tests.builders import an_event, an_officer


def enter(session: Session, name: str, *, by: Viewer, now: datetime, public: bool = True) -> Organisation:
    entry = Entry(name=name, kind="colectivo", disciplines=("circo",), public=public)
    return register.enter(session, entry, district="barranco", by=by, now=now)


def found(session: Session, query: Selection, *, now: datetime) -> list[str]:
    return [each.summary for each in browsing.find(session, query, now=now).lines]


def in_feeds(session: Session, event: Event) -> str:
    """What is kept of an event for calendars."""
    return session.scalars(select(KeptText.text).where(KeptText.event_id == event.id)).one()


def test_an_event_names_who_takes_part_and_is_found_by_them(session: Session, now: datetime) -> None:
    by = an_officer(session, now=now)
    enter(session, "Circo a Pulmón", by=by, now=now)
    parties = [{"slug": "circo-a-pulmon", "role": "organiser"}]
    event = an_event(session, by=by, now=now, organisations=parties)
    an_event(session, by=by, now=now, summary="Otra cosa")
    assert event.organisations == [("circo-a-pulmon", "organiser")]
    assert found(session, Selection(organisations=("circo-a-pulmon",)), now=now) == ["Retreta en el parque"]
    assert found(session, Selection(q="pulmones"), now=now) == ["Retreta en el parque"]
    assert found(session, Selection(q="pulmón"), now=now) == ["Retreta en el parque"]


def test_only_a_public_entry_of_the_register_takes_part(session: Session, now: datetime) -> None:
    by = an_officer(session, now=now)
    hidden = enter(session, "Reservada", by=by, now=now, public=False)
    for slug in ("narnia", hidden.slug):
        with pytest.raises(Invalid):
            an_event(session, by=by, now=now, organisations=[{"slug": slug, "role": "ally"}])


def test_what_is_not_public_is_seen_by_officers_alone(session: Session, now: datetime) -> None:
    by = an_officer(session, now=now)
    enter(session, "Abierta", by=by, now=now)
    enter(session, "Reservada", by=by, now=now, public=False)
    assert [each.slug for each in register.register(session, viewer=by)] == ["abierta", "reservada"]
    assert [each.slug for each in register.register(session, viewer=ANYBODY)] == ["abierta"]
    with pytest.raises(NotFound):
        register.organisation(session, "reservada", viewer=ANYBODY)
    problems = browsing.check_names(session, Selection(organisations=("reservada", "abierta")))
    assert [each.values["value"] for each in problems] == ["reservada"]


def test_its_own_district_keeps_it_and_never_blindly_s15_r4(session: Session, now: datetime) -> None:
    by, stranger = an_officer(session, now=now), an_officer(session, "comas", now=now)
    entered = enter(session, "Marea", by=by, now=now)
    with pytest.raises(Forbidden):
        enter(session, "Ajena", by=stranger, now=now)
    other = Entry(name="Marea Alta", kind="colectivo")
    with pytest.raises(Forbidden):
        register.change(session, entered, other, seen=entered.version, by=stranger, now=now)
    with pytest.raises(Stale):
        register.change(session, entered, other, seen=entered.version + 1, by=by, now=now)


def test_a_new_name_is_found_at_once_and_what_takes_part_is_not_hidden(session: Session, now: datetime) -> None:
    by = an_officer(session, now=now)
    entered = enter(session, "Marea", by=by, now=now)
    event = an_event(session, by=by, now=now, organisations=[{"slug": "marea", "role": "ally"}])
    assert "Con: Marea" in in_feeds(session, event)
    register.change(session, entered, Entry(name="Oleaje", kind="colectivo"), seen=entered.version, by=by, now=now)
    assert "Con: Oleaje" in in_feeds(session, event)
    assert found(session, Selection(q="oleaje"), now=now) == ["Retreta en el parque"]
    assert found(session, Selection(q="marea"), now=now) == []
    hidden = Entry(name="Oleaje", kind="colectivo", public=False)
    with pytest.raises(WrongState):
        register.change(session, entered, hidden, seen=entered.version, by=by, now=now)


def test_a_merged_one_leads_to_what_stands_for_it_also_in_events(session: Session, now: datetime) -> None:
    by = an_officer(session, now=now)
    old, new = enter(session, "Circo Pulmon", by=by, now=now), enter(session, "Circo a Pulmón", by=by, now=now)
    event = an_event(session, by=by, now=now, organisations=[{"slug": old.slug, "role": "ally"}])
    with pytest.raises(Invalid):
        register.merge(session, old, old.slug, seen=old.version, by=by, now=now)
    register.merge(session, old, new.slug, seen=old.version, by=by, now=now)
    assert event.organisations == [(new.slug, "ally")]
    assert register.organisation(session, old.slug, viewer=ANYBODY) is new
    assert [each.slug for each in register.register(session, viewer=ANYBODY)] == [new.slug]
    for slug in (old.slug, new.slug):
        assert found(session, Selection(organisations=(slug,)), now=now) == ["Retreta en el parque"]
