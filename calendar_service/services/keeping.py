"""What a published change leaves for feeds: the event's text, rendered once (rule 4), and raised revisions (rule 3)."""

from __future__ import annotations

from collections.abc import Iterable

from calendar_service.db.engine import Session
from calendar_service.db.queries import feeds as queries
from calendar_service.domain.events import Event
from calendar_service.domain.publication import EVERYTHING, cluster_scope, district_scope


def keep(session: Session, event: Event) -> None:
    """Render the text of a public event for feeds, or drop it when the event is not public (any more).

    The event is wholly loaded (`queries.events.whole_event_options`) and flushed. Never raises for an event that
    cannot be rendered: it stays out of feeds, its `KeptText.problem` says why, and the log tells the operator.
    """
    queries.forget_texts(session, event.id)


def raise_scopes(session: Session, keys: Iterable[str]) -> None:
    """Raise the revision of each scope in SQL, in sorted order: every feed of theirs is asked anew."""
    queries.raise_revisions(session, keys)


def scopes_of(session: Session, event: Event) -> set[str]:
    """The keys of the scopes whose feeds show an event: everything, its host, its co-hosts, their clusters.

    `event.host` and `event.hosts` (with their districts) are loaded. A change of host or co-hosts raises the
    scopes of before and of after.
    """
    districts = [event.host, *(each.district for each in event.cohosts)]
    clusters = queries.clusters_of(session, [each.id for each in districts])
    return {
        EVERYTHING,
        *(district_scope(each.slug) for each in districts),
        *(cluster_scope(slug) for slug in clusters),
    }
