"""Questions that feeds ask: which version, which events, which kept texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from calendar_service.db.engine import Session
from calendar_service.domain.clusters import ENOUGH_MEMBERS, Cluster, ClusterMember, Consent
from calendar_service.domain.publication import KeptText, Scope


def raise_revisions(session: Session, keys: Iterable[str]) -> None:
    """Raise the revision of each scope by one, in SQL; the first raise makes the row.

    In sorted order, so that two deeds that raise the same scopes wait for each other and never deadlock.
    """
    rows = [{"key": key, "revision": 1} for key in sorted(set(keys))]
    if not rows:
        return
    statement = _insert(session)(Scope).values(rows)
    raised = {"revision": Scope.revision + 1}
    session.execute(statement.on_conflict_do_update(index_elements=[Scope.key], set_=raised))


def _insert(session: Session) -> Any:  # noqa: ANN401 - the two dialects share a form and no type
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def clusters_of(session: Session, district_ids: Iterable[int]) -> list[str]:
    """The slugs of the existing clusters to which any of these districts has accepted to belong."""
    accepted = (
        select(ClusterMember.cluster_id)
        .where(ClusterMember.state == Consent.ACCEPTED)
        .group_by(ClusterMember.cluster_id)
        .having(func.count() >= ENOUGH_MEMBERS)
    )
    member = select(ClusterMember.cluster_id).where(
        ClusterMember.district_id.in_(list(district_ids)), ClusterMember.state == Consent.ACCEPTED
    )
    found = select(Cluster.slug).where(Cluster.id.in_(member), Cluster.id.in_(accepted))
    return list(session.scalars(found.order_by(Cluster.slug)))


def forget_texts(session: Session, event_id: int) -> None:
    """Drop what is kept of an event, in every variant."""
    session.execute(delete(KeptText).where(KeptText.event_id == event_id))
