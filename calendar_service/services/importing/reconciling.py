"""Importing: drafts that a reader made are reconciled with what is here, row by row (rule 9).

An event is known by its UID inside its source, and a file's source is the district: its key becomes a UID of ours,
so nobody takes over another's. One of our own UIDs means our own event, if the district hosts it. What its file
said last is kept as a digest: said again it changes nothing, so an officer's later edits stay.
A row that is refused leaves nothing behind and does not stop the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from uuid import NAMESPACE_URL, uuid5

from calendar_service.db.engine import Session
from calendar_service.db.queries.importing.imports import digests_of, events_with_uids, keep_said
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import DomainError, Invalid, Problem, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.posting.drafts import RawDraft
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.auditing import CLOCK, note
from calendar_service.services.drafts import draft_of
from calendar_service.services.importing.by_dates import as_known, as_new, changes
from calendar_service.services.importing.fitting import Entry
from calendar_service.services.importing.report import Outcome, Report, Row
from calendar_service.services.importing.starting import Start
from calendar_service.services.importing.work import NO_OPTIONS, Options, Work, begin_work, entry_of
from calendar_service.services.importing.writing import Stored, create, is_current, update, without_echo
from calendar_service.services.status import statuses
from calendar_service.services.status.binning import bring_back
from calendar_service.services.syndication.keeping import raised_together

AT_ONCE = 200


def reconcile(
    session: Session, drafts: Sequence[RawDraft], *, district: str, by: Viewer, now: datetime,
    options: Options = NO_OPTIONS, most_dates: int = 25_000, known: Sequence[Row] = (),
) -> Report:  # fmt: skip
    """Store what drafts say that is not here yet, and report on each. A preview is the same call in a rehearsal.
    `known` is reported as it stands: what its reader has passed over. No more than `most_dates` dates are written;
    what would need more is refused.

    Raises NotFound (no such district), Forbidden, Invalid (an option that no vocabulary knows).
    """
    work = begin_work(session, district, by=by, now=now, options=options)
    work.spent.left = most_dates
    with raised_together(session):
        rows = [row for some in _batches(drafts) for row in _reconcile_some(work, some)]
    report = Report(rows=[*known, *rows], dates=most_dates - work.spent.left)
    whose = {"source": options.source} if options.source else {}
    note(session, by=by, deed="import", subject=f"district:{district}", district_id=work.district.id, now=now,
         **{str(each): report.count(each) for each in Outcome}, **whose)  # fmt: skip
    return report


def _batches(drafts: Iterable[RawDraft]) -> Iterator[list[RawDraft]]:
    waiting = iter(drafts)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


# --- which event a draft means --------------------------------------------------------------------------------


def uid_of(key: str, *, source_key: str, metropolis: Metropolis) -> str:
    """The UID that we give to what a source calls by `key`: always the same, and nobody else's."""
    return f"{uuid5(NAMESPACE_URL, f'{source_key} {key}')}@{metropolis.uid_domain}"


def _reconcile_some(work: Work, drafts: Sequence[RawDraft]) -> list[Row]:
    uids = {raw.key: uid_of(raw.key, source_key=work.source_key, metropolis=work.metropolis) for raw in drafts}
    by_clock = work.by.channel == CLOCK.channel  # what somebody threw away does not come back by itself
    kept = digests_of(work.session, uids.values(), binned=by_clock)
    digests = {raw.key: _digest(raw, work.options) for raw in drafts}
    same = {key for key, uid in uids.items() if uid in kept and kept[uid][0] == digests[key]}
    anew = {uids[raw.key]: raw.said for raw in drafts if raw.key in same and kept[uids[raw.key]][1] != raw.said}
    keep_said(work.session, anew)
    asked = [uid for key, uid in uids.items() if key not in same]
    ours = [key for key in uids if key.endswith(f"@{work.metropolis.uid_domain}")]
    found = events_with_uids(work.session, [*asked, *ours]) if asked or ours else ()
    known = {event.uid: event for event in found}
    start = Start(work)
    start.expect([raw for raw in drafts if uids[raw.key] not in known])
    rows = []
    for raw in drafts:
        uid, digest = uids[raw.key], digests[raw.key]
        if raw.key in same:
            rows.append(Row(row=raw.row, key=raw.key, uid=uid, outcome=Outcome.UNCHANGED, summary=_title(raw)))
        else:
            new = known.keys().isdisjoint((uid, raw.key))
            rows.append((new and _started(start, raw, uid, digest)) or _reconcile_one(work, raw, known, uid, digest))
    start.finish()
    return rows


def _started(start: Start, raw: RawDraft, uid: str, digest: str) -> Row | None:
    """The row of a new event that can be written with the others."""
    remarks = start.take(raw, uid=uid, digest=digest) if start.takes(raw) else None
    if remarks is None:
        return None
    return Row(
        row=raw.row, key=raw.key, uid=uid, outcome=Outcome.CREATED, summary=_title(raw), problems=tuple(remarks)
    )  # fmt: skip


