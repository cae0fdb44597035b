"""A co-host asks the host for a change; the host asks a co-host to take the event over. Each is answered once (S15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.requests import request_numbered, requests_of
from calendar_service.domain.access import Viewer, may_edit, may_post_for
from calendar_service.domain.errors import Forbidden, NotFound, WrongState
from calendar_service.domain.events import Event, Host
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.network.requests import EventRequest, RequestKind
from calendar_service.services.access import check_may_change
from calendar_service.services.auditing import note
from calendar_service.services.network.sharing import close_share
from calendar_service.services.news.telling import settle, tell
from calendar_service.services.recording.changes import record, snapshot

ASKS = {RequestKind.CHANGE: NewsKind.CHANGE_ASKED, RequestKind.HAND_OVER: NewsKind.HAND_OVER_ASKED}


def listed(session: Session, event: Event, *, viewer: Viewer) -> Sequence[EventRequest]:
    """The requests that she may read: the host's officers all of them, a co-host's those of their own district."""
    found = requests_of(session, event.id)
    if event.host_id in viewer.districts:
        return found
    return [each for each in found if each.district_id in viewer.districts]


def ask_for_change(session: Session, event: Event, district: str, *, text: str, by: Viewer, now: datetime) -> None:
    """Ask the host to change something, for a co-hosting district of one's own. Raises NotFound, Forbidden."""
    host = _cohost(event, district)
    if not may_post_for(by, host.district_id):
        raise Forbidden("not_your_district")
    _ask(session, event, host, RequestKind.CHANGE, text=text, by=by, now=now)
    tell(session, kind=NewsKind.CHANGE_ASKED, district_id=event.host_id, event=event, text=text, by=by, now=now,
         by_district_id=host.district_id)  # fmt: skip


def offer(session: Session, event: Event, district: str, *, text: str = "", by: Viewer, now: datetime) -> None:
    """Ask an accepted co-host to be the host from now on; one at a time. Raises Forbidden, NotFound, WrongState."""
    check_may_change(event, by=by, seen=None)
    host = _cohost(event, district)
    if any(each.waits and each.kind == RequestKind.HAND_OVER for each in requests_of(session, event.id)):
        raise WrongState("hand_over_waits")
    _ask(session, event, host, RequestKind.HAND_OVER, text=text, by=by, now=now)
    tell(session, kind=NewsKind.HAND_OVER_ASKED, district_id=host.district_id, event=event, text=text, by=by, now=now,
         by_district_id=event.host_id)  # fmt: skip


def answer(
    session: Session, event: Event, number: int, *, grant: bool, text: str = "", by: Viewer, now: datetime
) -> EventRequest:
    """Answer a request: the host's officers one for a change, the co-host's one to take over.

    Raises NotFound, Forbidden, WrongState (answered already, or no longer a co-host).
    """
    found = request_numbered(session, event.id, number)
    if found is None or found not in listed(session, event, viewer=by):
        raise NotFound("request")
    answers = event.host_id if found.kind == RequestKind.CHANGE else found.district_id
    if not may_post_for(by, answers):
        raise Forbidden("not_your_district")
    if not found.waits:
        raise WrongState("request_answered")
    asker = found.district_id if answers == event.host_id else event.host_id
    found.granted, found.answer, found.answered, found.answered_by_id = grant, text, now, by.officer_id
    _note(session, event, found, f"{found.kind}-{'granted' if grant else 'refused'}", by=by, now=now)
    if found.kind == RequestKind.HAND_OVER and grant:
        _hand_over(session, event, found.district.slug, by=by, now=now)
    _settle(session, event, found, told=answers, now=now)
    kind = NewsKind.CHANGE_ANSWERED
    if found.kind == RequestKind.HAND_OVER and grant:
        kind = NewsKind.HANDED_OVER
    tell(session, kind=kind, district_id=asker, event=event, text=text, by=by, now=now, by_district_id=answers)
    return found


def withdraw(session: Session, event: Event, number: int, *, by: Viewer, now: datetime) -> None:
    """The host takes its offer back. Raises NotFound, Forbidden, WrongState."""
    if not may_edit(by, event):
        raise Forbidden("not_your_event")
    found = request_numbered(session, event.id, number)
    if found is None or found.kind != RequestKind.HAND_OVER:
        raise NotFound("request")
    if not found.waits:
        raise WrongState("request_answered")
    _end(session, event, found, "hand-over-withdrawn", by=by, now=now)


def end_offer(session: Session, event: Event, district_id: int, *, by: Viewer, now: datetime) -> None:
    """The district to which the event was offered is no longer with it: the offer ends by itself."""
    for found in requests_of(session, event.id):
        if found.waits and found.kind == RequestKind.HAND_OVER and found.district_id == district_id:
            _end(session, event, found, "hand-over-ended", by=by, now=now)


def _end(session: Session, event: Event, offered: EventRequest, deed: str, *, by: Viewer, now: datetime) -> None:
    offered.granted, offered.answered, offered.answered_by_id = False, now, by.officer_id
    _note(session, event, offered, deed, by=by, now=now)
    _settle(session, event, offered, told=offered.district_id, now=now)


def _ask(
    session: Session, event: Event, host: Host, kind: RequestKind, *, text: str, by: Viewer, now: datetime
) -> None:
    request = EventRequest(
        event_id=event.id, kind=kind, district_id=host.district_id, text=text, asked_by_id=by.officer_id, asked=now
    )
    request.district = host.district
    session.add(request)
    session.flush()
    _note(session, event, request, f"{kind}-asked", by=by, now=now)


def _hand_over(session: Session, event: Event, district: str, *, by: Viewer, now: datetime) -> None:
    """The co-host becomes the host, and the host a co-host; UID, dates and history stay, every feed follows."""
    taking = _cohost(event, district)
    before, former = snapshot(event), event.host
    event.hosts.remove(taking)
    session.flush()
    event.host, event.host_id = taking.district, taking.district_id
    stays = next((each for each in event.hosts if each.district_id == former.id), None)
    if stays is None:
        stays = Host(district_id=former.id, asked_by_id=by.officer_id, asked=now)
        stays.district = former
        event.hosts.append(stays)
    stays.state, stays.answered = Consent.ACCEPTED, now
    close_share(session, event, taking.district_id, now=now)
    record(session, event, before, deed="hand-over", by=by, now=now)


def _cohost(event: Event, district: str) -> Host:
    for each in event.cohosts:
        if each.district.slug == district:
            return each
    raise NotFound("cohost")


def _settle(session: Session, event: Event, request: EventRequest, *, told: int, now: datetime) -> None:
    """Nobody is reminded of what was answered; of several requests for changes, once the last one is."""
    same = [each for each in requests_of(session, event.id) if each.waits and each.kind == request.kind]
    if not same:
        settle(session, kind=ASKS[RequestKind(request.kind)], district_id=told, event=event, now=now)


def _note(
    session: Session, event: Event, request: EventRequest, deed: str, *, by: Viewer, now: datetime
) -> None:  # fmt: skip
    note(session, by=by, deed=f"event-{deed}", subject=f"event:{event.uid}", district_id=request.district_id, now=now)
