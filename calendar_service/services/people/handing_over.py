"""Hand-over of a district: who has what in its name, who leaves, who looks after it from then on (S9).

What was posted is the municipality's and stays; what a person holds for it (tokens, calendars, invitations that
nobody has answered) is listed here, and cut by who looks after the district: its managers, and the facilitator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import desk
from calendar_service.db.queries.importing.sources import sources_of
from calendar_service.db.queries.network.places import all_districts, district_by_slug
from calendar_service.db.queries.people import holdings, officers
from calendar_service.domain.access import Viewer, may_manage
from calendar_service.domain.errors import Invalid, NotFound
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.people import ApiToken, Invitation, Membership, Officer, PrivateFeed, Role
from calendar_service.domain.sources import Source
from calendar_service.domain.territory.places import District
from calendar_service.services.auditing import note
from calendar_service.services.news.telling import tell
from calendar_service.services.people import members


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How much of the municipality's work stays: events to come, holds, drafts."""

    coming: int
    holds: int
    drafts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Who has what in a district's name. `seen` says when an officer was last signed in."""

    district: District
    officers: Sequence[Officer]
    seen: Mapping[int, datetime]
    invitations: Sequence[Invitation]
    tokens: Sequence[ApiToken]
    feeds: Sequence[PrivateFeed]
    sources: Sequence[Source]
    work: Work

    @property
    def managers(self) -> list[Officer]:
        """Who looks after it now."""
        return [each for each in self.active if self.role_of(each) == Role.MANAGER]

    @property
    def active(self) -> list[Officer]:
        """Who can sign in."""
        return [each for each in self.officers if each.deactivated is None]

    def role_of(self, officer: Officer) -> str:
        """What she is in this district."""
        return next(each.role for each in officer.memberships if each.district_id == self.district.id)


def holdings_of(session: Session, slug: str, *, by: Viewer, now: datetime) -> Holdings:
    """All of it, for who looks after the district. Raises NotFound, also for who does not (S18)."""
    district = _in_charge(session, slug, by)
    officers = holdings.members_of(session, district.id)
    ours = frozenset({district.id})
    count = desk.count_events
    return Holdings(
        district=district, officers=officers, seen=holdings.last_seen(session, [each.id for each in officers]),
        invitations=holdings.invitations_to(session, district.id, now=now),
        tokens=holdings.tokens_for(session, district.id, now=now),
        feeds=holdings.private_feeds_of_members(session, district.id), sources=sources_of(session, district.id),
        work=Work(
            coming=count(session, desk.coming_of(ours, now=now)), holds=count(session, desk.holds_of(ours)),
            drafts=count(session, desk.drafts_of(ours)),
        ),
    )  # fmt: skip


def _in_charge(session: Session, slug: str, by: Viewer) -> District:
    district = district_by_slug(session, slug)
    if not may_manage(by, district.id):
        raise NotFound("district")
    return district


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """How many people a district has, how many of them are managers, and whether somebody is invited to be one."""

    district: District
    managers: int
    officers: int
    invited: bool


def staffed(session: Session, *, by: Viewer, now: datetime) -> list[Staff]:
    """The districts that she looks after, those without a manager first."""
    counts, asked = holdings.people_by_district(session), holdings.districts_asked_to_manage(session, now=now)
    mine = [each for each in all_districts(session) if may_manage(by, each.id)]
    found = [Staff(district=each, managers=held[0], officers=held[1], invited=each.id in asked) for each in mine
             for held in [counts.get(each.id, (0, 0))]]  # fmt: skip
    return sorted(found, key=lambda each: each.managers > 0)


def cut_token(session: Session, slug: str, token_id: int, *, by: Viewer, now: datetime) -> None:
    """End a token that speaks for the district, whosever it is. Raises NotFound; twice is no matter."""
    district = _in_charge(session, slug, by)
    found = next((each for each in holdings.tokens_for(session, district.id, now=now) if each.id == token_id), None)
    if found is None:
        raise NotFound("token")
    found.revoked = now
    note(session, by=by, deed="token-revoked", subject=f"token:{found.id}", district_id=district.id, now=now)


def cut_feed(session: Session, slug: str, feed_id: int, *, by: Viewer, now: datetime) -> None:
    """End a calendar of one of the district's officers. Raises NotFound, also where she is not wholly in her charge."""
    district = _in_charge(session, slug, by)
    found = next((each for each in holdings.private_feeds_of_members(session, district.id) if each.id == feed_id), None)
    if found is None or not members.may_close(by, officers.officer_by_id(session, found.officer_id)):
        raise NotFound("feed")
    found.revoked = now
    note(session, by=by, deed="private-feed-revoked", subject=f"private-feed:{found.id}", district_id=district.id,
         now=now)  # fmt: skip


def leave(session: Session, slug: str, *, successor: str, by: Viewer, now: datetime) -> None:
    """Leave a district of one's own; its last manager names who looks after it from then on, an officer of it.

    Raises NotFound (not hers, not an officer of it), Invalid (nobody named), WrongState (last manager).
    """
    officer = officers.officer_by_id(session, by.officer_id or 0)
    district = district_by_slug(session, slug)
    membership = next((each for each in officer.memberships if each.district_id == district.id), None)
    if membership is None:
        raise NotFound("district")
    if successor:
        _make_manager(session, _named(session, district, successor, but=officer), district, by=by, now=now)
    members.take_out(session, officer, membership, by=by, now=now)
    tell(session, kind=NewsKind.PERSON_LEFT, district_id=district.id, text=officer.name, by=by, now=now)


def _named(session: Session, district: District, number: str, *, but: Officer) -> Officer:
    for each in officers.officers_of(session, district.id):
        if str(each.id) == number and each is not but:
            return each
    raise Invalid.of("successor", "successor_unknown")


def _make_manager(session: Session, heir: Officer, district: District, *, by: Viewer, now: datetime) -> None:
    """Only who is manager hands that on; anybody else just leaves."""
    held: Membership = next(each for each in heir.memberships if each.district_id == district.id)
    if may_manage(by, district.id) and held.role != Role.MANAGER:
        members.change_role(session, heir, district_id=district.id, role=Role.MANAGER, by=by, now=now)
        session.flush()