def _digest(raw: RawDraft, options: Options) -> str:
    """What a file says of an event: where it stands in the file and when it was saved is no part of it."""
    said = [raw.fields, raw.rules, raw.shown_zone, [repr(each) for each in raw.overrides], raw.status, raw.reason,
            raw.cohosts, options.status, options.discipline, options.audience]  # fmt: skip
    return sha256(json.dumps(said, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


def _title(raw: RawDraft) -> str:
    return str(raw.fields.get("summary", ""))


def _reconcile_one(work: Work, raw: RawDraft, known: Mapping[str, Event], uid: str, digest: str) -> Row:
    """Do one row inside a savepoint: it is stored whole or not at all."""
    event = _own(work, known.get(raw.key)) or known.get(uid)
    row = Row(row=raw.row, key=raw.key, uid=event.uid if event else uid, outcome=Outcome.REFUSED, summary=_title(raw))
    if problems := _refusals(work, raw, event, known):
        return replace(row, uid=event.uid if event else None, problems=problems)
    try:
        with work.session.begin_nested():
            outcome, remarks = _store(work, raw, event, uid=uid, digest=digest)
    except Invalid as wrong:
        return replace(row, uid=event.uid if event else None, problems=tuple(wrong.problems))
    except DomainError as wrong:
        problem = Problem(field="", code=wrong.code, values=wrong.values)
        return replace(row, uid=event.uid if event else None, problems=(problem,))
    return replace(row, outcome=outcome, problems=remarks)


def _own(work: Work, event: Event | None) -> Event | None:
    """The event of that UID, if the district hosts it."""
    return event if event is not None and event.host_id == work.district.id else None


def _refusals(
    work: Work, raw: RawDraft, event: Event | None, known: Mapping[str, Event]
) -> tuple[Problem, ...]:  # fmt: skip
    if raw.refusals:
        return raw.refusals
    if raw.cancels and event is None:
        return (Problem(field="uid", code="import_nothing_to_cancel"),)
    theirs = event or known.get(raw.key)
    if theirs is not None and theirs.host_id != work.district.id and (event is not None or theirs.is_public):
        return (Problem(field="uid", code="import_of_another", values={"district": theirs.host.name}),)
    return ()


# --- storing --------------------------------------------------------------------------------------------------


def _store(
    work: Work, raw: RawDraft, event: Event | None, *, uid: str, digest: str
) -> tuple[Outcome, tuple[Problem, ...]]:
    """Create or update, all within the caller's savepoint. Raises DomainError."""
    try:
        return _store_dates(work, raw, event, uid=uid, digest=digest)
    except WrongState as wrong:
        if wrong.code != "import_no_date_left":
            raise
    called_off = event is not None and event.status == Status.CONFIRMED
    if event is not None and called_off:
        statuses.cancel(work.session, event, reason="", by=work.by, now=work.now)
    return Outcome.REMOVED if called_off else Outcome.UNCHANGED, (Problem(field="exdates", code="import_no_date_left"),)


def _store_dates(
    work: Work, raw: RawDraft, event: Event | None, *, uid: str, digest: str
) -> tuple[Outcome, tuple[Problem, ...]]:
    """Create or update what has dates. Raises DomainError."""
    if back := event is not None and event.status == Status.DISCARDED:
        bring_back(work.session, event, by=work.by, now=work.now)
    if event is not None and not event.source_digest and (back or event.withdrawn):  # it went with an undone import
        raw = replace(raw, status=raw.status or work.options.status)
        if event.withdrawn:
            statuses.unwithdraw(work.session, event, by=work.by, now=work.now)
    if event is None:
        stored = Stored(uid=uid, source_key=work.source_key, source_uid=raw.key, digest=digest)
        new = entry_of(work, as_new(raw) if raw.by_dates else raw, known=None)
        event = create(work.session, new, raw, host=work.district.slug, otherwise=work.options.status, stored=stored,
                       by=work.by, now=work.now)  # fmt: skip
        work.learn(event.venue)
        return Outcome.CREATED, new.remarks
    if is_current(event, raw):
        return Outcome.UNCHANGED, ()
    entry = None if raw.cancels else _entry_known(work, raw, event)
    raw = as_known(raw, event) if raw.by_dates else raw
    changed, remarks = update(work.session, event, entry, raw, digest=digest, by=work.by, now=work.now)
    return (Outcome.CHANGED if changed or back else Outcome.UNCHANGED), remarks


def _entry_known(work: Work, raw: RawDraft, event: Event) -> Entry:
    """What a file says of an event that is here; dates that a table of ours does not list stay. As `entry_of`."""
    told, known = without_echo(event, raw), draft_of(event)
    if not raw.by_dates:
        return entry_of(work, told, known=known)
    entry = entry_of(work, as_known(told, event), known=known)
    return replace(entry, changes=changes(raw, event), others_stay=True)
