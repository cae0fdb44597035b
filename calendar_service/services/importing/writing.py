"""Writes an imported event: a new one, or what its file says anew about one that is here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Problem
from calendar_service.domain.events import Event, Override, Status
from calendar_service.domain.posting.drafts import RawDate, RawDraft
from calendar_service.prose import unmarked
from calendar_service.services.drafts import VenueDraft, read_deed
from calendar_service.services.events.posting import post
from calendar_service.services.events.revising import revise
from calendar_service.services.importing.fitting import Entry
from calendar_service.services.joint import cohosting
from calendar_service.services.recording.changes import record, snapshot
from calendar_service.services.status import statuses
from calendar_service.services.venues.changing import find_or_make
from calendar_service.text import fold

Remarks = tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How an imported event is known again: our UID for it, its source, what the source calls it, what it said."""

    uid: str
    source_key: str
    source_uid: str
    digest: str


def create(
    session: Session, entry: Entry, raw: RawDraft, *, host: str, otherwise: Status, stored: Stored,
    by: Viewer, now: datetime,
) -> Event:  # fmt: skip
    """Post what is new. What its file calls cancelled is posted and called off at once. Raises DomainError."""
    status = raw.status or otherwise
    first = Status.CONFIRMED if status == Status.CANCELLED else status
    event = post(session, entry.draft, host=host, status=first, uid=stored.uid, by=by, now=now)
    event.source_key, event.source_uid, event.source_digest = stored.source_key, stored.source_uid, stored.digest
    event.source_said = raw.said
    if entry.changes:
        _change_dates(session, event, entry, by=by, now=now)
    if raw.cohosts:
        cohosting.ask(session, event, [each for each in raw.cohosts if each != host], by=by, now=now)
    if status == Status.CANCELLED:
        statuses.cancel(session, event, reason=raw.reason, by=by, now=now)
    session.flush()
    return event


def is_current(event: Event, raw: RawDraft) -> bool:
    """Whether an entry of our own feeds says what we know already, or knew before."""
    if raw.key != event.uid or raw.modified == "":
        return False
    said = (raw.sequence, raw.modified)
    return said <= (event.sequence, f"{event.last_modified:%Y%m%dT%H%M%SZ}")


def without_echo(event: Event, raw: RawDraft) -> RawDraft:
    """What our feeds say in other words than the event has them, taken back to those."""
    fields: dict[str, Any] = dict(raw.fields)
    body = "\n\n".join(part for part in (event.abstract, unmarked(event.description)) if part)
    text = str(fields.get("description", ""))
    if text == body or (text.endswith("…") and body.startswith(text[:-1])):
        fields.pop("description", None)
    elif "description" in fields and event.abstract:
        fields["abstract"] = ""
    venue = fields.get("venue")
    if event.venue and isinstance(venue, dict) and fold(str(venue.get("name", ""))) == fold(event.venue.name):
        fields.pop("venue")
    elif venue or fields.get("place_note"):
        fields = {"venue": None, "place_note": "", **fields}
    return replace(raw, fields=fields)


def update(
    session: Session, event: Event, entry: Entry | None, raw: RawDraft, *, digest: str, by: Viewer, now: datetime
) -> tuple[bool, Remarks]:
    """Make an event say what its file says; whether that changed anything. Without an entry only its status moves.

    Raises DomainError.
    """
    before = (event.version, str(event.status))
    remarks: Remarks = ()
    if entry is not None:
        revise(session, event, entry.draft, seen=None, by=by, now=now)
        _change_dates(session, event, entry, by=by, now=now)
        remarks = entry.remarks
        if new := [each for each in raw.cohosts if each not in _asked(event)]:
            cohosting.ask(session, event, new, by=by, now=now)
    remarks += _bring_to(session, event, raw, by=by, now=now)
    changed = before != (event.version, str(event.status))
    event.source_digest, event.source_said = digest, raw.said
    session.flush()
    return changed, remarks


def _asked(event: Event) -> set[str]:
    return {event.host.slug, *(each.district.slug for each in event.hosts)}


def _bring_to(session: Session, event: Event, raw: RawDraft, *, by: Viewer, now: datetime) -> Remarks:
    """The status that the file says, if it says one and there is a way there; a remark if there is none."""
    match Status(event.status), raw.status:
        case _, None:
            return ()
        case was, wanted if was == wanted:
            return ()
        case ((Status.DRAFT | Status.TENTATIVE | Status.CANCELLED), Status.CONFIRMED):
            statuses.confirm(session, event, by=by, now=now)
        case Status.DRAFT, Status.TENTATIVE:
            statuses.hold(session, event, until=None, by=by, now=now)
        case Status.TENTATIVE, Status.DRAFT | Status.CANCELLED:
            statuses.release(session, event, by=by, now=now)
        case Status.CONFIRMED, Status.CANCELLED:
            statuses.cancel(session, event, reason=raw.reason, by=by, now=now)
        case _:
            return (Problem(field="status", code="import_status_kept"),)
    return ()


# --- dates that differ ----------------------------------------------------------------------------------------


def _change_dates(session: Session, event: Event, entry: Entry, *, by: Viewer, now: datetime) -> None:
    """Make the event's overrides those of its file, all in one deed. Raises Invalid."""
    before = snapshot(event)
    wanted = {key: each for key, each in entry.changes.items() if each.start or each.cancelled or each.venue}
    gone = [] if entry.others_stay else [each for each in event.overrides if each.recurrence_id not in wanted]
    for override in gone:
        event.overrides.remove(override)
    present = {each.recurrence_id: each for each in event.overrides}
    for key, change in wanted.items():
        override = present.get(key) or Override(recurrence_id=key)
        if key not in present:
            event.overrides.append(override)
        _fill(session, event, override, change, now=now)
    event.overrides.sort(key=lambda each: each.recurrence_id)
    record(session, event, before, deed="change-date", by=by, now=now)


def _fill(session: Session, event: Event, override: Override, change: RawDate, *, now: datetime) -> None:
    override.start, override.end = (_wall(each) for each in (change.start, change.end))
    override.status = Status.CANCELLED if change.cancelled else Status.CONFIRMED
    venue = None
    if change.venue and not (event.venue and fold(str(change.venue.get("name"))) == fold(event.venue.name)):
        venue = find_or_make(session, read_deed(VenueDraft, change.venue), host=event.host, now=now)
    override.venue, override.venue_id = venue, venue.id if venue else None


def _wall(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
