"""Names of districts as they are typed at a terminal."""

from __future__ import annotations

from difflib import get_close_matches

from calendar_service.cli.terminal import Refused
from calendar_service.services.house import House


def known_district(house: House, slug: str) -> str:
    """The slug, if a district has it. Raises Refused with the nearest that there are."""
    slugs = [each.slug for each in house.metropolis.districts]
    if slug in slugs:
        return slug
    near = get_close_matches(slug, slugs)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise Refused(f"There is no district {slug!r}.{hint}")
