"""Joint events: districts are asked, and accept, decline or leave. Nobody is shown before it accepts (S15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import districts_by_slugs
from calendar_service.domain.access import INVOLVED, Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.events import Event, Host
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.territory.places import District
from calendar_service.services.access import check_may_change
from calendar_service.services.joint.requesting import end_offer
from calendar_service.services.news.telling import settle, tell
from calendar_service.services.recording.changes import record, snapshot


def ask(session: Session, event: Event, districts: Sequence[str], *, by: Viewer, now: datetime) -> None:
    """Ask districts to co-host. Who declined or left may be asked again; who has accepted is left alone.

    Raises Forbidden, WrongState, Invalid (an unknown district, or the host itself).
    """
    check_may_change(event, by=by, seen=None)
    found = {each.slug: each for each in districts_by_slugs(session, districts)}
    for slug in districts:
        if slug not in found or slug == event.host.slug:
            raise Invalid.of("districts", "unknown_value", value=slug)
    before = snapshot(event)
    asked = [each.id for each in found.values() if _ask(event, each, by=by, now=now)]
    record(session, event, before, deed="ask-cohosts", by=by, now=now)
    for district_id in asked:
        tell(session, kind=NewsKind.COHOST_ASKED, district_id=district_id, event=event, by=by, now=now,
             by_district_id=event.host_id)  # fmt: skip


def _ask(event: Event, district: District, *, by: Viewer, now: datetime) -> bool:
    """Ask one district; whether it had not been asked already."""
    host = next((each for each in event.hosts if each.district_id == district.id), None)
    if host is None:
        host = Host(district_id=district.id, asked_by_id=by.officer_id, asked=now)
        host.district = district
        event.hosts.append(host)
        return True
    if host.state in INVOLVED:
        return False
    host.state, host.asked, host.answered, host.asked_by_id = Consent.INVITED, now, None, by.officer_id
    return True


def answer(
    session: Session,
    event: Event,
    district: str,
    *,
    accept: bool,
    by: Viewer,
    now: datetime,
    contribution: str = "",
) -> None:
    """Accept or decline an invitation, for a district of one's own. Raises NotFound, Forbidden, WrongState."""
    host = _own(event, district, by)
    if host.state != Consent.INVITED:
        raise WrongState("invitation_answered")
    before = snapshot(event)
    host.state = Consent.ACCEPTED if accept else Consent.DECLINED
    host.answered, host.contribution = now, contribution
    record(session, event, before, deed="accept" if accept else "decline", by=by, now=now)
    settle(session, kind=NewsKind.COHOST_ASKED, district_id=host.district_id, event=event, now=now)
    kind = NewsKind.COHOST_ACCEPTED if accept else NewsKind.COHOST_DECLINED
    _tell_host(session, event, host, kind, text=contribution, by=by, now=now)


def contribute(session: Session, event: Event, district: str, *, contribution: str, by: Viewer, now: datetime) -> None:
    """Say what one's district brings: the one part of an event that a co-host edits. Raises NotFound, WrongState."""
    host = _own(event, district, by)
    if host.state != Consent.ACCEPTED:
        raise WrongState("not_a_cohost")
    before = snapshot(event)
    host.contribution = contribution
    record(session, event, before, deed="contribute", by=by, now=now)


def leave(session: Session, event: Event, district: str, *, by: Viewer, now: datetime) -> None:
    """Stop co-hosting: the event leaves the district's feed; the row stays. Raises NotFound, Forbidden, WrongState."""
    host = _own(event, district, by)
    if host.state != Consent.ACCEPTED:
        raise WrongState("not_a_cohost")
    before = snapshot(event)
    host.state, host.answered = Consent.LEFT, now
    record(session, event, before, deed="leave", by=by, now=now)
    end_offer(session, event, host.district_id, by=by, now=now)
    _tell_host(session, event, host, NewsKind.COHOST_LEFT, by=by, now=now)


def _tell_host(
    session: Session, event: Event, host: Host, kind: NewsKind, *, by: Viewer, now: datetime, text: str = ""
) -> None:
    tell(session, kind=kind, district_id=event.host_id, event=event, by=by, now=now, text=text,
         by_district_id=host.district_id)  # fmt: skip


def _own(event: Event, district: str, by: Viewer) -> Host:
    found = [each for each in event.hosts if each.district.slug == district]
    if not found or not (by.districts & {event.host_id, found[0].district_id}):
        raise NotFound("cohost")
    if not may_post_for(by, found[0].district_id):
        raise Forbidden("not_your_district")
    return found[0]
