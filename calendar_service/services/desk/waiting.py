"""An officer's first page: what waits for her today, what her first steps are, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import desk as queries
from calendar_service.db.queries.desk.waiting import districts_without_manager, requests_to
from calendar_service.db.queries.network.sharing import shared_with
from calendar_service.db.queries.people.officers import pending_invitations
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Occurrence
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.network.requests import EventRequest
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.people import Invitation
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.moments import local_day
from calendar_service.services.desk.desk import Row, cluster_invitations, rows_of
from calendar_service.services.evidence import outcomes
from calendar_service.services.people import inviting

SHOWN = 6
"""How many of each kind the first page shows."""
LATEST = 3
"""How many events that want their attendance."""
SOON = timedelta(days=14)
"""A hold that ends within this time is pressing."""
ENDING = timedelta(days=3)
"""So is an invitation to a person that ends within this time without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What waits for an answer, what ends soon, what is unfinished, what comes next.

    `invited` are people who were asked to join and have not answered, `lapsed` those who let it run
    out, `unmanaged` the districts without a manager,
    for who looks after the network, `over` dates of which nobody said yet how many people came.
    """

    invitations: Sequence[Row]
    cluster_invitations: Sequence[Cluster]
    requests: Sequence[EventRequest]
    shares: Sequence[Share]
    holds: Sequence[Row]
    invited: Sequence[Invitation]
    lapsed: Sequence[Invitation]
    unmanaged: Sequence[District]
    drafts: Sequence[Row]
    coming: Sequence[Row]
    over: Sequence[Occurrence]
    has_published: bool

    @property
    def count(self) -> int:
        """How many things wait for her today."""
        asked = len(self.invitations) + len(self.cluster_invitations) + len(self.requests) + len(self.shares)
        return asked + len(self.holds) + len(self.invited) + len(self.lapsed) + bool(self.unmanaged) + bool(self.over)


def dashboard(session: Session, *, viewer: Viewer, now: datetime) -> Dashboard:
    """What an officer's first page shows."""
    ours = viewer.districts
    soon = local_day(now, session.installation.metropolis.timezone) + SOON
    parts = (
        queries.soonest(session, queries.invitations_to(ours, now=now), now=now, limit=SHOWN),
        queries.soonest_lapsing(session, queries.holds_of(ours, until=soon), limit=SHOWN),
        queries.last_changed(session, queries.drafts_of(ours), limit=SHOWN),
        queries.soonest(session, queries.coming_of(ours, now=now), now=now, limit=SHOWN),
    )
    rows = rows_of(session, chain.from_iterable(parts), now=now)
    invitations, holds, drafts, coming = ([rows[each.id] for each in part] for part in parts)
    return Dashboard(
        invitations=invitations, cluster_invitations=cluster_invitations(session, viewer=viewer),
        requests=requests_to(session, ours, limit=SHOWN),
        shares=shared_with(session, ours, states=[ShareState.PROPOSED], now=now, limit=SHOWN),
        holds=holds, invited=_invited(session, viewer, now=now),
        lapsed=inviting.lapsed(session, by=viewer, now=now)[:SHOWN],
        unmanaged=districts_without_manager(session) if viewer.facilitator else (), drafts=drafts, coming=coming,
        over=_over(session, viewer, now=now),
        has_published=bool(coming) or queries.count_events(session, queries.past_of(ours, now=now)) > 0,
    )  # fmt: skip


def _over(session: Session, viewer: Viewer, *, now: datetime) -> list[Occurrence]:
    """The latest date of each event that wants its attendance: all of them stand on a page of their own."""
    latest: dict[int, Occurrence] = {}
    for each in outcomes.waiting(session, viewer=viewer, now=now):
        latest.setdefault(each.event_id, each)
    return list(latest.values())[:LATEST]


def _invited(session: Session, viewer: Viewer, *, now: datetime) -> list[Invitation]:
    """Whom she asked to join and who lets the invitation run out."""
    if not (viewer.managed or viewer.facilitator):
        return []
    pending = pending_invitations(session, viewer, now=now)
    return sorted((each for each in pending if each.expires <= now + ENDING), key=lambda each: each.expires)[:SHOWN]
