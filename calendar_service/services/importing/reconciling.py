"""Importing: drafts that a reader made are reconciled with what is here, row by row (rule 9).

An event is known by its UID inside its source, and a file's source is the district: its key becomes a UID of ours,
so nobody takes over another's. One of our own UIDs means our own event, if the district hosts it. What its file
said last is kept as a digest: said again it changes nothing, so an officer's later edits stay.
A row that is refused leaves nothing behind and does not stop the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from uuid import NAMESPACE_URL, uuid5

from calendar_service.db.engine import Session
from calendar_service.db.queries.imports import digests_of, events_with_uids, keep_said, venue_names_in
from calendar_service.db.queries.places import district_by_slug
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.drafts import RawDraft
from calendar_service.domain.errors import DomainError, Forbidden, Invalid, Problem, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.places import District
from calendar_service.domain.times.moments import local_day
from calendar_service.services.auditing import note
from calendar_service.services.drafts import draft_of
from calendar_service.services.events import statuses
from calendar_service.services.events.binning import bring_back
from calendar_service.services.importing.fitting import Defaults, Entry, ready
from calendar_service.services.importing.report import Outcome, Report, Row
from calendar_service.services.importing.writing import Stored, create, is_current, update, without_echo
from calendar_service.services.syndication.keeping import raised_together
from calendar_service.text import fold

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What holds where a file says nothing. `status` is confirmed unless told otherwise."""

    status: Status = Status.CONFIRMED
    discipline: str = ""
    audience: str = ""


NO_OPTIONS = Options()


@dataclass(slots=True)
class _Budget:
    """How many dates may still be written."""

    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One import under way."""

    session: Session
    district: District
    source_key: str
    options: Options
    venues: Mapping[str, str]
    today: date
    by: Viewer
    now: datetime
    spent: _Budget = field(default_factory=_Budget)

    @property
    def metropolis(self) -> Metropolis:
        return self.session.installation.metropolis

    @property
    def defaults(self) -> Defaults:
        return Defaults(discipline=self.options.discipline, audience=self.options.audience)


def reconcile(
    session: Session, drafts: Sequence[RawDraft], *, district: str, by: Viewer, now: datetime,
    options: Options = NO_OPTIONS, most_dates: int = 25_000, known: Sequence[Row] = (),
) -> Report:  # fmt: skip
    """Store what drafts say that is not here yet, and report on each. A preview is the same call in a rehearsal.
    `known` is reported as it stands: what its reader has passed over. No more than `most_dates` dates are written;
    what would need more is refused.

    Raises NotFound (no such district), Forbidden, Invalid (an option that no vocabulary knows).
    """
    work = _begin(session, district, by=by, now=now, options=options)
    work.spent.left = most_dates
    with raised_together(session):
        rows = [row for some in _batches(drafts) for row in _reconcile_some(work, some)]
    report = Report(rows=[*known, *rows], dates=most_dates - work.spent.left)
    note(session, by=by, deed="import", subject=f"district:{district}", district_id=work.district.id, now=now,
         **{str(each): report.count(each) for each in Outcome})  # fmt: skip
    return report


def _begin(session: Session, slug: str, *, by: Viewer, now: datetime, options: Options) -> _Work:
    district = district_by_slug(session, slug)
    if not may_post_for(by, district.id):
        raise Forbidden("not_your_district")
    metropolis = session.installation.metropolis
    for name, value, known in (("discipline", options.discipline, metropolis.disciplines),
                                ("audience", options.audience, metropolis.audiences)):  # fmt: skip
        if value and value not in known:
            raise Invalid.of(name, "unknown_value", value=value)
    venues = {fold(name): slug for name, slug in venue_names_in(session, district.id)}
    return _Work(
        session=session, district=district, source_key=source_of(slug), options=options, venues=venues,
        today=local_day(now, district.timezone), by=by, now=now,
    )  # fmt: skip


def _batches(drafts: Iterable[RawDraft]) -> Iterator[list[RawDraft]]:
    waiting = iter(drafts)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


# --- which event a draft means --------------------------------------------------------------------------------


def source_of(district: str) -> str:
    """The source that a file of a district is: the district itself, whatever the file is called."""
    return f"district:{district}"


def uid_of(key: str, *, source_key: str, metropolis: Metropolis) -> str:
    """The UID that we give to what a source calls by `key`: always the same, and nobody else's."""
    return f"{uuid5(NAMESPACE_URL, f'{source_key} {key}')}@{metropolis.uid_domain}"


