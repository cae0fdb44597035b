"""What a published change leaves for feeds: the event's text, rendered once (rule 4), raised revisions (rule 3)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import InvalidRequestError

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.db.queries.network.sharing import receivers_of
from calendar_service.db.queries.syndication import feeds as queries
from calendar_service.db.queries.syndication.texts import put_texts
from calendar_service.domain.events import Event
from calendar_service.domain.publication import DESKS, EVERYTHING, cluster_scope, desk_scope, district_scope
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.parties import names_of_parties
from feeds.ics.writing import RENDERER, event_texts
from feeds.options import RICH
from feeds.wording import Wording

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 25
"""Events rendered in one transaction, so that nobody waits for it long (R5)."""

MOST_TOLD = 200
"""Of more events in one deed it is not told which they are: feeds are then composed anew."""

REVISIONS_TOLD = 500

_GATHERED = "scopes raised together"
log = logging.getLogger(__name__)


def builder_of(installation: Installation) -> str:
    """Names all that decides about bytes beside stored data: our renderer, and where and for whom we serve."""
    metropolis = installation.metropolis
    parts = (installation.base_url, metropolis.uid_domain, metropolis.prodid, metropolis.timezone, metropolis.locale)
    return _builder(" ".join(parts))


@lru_cache(maxsize=8)
def _builder(parts: str) -> str:
    return f"{RENDERER}-{sha256(parts.encode()).hexdigest()[:16]}"


def keep(session: Session, event: Event) -> None:
    """Render the text of a public event for feeds, or drop it when the event is not public (any more).

    The event is wholly loaded (`queries.events.whole_event_options`) and flushed. Never raises for an event
    that cannot be rendered: it stays out of feeds, `KeptText.problem` says why, the log tells the operator.
    """
    queries.forget_texts(session, event.id)
    if event.is_public:
        keep_variant(session, event, variant=session.installation.metropolis.language)


def keep_new(session: Session, events: Iterable[Event]) -> None:
    """Render the texts of public events of which nothing is kept yet."""
    language = session.installation.metropolis.language
    found = list(events)
    wording = wording_of(session, language, found)
    put_texts(session, [row for event in found for row in _rows(session, event, language, wording)])


def keep_variant(session: Session, event: Event, *, variant: str) -> None:
    """Keep the text of a public event in one variant (a language)."""
    rows = _rows(session, event, variant, wording_of(session, variant, [event]))
    session.flush()
    put_texts(session, rows)


def _rows(session: Session, event: Event, variant: str, wording: Wording) -> list[dict[str, Any]]:
    texts, problem = _rendered(event, wording)
    extents = {} if problem else _extents(event, texts.keys())
    same = {
        "event_id": event.id, "variant": variant, "sequence": event.sequence, "problem": problem,
        "builder": builder_of(session.installation),
    }  # fmt: skip
    rows = []
    for part, text in texts.items():
        starts, ends = extents.get(part, (NEVER, NEVER))
        rows.append(same | {"part": part, "text": text, "starts": starts, "ends": ends})
    return rows


def _extents(event: Event, parts: Collection[str]) -> dict[str, tuple[datetime, datetime]]:
    """From the first to the last instant of each part's dates (UTC); what is no part itself belongs to the whole."""
    found: dict[str, tuple[datetime, datetime]] = {}
    for date in dates_of(event):
        part = date.recurrence_id if date.recurrence_id in parts else ""
        first, last = date.span.start_utc, date.span.end_utc
        starts, ends = found.get(part, (first, last))
        found[part] = min(starts, first), max(ends, last)
    return found


def wording_of(session: Session, variant: str, events: Iterable[Event] = ()) -> Wording:
    """How a variant (`es`, `en-rich`) words some events."""
    return Wording(
        installation=session.installation, language=variant.removesuffix(RICH), rich=variant.endswith(RICH),
        parties=names_of_parties(session, events),
    )  # fmt: skip


def _rendered(event: Event, wording: Wording) -> tuple[dict[str, str], str]:
    """The parts of an event and what is wrong with it: one of the two says something (decision 8)."""
    try:
        return event_texts(event, wording), ""
    except InvalidRequestError:  # something was not loaded: our own mistake, not the event's
        raise
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with one event must not stop a deed or a feed
        log.error("event left out of feeds", extra={"uid": event.uid, "problem": str(wrong)[:200]})  # noqa: TRY400
        return {"": ""}, f"{type(wrong).__name__}: {wrong}"[:1000]


