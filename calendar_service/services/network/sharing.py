"""Cross-promotion: a host proposes its event to other districts, each of which shows it as the host's, or does not.

The event stays its host's alone: what is shared changes nothing of it. A receiver's feed gains or loses it, so the
receiver's scope is raised, and everything's, on which selections of several districts hang.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network import sharing as queries
from calendar_service.db.queries.network.places import districts_by_slugs
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.network.sharing import OPEN, Share, ShareState
from calendar_service.domain.publication import EVERYTHING, district_scope
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.access import check_may_change
from calendar_service.services.auditing import note
from calendar_service.services.news.telling import settle, tell
from calendar_service.services.syndication.keeping import raise_scopes

# The host


def propose(
    session: Session, event: Event, districts: Sequence[str], *, text: str = "", by: Viewer, now: datetime
) -> None:
    """Propose a public event to districts. Who has a standing agreement shows it at once; the others are asked.

    Who declined may be asked again; who is asked or shows it is left alone, and so is a co-host.
    Raises Forbidden, WrongState (not public, or over), Invalid (an unknown district, or the host itself).
    """
    check_may_change(event, by=by, seen=None)
    if not may_be_shared(event, now=now):
        raise WrongState("not_shareable")
    found = {each.slug: each for each in districts_by_slugs(session, districts)}
    for slug in districts:
        if slug not in found or slug == event.host.slug:
            raise Invalid.of("districts", "unknown_value", value=slug)
    shares = {each.district_id: each for each in queries.shares_of(session, event)}
    joint = {each.district_id for each in event.cohosts}
    standing = agreed(session, event)
    for district in found.values():
        share = shares.get(district.id)
        if district.id in joint or (share is not None and share.state in OPEN):
            continue
        _propose(session, event, district, share, text=text, at_once=district.slug in standing, by=by, now=now)


def may_be_shared(event: Event, *, now: datetime) -> bool:
    """Whether everybody sees it and it still takes place."""
    on = event.status == Status.CONFIRMED and not event.is_bare
    return on and any(each.span.end_utc > now and not each.cancelled for each in dates_of(event))


def agreed(session: Session, event: Event) -> set[str]:
    """The districts (slugs) that accept by themselves what the host proposes, of this event's disciplines."""
    disciplines = session.installation.metropolis.disciplines
    return {
        each.receiver.slug for each in queries.standing_from(session, event.host_id)
        if not each.discipline or set(disciplines.with_children((each.discipline,))) & set(event.disciplines)
    }  # fmt: skip


def _propose(
    session: Session, event: Event, district: District, share: Share | None, *, text: str, at_once: bool, by: Viewer,
    now: datetime,
) -> None:  # fmt: skip
    if share is None:
        share = Share(event_id=event.id, district_id=district.id, proposed=now)
        share.event, share.district = event, district
        session.add(share)
    share.state, share.text, share.standing = ShareState.PROPOSED, text, False
    share.proposed, share.proposed_by_id = now, by.officer_id
    share.answered = share.answered_by_id = None
    session.flush()
    _note(session, share, "share-propose", whose=event.host_id, by=by, now=now)
    if at_once:
        accept_at_once(session, share, by=by, now=now)
    else:
        tell(session, kind=NewsKind.SHARE_ASKED, district_id=district.id, event=event, text=text, by=by, now=now,
             by_district_id=event.host_id)  # fmt: skip


def accept_at_once(session: Session, share: Share, *, by: Viewer, now: datetime) -> None:
    """A standing agreement accepts: the receiver hears of it in the morning."""
    share.state, share.answered, share.standing = ShareState.ACCEPTED, now, True
    _shown_or_not(session, share)
    _note(session, share, "share-accept", whose=share.district_id, by=by, now=now, standing=True)
    settle(session, kind=NewsKind.SHARE_ASKED, district_id=share.district_id, event=share.event, now=now)
    tell(session, kind=NewsKind.SHARE_STANDING, district_id=share.district_id, event=share.event, by=by, now=now,
         by_district_id=share.event.host_id)  # fmt: skip


def withdraw(session: Session, event: Event, district: str, *, by: Viewer, now: datetime) -> Share:
    """The host takes a proposal back, shown or not. Raises Forbidden, NotFound, WrongState."""
    check_may_change(event, by=by, seen=None)
    share = _share(session, event, district)
    if share.state not in OPEN:
        raise WrongState("share_answered")
    was_shown = share.state == ShareState.ACCEPTED
    share.state = ShareState.WITHDRAWN
    _note(session, share, "share-withdraw", whose=event.host_id, by=by, now=now)
    settle(session, kind=NewsKind.SHARE_ASKED, district_id=share.district_id, event=event, now=now)
    if was_shown:
        _shown_or_not(session, share)
        tell(session, kind=NewsKind.SHARE_ENDED, district_id=share.district_id, event=event, by=by, now=now,
             by_district_id=event.host_id)  # fmt: skip
    return share


