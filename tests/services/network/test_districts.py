"""A district's profile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale
from calendar_service.domain.events import Event, Status
from calendar_service.domain.journal import Audit
from calendar_service.domain.publication import KeptText, Scope
from calendar_service.domain.territory.places import District
from calendar_service.services.network import districts
from tests.builders import a_district, an_event, an_officer

GIVEN = {
    "site": "https://www.munibarranco.gob.pe/cultura",
    "contact_address": "Cultura@MuniBarranco.gob.pe",
    "contact_phone": "(01) 719-2060 anexo 12",
    "about": "  La casa de la cultura.\r\n\r\nAbrimos de martes a domingo.\x00 ",
}


def revise(
    database: Database, *, now: datetime, by: Viewer | None = None, slug: str = "barranco", seen: int | None = None,
    **given: str,
) -> District:  # fmt: skip
    with database.deed() as session:
        viewer = by or an_officer(session, now=now)
        version = a_district(session, slug).version if seen is None else seen
        return districts.revise_profile(session, slug, GIVEN | given, seen=version, by=viewer, now=now)


def test_a_profile_is_kept_clean(lima: Database, now: datetime) -> None:
    revise(lima, now=now)
    with lima.reading() as session:
        kept = districts.profile_of(a_district(session, "barranco"))
    assert kept == districts.Profile(
        site="https://www.munibarranco.gob.pe/cultura",
        contact_address="Cultura@munibarranco.gob.pe",
        contact_phone="(01) 719-2060 anexo 12",
        about="La casa de la cultura.\n\nAbrimos de martes a domingo.",
    )


def test_a_profile_may_be_empty(lima: Database, now: datetime) -> None:
    kept = districts.profile_of(revise(lima, now=now, site="", contact_address="", contact_phone="", about=""))
    assert kept == districts.Profile(site="", contact_address="", contact_phone="", about="")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("site", "javascript:alert(1)//.pe"),
        ("site", "JavaScript://example.pe/%0aalert(1)"),
        ("site", "data:text/html,<script>"),
        ("site", "ftp://example.pe/"),
        ("site", "//example.pe"),
        ("site", "www.munibarranco.gob.pe"),
        ("site", "https://user:secret@example.pe/"),
        ("site", "https://example.pe:port/"),
        ("site", "https://localhost/"),
        ("site", 'https://example.pe/"onclick="x'),
        ("site", "https://[::1/"),
        ("site", f"https://example.pe/{'x' * 200}"),
        ("contact_address", "cultura at barranco"),
        ("contact_address", "a@example.pe\nBcc: b@example.pe"),
        ("contact_phone", "call me"),
        ("contact_phone", "12"),
        ("about", "x" * 2001),
    ],
)
def test_what_cannot_be_shown_is_refused_next_to_its_field(
    lima: Database, now: datetime, field: str, text: str
) -> None:
    """S20: an allow-list of schemes, at input."""
    with pytest.raises(Invalid) as refused:
        revise(lima, now=now, **{field: text})  # type: ignore[arg-type]
    assert [each.field for each in refused.value.problems] == [field]


def test_every_problem_is_told_at_once(lima: Database, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        revise(lima, now=now, site="x", contact_address="x", contact_phone="x", about="x" * 3000)
    assert {each.field for each in refused.value.problems} == set(GIVEN)


def test_who_saw_an_older_version_is_told(lima: Database, now: datetime) -> None:
    """Rule 8: nothing is changed blindly."""
    with lima.deed() as session:
        viewer = an_officer(session, now=now)
    first = revise(lima, by=viewer, seen=1, now=now)
    with pytest.raises(Stale) as refused:
        revise(lima, by=viewer, seen=1, about="Otra cosa", now=now)
    assert refused.value.current == first.version == 2
    with lima.reading() as session:
        assert a_district(session, "barranco").about.startswith("La casa")


def test_nobody_edits_another_districts_profile(lima: Database, now: datetime) -> None:
    """S13: nor does the facilitator, nor a read-only token."""
    with lima.deed() as session:
        home = a_district(session, "barranco").id
        other = an_officer(session, "ate", now=now)
    reader = Viewer(officer_id=other.officer_id, districts=frozenset({home}), writes=False)
    facilitator = Viewer(officer_id=other.officer_id, facilitator=True)
    for viewer in (other, reader, facilitator, Viewer()):
        with pytest.raises(Forbidden):
            revise(lima, by=viewer, now=now)
    with pytest.raises(NotFound):
        revise(lima, by=other, slug="atlantis", seen=1, now=now)


def test_a_new_contact_is_told_to_calendars_and_a_new_site_is_not(lima: Database, now: datetime) -> None:
    """Rule 5: SEQUENCE and LAST-MODIFIED rise with what the VEVENT shows; the scope with them."""
    later = now + timedelta(hours=1)
    with lima.deed() as session:
        viewer = an_officer(session, now=now)
        event = an_event(session, by=viewer, now=now)
        draft = an_event(session, by=viewer, now=now, status=Status.DRAFT, summary="Un borrador")
        before = session.get_one(Scope, "district/barranco", populate_existing=True).revision
    revise(lima, by=viewer, site="https://example.pe/", contact_address="", contact_phone="", now=later)
    with lima.reading() as session:
        assert session.get_one(Event, event.id).sequence == 0
    revise(lima, by=viewer, contact_phone="(01) 719-2060", now=later)
    with lima.reading() as session:
        told = session.get_one(Event, event.id)
        kept = session.scalars(select(KeptText.text).where(KeptText.event_id == event.id)).all()
        assert (told.sequence, told.last_modified) == (1, later)
        assert kept
        assert all("719-2060" in text.replace("\r\n ", "") for text in kept)
        assert session.get_one(Event, draft.id).sequence == 0
        assert session.get_one(Scope, "district/barranco").revision > before


def test_only_what_changed_is_audited_and_nothing_is_no_change(lima: Database, now: datetime) -> None:
    """S44."""
    with lima.deed() as session:
        viewer = an_officer(session, now=now)
    revise(lima, by=viewer, now=now)
    revise(lima, by=viewer, about="Otra cosa", now=now)
    unchanged = revise(lima, by=viewer, about="Otra cosa", now=now)
    with lima.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.subject == "district:barranco").order_by(Audit.id)).all()
    assert [sorted(row.details["changes"]) for row in rows][1:] == [["about"]]
    assert unchanged.version == 3
