"""Venues by what people type: the one that is meant, those that it might be, those that begin so.

A venue is called by its name where that is enough, and by `Name (District)` elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from calendar_service.db.engine import Session
from calendar_service.db.queries.places import district_by_slug, every_venue, venues_in
from calendar_service.domain.errors import NotFound
from calendar_service.domain.places import Venue
from calendar_service.text import fold

ALIKE = 0.8
"""From so much likeness of two names on, of 1, somebody is asked whether both are one place."""
SHOWN = 8
_ELSEWHERE = re.compile(r"(?P<name>.+?)\s*\((?P<district>[^()]+)\)\s*\Z")
_SHORT = {
    "pque": "parque", "pq": "parque", "plza": "plaza", "pza": "plaza", "av": "avenida", "cc": "centro cultural",
    "aud": "auditorio", "bib": "biblioteca", "mun": "municipal", "sta": "santa", "sto": "santo",
}  # fmt: skip
_EMPTY = frozenset(["el", "la", "los", "las", "de", "del", "y"])


def label_of(venue: Venue, *, home: str) -> str:
    """What a venue is called by who is in the district with the slug `home`."""
    return venue.name if venue.district.slug == home else f"{venue.name} ({venue.district.name})"


def named(session: Session, text: str, *, home: str) -> Venue | None:
    """The venue that somebody in a district means by what she typed."""
    wanted = fold(text)
    for venue in _near(session, text, home):
        if fold(venue.name) == wanted or fold(label_of(venue, home=home)) == wanted:
            return venue
    return None


def alike(session: Session, text: str, *, home: str) -> list[Venue]:
    """Those of the district that it might be, written otherwise; the likest first."""
    wanted = _bare(text)
    found = [(_likeness(wanted, _bare(each.name)), each) for each in _near(session, text, home)]
    likest = sorted((pair for pair in found if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].name))
    return [each for _, each in likest[:3]]


def suggestions(session: Session, text: str, *, home: str) -> list[str]:
    """What venues of the whole metropolis are called that hold these words; the district's own first."""
    words = fold(text).split()
    found = [
        each for each in every_venue(session) if all(word in fold(f"{each.name} {each.address}") for word in words)
    ]
    found.sort(key=lambda each: (each.district.slug != home, fold(each.name)))
    return [label_of(each, home=home) for each in found[:SHOWN]]


def _near(session: Session, text: str, home: str) -> Sequence[Venue]:
    """The venues of the district, and of the one that stands in brackets."""
    try:
        ids = {district_by_slug(session, home).id}
    except NotFound:
        return []
    if found := _ELSEWHERE.match(text.strip()):
        district = next((each for each in session.installation.metropolis.districts
                         if fold(each.name) == fold(found["district"])), None)  # fmt: skip
        ids |= {district_by_slug(session, district.slug).id} if district else set()
    return venues_in(session, sorted(ids))


def _bare(text: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+", fold(_name_in(text)))
    return [_SHORT.get(each, each) for each in words if each not in _EMPTY]


def _name_in(text: str) -> str:
    found = _ELSEWHERE.match(text.strip())
    return found["name"] if found else text


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Of the same words in another order, or of one name within the other: nearly all."""
    if one and other and (set(one) <= set(other) or set(other) <= set(one)) and min(len(one), len(other)) > 1:
        return 0.95
    return SequenceMatcher(None, _joined(one), _joined(other)).ratio()


def _joined(words: Iterable[str]) -> str:
    return " ".join(words)