def close_share(session: Session, event: Event, district_id: int, *, now: datetime) -> None:
    """A district hosts the event by now: there is nothing to share with it, and nothing to answer."""
    for share in queries.shares_of(session, event):
        if share.district_id == district_id:
            share.state = ShareState.WITHDRAWN
            settle(session, kind=NewsKind.SHARE_ASKED, district_id=district_id, event=event, now=now)


# The receiver


def answer(session: Session, event: Event, district: str, *, accept: bool, by: Viewer, now: datetime) -> Share:
    """Show it or decline, for a district of one's own; what was declined or taken down may be shown after all.

    Raises NotFound, Forbidden, WrongState.
    """
    share = _own(session, event, district, by)
    waits = share.state == ShareState.PROPOSED
    if share.state == ShareState.ACCEPTED or not (waits or accept):
        raise WrongState("share_answered")
    share.state = ShareState.ACCEPTED if accept else ShareState.DECLINED
    _answered(share, by=by, now=now)
    if accept:
        _shown_or_not(session, share)
    _note(session, share, "share-accept" if accept else "share-decline", whose=share.district_id, by=by, now=now)
    settle(session, kind=NewsKind.SHARE_ASKED, district_id=share.district_id, event=event, now=now)
    _tell_host(session, share, NewsKind.SHARE_ACCEPTED if accept else NewsKind.SHARE_DECLINED, by=by, now=now)
    return share


def take_down(session: Session, event: Event, district: str, *, by: Viewer, now: datetime) -> Share:
    """Show it no more, for a district of one's own. Raises NotFound, Forbidden, WrongState."""
    share = _own(session, event, district, by)
    if share.state != ShareState.ACCEPTED:
        raise WrongState("share_answered")
    share.state = ShareState.TAKEN_DOWN
    _answered(share, by=by, now=now)
    _shown_or_not(session, share)
    _note(session, share, "share-take-down", whose=share.district_id, by=by, now=now)
    _tell_host(session, share, NewsKind.SHARE_ENDED, by=by, now=now)
    return share


def received(
    session: Session, *, states: Collection[ShareState], viewer: Viewer, now: datetime, limit: int = queries.MOST
) -> Sequence[Share]:
    """What is shared with her districts and is not over, the soonest first."""
    return queries.shared_with(session, viewer.districts, states=states, now=now, limit=limit)


def _answered(share: Share, *, by: Viewer, now: datetime) -> None:
    share.answered, share.answered_by_id, share.standing = now, by.officer_id, False


def _own(session: Session, event: Event, district: str, by: Viewer) -> Share:
    """The proposal to a district: its host and its receiver know of it, the receiver alone answers (S13, S15)."""
    share = _share(session, event, district)
    if share.state == ShareState.WITHDRAWN or not by.districts & {event.host_id, share.district_id}:
        raise NotFound("share")
    if not may_post_for(by, share.district_id):
        raise Forbidden("not_your_district")
    return share


def _share(session: Session, event: Event, district: str) -> Share:
    for each in queries.shares_of(session, event):
        if each.district.slug == district:
            return each
    raise NotFound("share")


# Both


def shares_of(session: Session, event: Event, *, viewer: Viewer) -> Sequence[Share]:
    """With whom an event is shared, for the officers of its host."""
    return queries.shares_of(session, event) if event.host_id in viewer.districts else ()


def shown_by(session: Session, event: Event) -> list[tuple[str, str]]:
    """Slug and name of the districts that show it, as everybody sees; who does it together is named as such."""
    joint = {each.district.slug for each in event.cohosts}
    return [each for each in queries.receivers_of(session, event.id) if each[0] not in joint]


def _shown_or_not(session: Session, share: Share) -> None:
    session.flush()
    raise_scopes(session, {EVERYTHING, district_scope(share.district.slug)}, events=[share.event_id])


def _tell_host(session: Session, share: Share, kind: NewsKind, *, by: Viewer, now: datetime) -> None:
    tell(session, kind=kind, district_id=share.event.host_id, event=share.event, by=by, now=now,
         by_district_id=share.district_id)  # fmt: skip


def _note(
    session: Session, share: Share, deed: str, *, whose: int, by: Viewer, now: datetime, standing: bool = False
) -> None:
    """Written down under the district whose deed it is."""
    told = {"standing": True} if standing else {}
    note(session, by=by, deed=deed, subject=f"event:{share.event.uid}", district_id=whose, now=now,
         district=share.district.slug, **told)  # fmt: skip