def _reconcile_some(work: _Work, drafts: Sequence[RawDraft]) -> Iterator[Row]:
    uids = {raw.key: uid_of(raw.key, source_key=work.source_key, metropolis=work.metropolis) for raw in drafts}
    kept = digests_of(work.session, uids.values())
    digests = {raw.key: _digest(raw, work.options) for raw in drafts}
    same = {key for key, uid in uids.items() if uid in kept and kept[uid][0] == digests[key]}
    anew = {uids[raw.key]: raw.said for raw in drafts if raw.key in same and kept[uids[raw.key]][1] != raw.said}
    keep_said(work.session, anew)
    asked = [uid for key, uid in uids.items() if key not in same]
    ours = [key for key in uids if key.endswith(f"@{work.metropolis.uid_domain}")]
    found = events_with_uids(work.session, [*asked, *ours]) if asked or ours else ()
    known = {event.uid: event for event in found}
    for raw in drafts:
        if raw.key in same:
            yield Row(row=raw.row, key=raw.key, uid=uids[raw.key], outcome=Outcome.UNCHANGED, summary=_title(raw))
        else:
            yield _reconcile_one(work, raw, known, uid=uids[raw.key], digest=digests[raw.key])


def _digest(raw: RawDraft, options: Options) -> str:
    """What a file says of an event: where it stands in the file and when it was saved is no part of it."""
    said = [raw.fields, raw.rules, raw.shown_zone, [repr(each) for each in raw.overrides], raw.status, raw.reason,
            raw.cohosts, options.status, options.discipline, options.audience]  # fmt: skip
    return sha256(json.dumps(said, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


def _title(raw: RawDraft) -> str:
    return str(raw.fields.get("summary", ""))


def _reconcile_one(work: _Work, raw: RawDraft, known: Mapping[str, Event], *, uid: str, digest: str) -> Row:
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


def _own(work: _Work, event: Event | None) -> Event | None:
    """The event of that UID, if the district hosts it."""
    return event if event is not None and event.host_id == work.district.id else None


def _refusals(
    work: _Work, raw: RawDraft, event: Event | None, known: Mapping[str, Event]
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
    work: _Work, raw: RawDraft, event: Event | None, *, uid: str, digest: str
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
    work: _Work, raw: RawDraft, event: Event | None, *, uid: str, digest: str
) -> tuple[Outcome, tuple[Problem, ...]]:
    """Create or update what has dates. Raises DomainError."""
    if back := event is not None and event.status == Status.DISCARDED:
        bring_back(work.session, event, by=work.by, now=work.now)
    if event is None:
        stored = Stored(uid=uid, source_key=work.source_key, source_uid=raw.key, digest=digest)
        new = _entry(work, raw, known=None)
        create(work.session, new, raw, host=work.district.slug, otherwise=work.options.status, stored=stored,
               by=work.by, now=work.now)  # fmt: skip
        return Outcome.CREATED, new.remarks
    if is_current(event, raw):
        return Outcome.UNCHANGED, ()
    entry = None if raw.cancels else _entry(work, without_echo(event, raw), known=draft_of(event))
    changed, remarks = update(work.session, event, entry, raw, digest=digest, by=work.by, now=work.now)
    return (Outcome.CHANGED if changed or back else Outcome.UNCHANGED), remarks


def _entry(work: _Work, raw: RawDraft, *, known: Mapping[str, object] | None) -> Entry:
    """The draft, its place one that we know where the file means it. Raises Invalid, WrongState."""
    entry = ready(_placed(work, raw), metropolis=work.metropolis, defaults=work.defaults, today=work.today, known=known)
    if entry.dates > work.spent.left:
        raise WrongState("import_dates_enough")
    work.spent.left -= entry.dates
    return entry


def _placed(work: _Work, raw: RawDraft) -> RawDraft:
    """A place named in one line that is a venue of the district, or begins with one, is that venue."""
    venue = raw.fields.get("venue")
    words = str(venue["name"] if isinstance(venue, dict) else raw.fields.get("place_note", ""))
    if words in work.venues.values():
        return replace(raw, fields={**raw.fields, "venue": words, "place_note": ""})
    if not words or _elsewhere(work, venue):
        return raw
    slug = work.venues.get(fold(words)) or (None if venue else work.venues.get(fold(words.partition(",")[0])))
    return replace(raw, fields={**raw.fields, "venue": slug, "place_note": ""}) if slug else raw


def _elsewhere(work: _Work, venue: object) -> bool:
    """Whether a venue lies in another district, where other names hold."""
    return isinstance(venue, dict) and venue.get("district", work.district.slug) != work.district.slug
