"""The site as search engines are told of it: places in one volume, events in volumes that only grow at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import site_map as queries
from calendar_service.domain.errors import NotFound

SIZE = 5_000
"""Numbers of events in a volume: an event stays in its own, so that only the last volumes change."""
MOST_VOLUMES = 2**31 // SIZE - 1
"""Beyond, no row has such a number."""
MOST = 10_000
"""Of venues and of organisations; a site map may have 50,000 entries."""

Entry = tuple[str, datetime | None]
"""A path, and when what stands there changed last; None for what has no date."""


def volumes(session: Session) -> Iterator[Entry]:
    """The site maps that there are."""
    changed = dict(queries.volumes(session, size=SIZE))
    yield to.site_map("places"), max(changed.values(), default=None)
    for number, latest in changed.items():
        yield to.site_map(f"events-{number + 1}"), latest


def events(session: Session, number: int) -> list[Entry]:
    """The public events of a volume, counted from 1. Raises NotFound."""
    found = queries.events_in(session, number - 1, size=SIZE) if 0 < number <= MOST_VOLUMES else ()
    if not found:
        raise NotFound("volume")
    return [(to.event(slug), changed) for slug, changed in found]


def places(session: Session) -> Iterator[Entry]:
    """Everything else: pages that stay, districts, clusters, venues, organisations."""
    latest = max((changed for _, changed in queries.volumes(session, size=SIZE)), default=None)
    for path in (to.home(), to.events(), to.city_map()):
        yield path, latest
    for path in (to.districts(), to.clusters(), to.organisations(), to.about(), to.embed_demo(), to.open_data(),
                 to.privacy()):  # fmt: skip
        yield path, None
    for address, found in (
        (to.district, queries.districts(session)), (to.cluster, queries.clusters(session)),
        (to.venue, queries.venues(session, limit=MOST)), (to.organisation, queries.organisations(session, limit=MOST)),
    ):  # fmt: skip
        yield from ((address(slug), changed) for slug, changed in found)
