"""What a district's officers are told: what asks for their answer, and what merely happened."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Codes, Instant, LongText, Slug
from calendar_service.domain.events import Event
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.people import Officer
from calendar_service.domain.territory.places import District


class NewsKind(StrEnum):
    """What there is to tell. Those in `AT_ONCE` are mailed at once, the others in the morning's digest."""

    COHOST_ASKED = "cohost-asked"
    CLUSTER_ASKED = "cluster-asked"
    CHANGE_ASKED = "change-asked"
    SHARE_ASKED = "share-asked"
    HAND_OVER_ASKED = "hand-over-asked"
    TAKEN_DOWN = "taken-down"
    PUT_BACK = "put-back"

    COHOST_ACCEPTED = "cohost-accepted"
    COHOST_DECLINED = "cohost-declined"
    COHOST_LEFT = "cohost-left"
    CHANGE_ANSWERED = "change-answered"
    SHARE_ACCEPTED = "share-accepted"
    SHARE_DECLINED = "share-declined"
    SHARE_STANDING = "share-standing"
    SHARE_ENDED = "share-ended"
    SHARE_AGREED = "share-agreed"
    HANDED_OVER = "handed-over"
    EVENT_CHANGED = "event-changed"
    EVENT_CANCELLED = "event-cancelled"
    HOLD_ENDS = "hold-ends"
    HOLD_LAPSED = "hold-lapsed"
    OUTCOMES_WANTED = "outcomes-wanted"
    CLUSTER_JOINED = "cluster-joined"
    CLUSTER_DECLINED = "cluster-declined"
    CLUSTER_LEFT = "cluster-left"
    CLUSTER_COORDINATED = "cluster-coordinated"
    IMPORT_PROBLEMS = "import-problems"
    PERSON_JOINED = "person-joined"
    PERSON_LEFT = "person-left"
    MANAGER_NAMED = "manager-named"


ASKS = frozenset({
    NewsKind.COHOST_ASKED, NewsKind.CLUSTER_ASKED, NewsKind.CHANGE_ASKED, NewsKind.SHARE_ASKED,
    NewsKind.HAND_OVER_ASKED,
})  # fmt: skip
"""What waits for a district's answer; nobody can switch these off."""

IN_CONCERT = frozenset({
    NewsKind.CLUSTER_JOINED, NewsKind.CLUSTER_DECLINED, NewsKind.CLUSTER_LEFT, NewsKind.COHOST_ACCEPTED,
    NewsKind.COHOST_DECLINED, NewsKind.SHARE_ACCEPTED, NewsKind.SHARE_DECLINED,
})  # fmt: skip
"""What several districts do about one thing, and one is told of in one line."""

AT_ONCE = ASKS | {NewsKind.TAKEN_DOWN, NewsKind.PUT_BACK}
"""And what the network did to an event that everybody saw: its host cannot wait for the morning, nor not know."""

MUTABLE = tuple(each for each in NewsKind if each not in AT_ONCE)
"""What an officer may leave out of her digest."""


class News(Base, kw_only=True, eq=False, repr=False):
    """One thing that a district's officers are told; `settled` once it waits for no answer any more.

    `by_district_id` is whose deed it was, when a district's; `text` what that district, or the network, said with
    it. It goes into mails: never an event's internal note (M22).
    """

    __tablename__ = "news"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[Slug]
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), default=None, index=True)
    cluster_id: Mapped[int | None] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), default=None, index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    by_district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), default=None)
    text: Mapped[LongText] = mapped_column(default="")
    at: Mapped[Instant]
    settled: Mapped[Instant | None] = mapped_column(default=None)

    district: Mapped[District] = relationship(init=False, lazy="raise", foreign_keys=district_id)
    by_district: Mapped[District | None] = relationship(init=False, lazy="raise", foreign_keys=by_district_id)
    event: Mapped[Event | None] = relationship(init=False, lazy="raise")
    cluster: Mapped[Cluster | None] = relationship(init=False, lazy="raise")
    by: Mapped[Officer | None] = relationship(init=False, lazy="raise")

    __table_args__ = (Index("ix_news_district_id_at", "district_id", "at"), Index("ix_news_at", "at"))

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer of the district."""
        return self.kind in ASKS and self.settled is None


class NewsReader(Base, kw_only=True, eq=False, repr=False):
    """How an officer wants to be told: the kinds that she does not want by mail, and until when she has seen all."""

    __tablename__ = "news_reader"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    muted: Mapped[Codes] = mapped_column(default=())
    seen: Mapped[Instant | None] = mapped_column(default=None)