def keep_missing(session: Session, event_ids: Sequence[int], *, variant: str) -> int:
    """Render what is not kept, or was kept by another renderer, of these public events; how many there were."""
    builder = builder_of(session.installation)
    missing = queries.events_without_text(session, event_ids, variant=variant, builder=builder)
    found = whole_events(session, missing)
    for event in found:
        queries.forget_texts(session, event.id, variant=variant)
        keep_variant(session, event, variant=variant)
    _keep_unreadable(session, set(missing) - {each.id for each in found}, variant=variant)
    return len(missing)


def _keep_unreadable(session: Session, event_ids: Collection[int], *, variant: str) -> None:
    """What cannot even be read stays out of feeds as what cannot be written does, and is told like it."""
    builder = builder_of(session.installation)
    for event_id, sequence in queries.sequences_of(session, sorted(event_ids)).items():
        queries.forget_texts(session, event_id, variant=variant)
        put_texts(session, [{
            "event_id": event_id, "variant": variant, "part": "", "sequence": sequence, "builder": builder,
            "starts": NEVER, "ends": NEVER, "text": "", "problem": "its row in the database cannot be read",
        }])  # fmt: skip


def keep_stale(session: Session, *, limit: int = AT_ONCE) -> int:
    """Render anew a few of the events whose text was kept by another renderer: after an upgrade there are many."""
    language, builder = session.installation.metropolis.language, builder_of(session.installation)
    stale = queries.stale_events(session, variant=language, builder=builder, limit=limit)
    return keep_missing(session, stale, variant=language)


@dataclass(slots=True)
class _Gathered:
    """The scopes that one deed raises and the events that it is about, and the clusters that it has asked for."""

    keys: set[str] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    clusters: dict[tuple[int, ...], set[str]] = field(default_factory=dict)
    is_all_told: bool = True

    def add(self, keys: Iterable[str], events: Collection[int]) -> None:
        """A raise, and the events that it is all about, if that can be told."""
        self.keys |= set(keys)
        self.events |= set(events)
        self.is_all_told &= bool(events)


@contextmanager
def raised_together(session: Session) -> Iterator[None]:
    """Within it scopes are raised once, at the end: for a deed that changes many events. Not nested."""
    gathered = session.info[_GATHERED] = _Gathered()
    try:
        yield
    finally:
        del session.info[_GATHERED]
    _raise(session, gathered.keys, gathered.events if gathered.is_all_told else ())


def raise_scopes(session: Session, keys: Iterable[str], *, events: Collection[int] = ()) -> None:
    """Raise the revision of each scope in SQL, in sorted order: every feed of theirs is asked anew.

    `events` are all that it is about: what else stands in those feeds is as it was. Without any it is about anything.
    """
    gathered: _Gathered | None = session.info.get(_GATHERED)
    if gathered is None:
        _raise(session, keys, events)
    else:
        gathered.add(keys, events)


def _raise(session: Session, keys: Iterable[str], events: Collection[int]) -> None:
    queries.raise_revisions(session, keys, events=events if len(events) <= MOST_TOLD else ())


def forget_changes(session: Session) -> int:
    """Drop what was told of revisions that every feed has left behind, or is composed anew for; how many rows."""
    return queries.forget_changes(session, kept=REVISIONS_TOLD)


def raise_pages(session: Session) -> None:
    """What public pages say changed, and no event with it: pages that were kept are made anew."""
    raise_scopes(session, {EVERYTHING})


def scopes_of(session: Session, event: Event, *, new: bool = False) -> set[str]:
    """The keys of the scopes whose feeds show an event: everything, its host, its co-hosts, their clusters, and the
    districts that share it. Nobody shares a `new` one yet.

    `event.host` and `event.hosts` (with their districts) are loaded. A change of host or co-hosts raises the
    scopes of before and of after.
    """
    districts = [event.host, *(each.district for each in event.cohosts)]
    clusters = _clusters_of(session, tuple(each.id for each in districts))
    receivers = () if new else (slug for slug, _ in receivers_of(session, event.id))
    return {
        EVERYTHING,
        *(district_scope(slug) for slug in (*(each.slug for each in districts), *receivers)),
        *(cluster_scope(slug) for slug in clusters),
    }


def desks_of(event: Event, before: Iterable[str] = ()) -> set[str]:
    """The keys of the scopes of those who may know of an event that is not public: its host and whoever has to do
    with it, or had `before` (slugs). `event.host` and `event.hosts` are loaded.
    """
    slugs = {event.host.slug, *(each.district.slug for each in event.hosts), *before}
    return {DESKS, *map(desk_scope, slugs)}


def _clusters_of(session: Session, districts: tuple[int, ...]) -> set[str]:
    gathered = session.info.get(_GATHERED)
    if gathered is None:
        return set(queries.clusters_of(session, districts))
    if districts not in gathered.clusters:
        gathered.clusters[districts] = set(queries.clusters_of(session, districts))
    found: set[str] = gathered.clusters[districts]
    return found
