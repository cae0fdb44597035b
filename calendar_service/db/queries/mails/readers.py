"""How many weekly digests will bring an event: the selections that people asked for, and those that hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import distinct, func, literal, select, union_all

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Clause
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.mail import Subscription, SubscriptionKind, SubscriptionState

ACTIVE = (Subscription.kind == SubscriptionKind.DIGEST, Subscription.state == SubscriptionState.ACTIVE)


def digests(session: Session, *, limit: int) -> Sequence[str]:
    """The selections of weekly digests, what most people asked for first."""
    question = select(Subscription.selection).where(*ACTIVE).group_by(Subscription.selection)
    return session.scalars(question.order_by(func.count().desc(), Subscription.selection).limit(limit)).all()


def holding(session: Session, event_id: int, asked: Mapping[str, Sequence[Clause]]) -> list[str]:
    """Those of these selections that hold a date of an event; one question for all of them."""
    texts = list(asked)
    each = (
        select(literal(number)).join_from(Occurrence, Event, Event.id == Occurrence.event_id)
        .where(Event.id == event_id, *asked[text]).distinct()
        for number, text in enumerate(texts)
    )  # fmt: skip
    return [texts[number] for number in session.scalars(union_all(*each))]


def readers(session: Session, selections: Sequence[str]) -> int:
    """How many people asked for a digest of any of these."""
    question = select(func.count(distinct(Subscription.folded_address))).where(*ACTIVE)
    return session.scalar(question.where(Subscription.selection.in_(selections))) or 0
