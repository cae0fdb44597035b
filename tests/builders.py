"""Small builders of real things, made by the same services that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Status
from calendar_service.domain.people import Membership, Officer, Role
from calendar_service.domain.territory.places import District
from calendar_service.services.drafts import read_draft
from calendar_service.services.events.posting import post
from calendar_service.services.people.officers import make_officer


def a_district(session: Session, slug: str) -> District:
    """A district of the loaded metropolis."""
    return session.scalars(select(District).where(District.slug == slug)).one()


def an_officer(session: Session, district: str = "barranco", *, now: datetime, role: Role = Role.OFFICER) -> Viewer:
    """An officer of a district, as the viewer that she is when she has signed in."""
    home = a_district(session, district)
    officer = Officer(address=f"{role}@{district}.example", name=f"{role} {district}", password_hash="-", created=now)
    officer.memberships.append(Membership(district_id=home.id, role=role, since=now))
    session.add(officer)
    session.flush()
    managed = frozenset({home.id} if role == Role.MANAGER else ())
    return Viewer(officer_id=officer.id, districts=frozenset({home.id}), managed=managed)


PASSWORD = "caballo correcto batería grapa"


def an_account(
    session: Session, address: str = "rosa@barranco.example", *, now: datetime, facilitator: bool = False,
    districts: Mapping[str, str] | None = None, password: str = PASSWORD,
) -> Officer:  # fmt: skip
    """An officer (of Barranco, unless told otherwise) who can sign in."""
    held = {"barranco": "officer"} if districts is None else districts
    return make_officer(
        session, address=address, name=address.partition("@")[0].capitalize(), password=password, districts=held,
        facilitator=facilitator, now=now,
    )  # fmt: skip


CONCERT: Mapping[str, Any] = {
    "summary": "Retreta en el parque",
    "start": "2026-12-05T19:30",
    "end": "2026-12-05T21:00",
    "venue": {
        "name": "Parque Municipal",
        "address": "Av. Grau 100",
        "lat": -12.1497,
        "lon": -77.0223,
        "kind": "parque",
    },
    "disciplines": ["bandas"],
    "free": True,
}
"""A free concert on Saturday 5 December 2026, 7:30 to 9 p. m."""


def an_event(
    session: Session, *, by: Viewer, now: datetime, host: str = "barranco", status: Status = Status.CONFIRMED,
    **fields: Any,  # noqa: ANN401 - any field of the API
) -> Event:  # fmt: skip
    """The concert, with other fields where given; an API field set to None is left out."""
    data = {name: value for name, value in {**CONCERT, **fields}.items() if value is not None}
    draft = read_draft(data, metropolis=session.installation.metropolis)
    return post(session, draft, host=host, by=by, now=now, status=status)
