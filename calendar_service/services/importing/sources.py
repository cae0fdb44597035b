"""The calendars elsewhere that districts have asked for: added, listed, taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from calendar_service.db.engine import Session
from calendar_service.db.queries.importing import sources as queries
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer, may_manage
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.events import Status
from calendar_service.domain.sources import Source, read_address
from calendar_service.services.auditing import note

ARRIVING = (Status.DRAFT, Status.CONFIRMED)
"""As what its events may arrive: for an officer to look through, or for everybody to see."""


def add(
    session: Session, address: str, *, district: str, status: Status = Status.DRAFT, by: Viewer, now: datetime
) -> Source:
    """Bring in a calendar elsewhere from now on; it is due at once. Raises NotFound, Forbidden, Invalid."""
    home = district_by_slug(session, district)
    if not may_manage(by, home.id):
        raise Forbidden("not_your_district")
    wanted = read_address(address).text
    key = key_of(district, wanted)
    if queries.source_by_key(session, key) is not None:
        raise Invalid.of("address", "source_known")
    if status not in ARRIVING:
        raise Invalid.of("status", "unknown_choice")
    source = Source(district_id=home.id, address=wanted, key=key, status=status, added=now, due=now)
    source.district = home
    session.add(source)
    note(session, by=by, deed="source-add", subject=f"district:{district}", district_id=home.id, now=now, status=status)
    session.flush()
    return source


def remove(session: Session, source_id: int, *, by: Viewer, now: datetime) -> Source:
    """Bring it in no more; what it brought stays. Raises NotFound, Forbidden."""
    source = queries.source_by_id(session, source_id)
    if source is None:
        raise NotFound("source")
    if not may_manage(by, source.district_id):
        raise Forbidden("not_your_district")
    note(session, by=by, deed="source-remove", subject=f"district:{source.district.slug}",
         district_id=source.district_id, now=now)  # fmt: skip
    session.delete(source)
    return source


def listed(session: Session) -> Sequence[Source]:
    """All of them, district by district."""
    return queries.sources(session)


def key_of(district: str, address: str) -> str:
    """How what it brings is known for ever, also when it was taken off and is added again."""
    return f"source:{sha256(f'{district} {address}'.encode()).hexdigest()[:32]}"
