"""What becomes of an uploaded picture: kept, put to an event by its address, shown to who may see it, tidied away."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries import pictures as queries
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid
from calendar_service.domain.posting.pictures import Picture, StoredPicture, digest_in
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.pictures import encoding, storing
from calendar_service.services.secrets import keyed_hash

UNUSED = timedelta(days=30)
"""So long a picture is kept that no event shows: its event may come back to it."""
AT_ONCE = 200


def keep(database: Database, data: bytes, *, data_dir: Path, now: datetime) -> Picture:
    """Keep an uploaded picture: its files first, then the row that names them. Raises Invalid."""
    made = encoding.encode(data)
    digest = digest_of(database.installation, made)
    storing.put(data_dir, digest, made.files)
    with database.deed() as session:
        stored = session.get(StoredPicture, digest)
        if stored is None:
            stored = StoredPicture(digest=digest, width=made.width, height=made.height, used=now)
            session.add(stored)
        stored.used = max(stored.used, now)
    storing.put(data_dir, digest, made.files)  # in case it was just being tidied away
    return stored.picture


def digest_of(installation: Installation, made: encoding.Encoded) -> str:
    """The name of a picture: the same pixels have the same one."""
    return keyed_hash(installation, "picture", made.files["full.webp"].hex())


def picture_at(session: Session, address: str, *, present: Picture | None, now: datetime) -> Picture:
    """The picture that an address names; the present one needs no asking. Raises Invalid."""
    digest = digest_in(address)
    if present is not None and digest == present.digest:
        return present
    stored = session.get(StoredPicture, digest) if digest else None
    if stored is None:
        raise Invalid.of("image", "image_unknown")
    stored.used = max(stored.used, now)
    return stored.picture


def may_see(session: Session, digest: str, *, viewer: Viewer) -> bool | None:
    """True for a picture that everybody sees, False for one that only an officer does who knows its address.

    None for somebody who may not know of it (S17).
    """
    if queries.is_shown(session, digest):
        return True
    return False if viewer.is_officer and session.get(StoredPicture, digest) is not None else None


def tidy(database: Database, *, data_dir: Path, now: datetime) -> int:
    """Take a batch of pictures away that no event shows any more; how many.

    Their rows go first: a file without its row harms nobody.
    """
    with database.deed() as session:
        unused = queries.unused(session, before=now - UNUSED, limit=AT_ONCE)
        for each in unused:
            session.delete(each)
    for each in unused:
        storing.remove(data_dir, each.digest)
    return len(unused)
