"""Standing agreements: a district accepts by itself what another proposes to share, of all disciplines or of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network import sharing as queries
from calendar_service.db.queries.network.places import districts_by_slugs
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.network.sharing import ANY, StandingShare
from calendar_service.domain.territory.places import District
from calendar_service.services.auditing import note
from calendar_service.services.network.sharing import accept_at_once, agreed, may_be_shared
from calendar_service.services.news.telling import tell


def agree(
    session: Session, giver: str, receiver: str, *, discipline: str = ANY, by: Viewer, now: datetime
) -> StandingShare:
    """Let a district of one's own accept by itself what another proposes; what waits from there is accepted, too.

    Agreeing twice is as good as once. Raises Invalid, Forbidden.
    """
    districts = {each.slug: each for each in districts_by_slugs(session, {giver, receiver})}
    _check(session, giver, receiver, discipline, known=districts, by=by)
    ours, theirs = districts[receiver], districts[giver]
    same = (each for each in queries.standing_from(session, theirs.id) if each.receiver_id == ours.id)
    if found := next((each for each in same if each.discipline in (ANY, discipline)), None):
        return found
    made = StandingShare(
        giver_id=theirs.id, receiver_id=ours.id, discipline=discipline, since=now, by_id=by.officer_id
    )  # fmt: skip
    made.giver, made.receiver = theirs, ours
    session.add(made)
    session.flush()
    _note(session, made, "share-agree", by=by, now=now)
    tell(session, kind=NewsKind.SHARE_AGREED, district_id=theirs.id, text=_label(session, discipline), by=by, now=now,
         by_district_id=ours.id)  # fmt: skip
    _accept_what_waits(session, made, by=by, now=now)
    return made


def end(session: Session, number: int, *, by: Viewer, now: datetime) -> None:
    """From now on the district is asked again; what it shows it goes on showing. Raises NotFound, Forbidden."""
    found = queries.standing_numbered(session, number)
    if found is None or not by.districts & {found.giver_id, found.receiver_id}:
        raise NotFound("standing-share")
    if not may_post_for(by, found.receiver_id):
        raise Forbidden("not_your_district")
    _note(session, found, "share-disagree", by=by, now=now)
    session.delete(found)
    session.flush()


def mine(session: Session, *, viewer: Viewer) -> Sequence[StandingShare]:
    """The agreements that her districts have, on either side."""
    return queries.standing_with(session, viewer.districts)


def _check(
    session: Session, giver: str, receiver: str, discipline: str, *, known: dict[str, District], by: Viewer
) -> None:  # fmt: skip
    if giver not in known or giver == receiver:
        raise Invalid.of("giver", "unknown_choice" if giver else "required")
    if receiver not in known or not may_post_for(by, known[receiver].id):
        raise Forbidden("not_your_district")
    if discipline != ANY and discipline not in session.installation.metropolis.disciplines:
        raise Invalid.of("discipline", "unknown_choice")


def _label(session: Session, discipline: str) -> str:
    metropolis = session.installation.metropolis
    return metropolis.disciplines.label(discipline, metropolis.language) if discipline else ""


def _accept_what_waits(session: Session, made: StandingShare, *, by: Viewer, now: datetime) -> None:
    for share in queries.proposed_by(session, made.giver_id, made.receiver_id):
        if made.receiver.slug in agreed(session, share.event) and may_be_shared(share.event, now=now):
            accept_at_once(session, share, by=by, now=now)


def _note(session: Session, standing: StandingShare, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=deed, subject=f"district:{standing.giver.slug}", district_id=standing.receiver_id,
         now=now, discipline=standing.discipline)  # fmt: skip
