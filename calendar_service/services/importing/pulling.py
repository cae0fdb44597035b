"""Bringing in a calendar elsewhere: asked, read, reconciled, and its district told when something is wrong (R16).

Nothing is ever taken away because of a failure: what was brought last stays. What the calendar names no longer is
called off or thrown into the bin, unless that is much at once: then nothing of the file is taken before a person has
said so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from calendar_service.db.engine import Session
from calendar_service.db.queries.importing import sources as queries
from calendar_service.db.queries.importing.imports import events_with_uids
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.posting.drafts import RawDraft, Reading
from calendar_service.domain.sources import Answer, Asked, Fetch, Source
from calendar_service.services.again import again
from calendar_service.services.house import House
from calendar_service.services.importing.files import VISITOR, read_file, receiver_for, store
from calendar_service.services.importing.report import Outcome, Report, Row
from calendar_service.services.importing.work import Options
from calendar_service.services.news.telling import tell
from calendar_service.services.status import statuses
from calendar_service.services.status.binning import discard
from calendar_service.words import words

PATIENCE = 3
"""Failures in a row of which nobody is told: servers have bad nights."""
FEW = 3
SHARE = 5
"""A file that would take away at least so many, and over one part in so many, waits for a person."""
NAMED = 20
"""Refused rows that are kept, for whoever looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What came of asking one source: what it brought, or the code of why it brought nothing."""

    source: Source
    report: Report | None = None

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to look after."""
        return self.source.is_well and (self.report is None or self.report.is_clean)


def pull(house: House, source_id: int, *, fetch: Fetch, now: datetime, whatever_goes: bool = False) -> Pulled | None:
    """Ask one source and take in what it says; None when it is there no more. `whatever_goes` is a person's word
    that much may be taken away.
    """
    source = again(partial(_claimed, house, source_id, now=now))
    if source is None:
        return None
    asked = Asked(address=source.address)
    if not (whatever_goes or source.problem):
        asked = replace(asked, etag=source.etag, changed=source.changed)
    try:
        answer = fetch(asked)
        report = _taken(house, source, answer, now=now, whatever_goes=whatever_goes)
    except Invalid as wrong:
        first = wrong.problems[0]
        return _noted(house, source_id, now=now, problem=first.code, values=first.values)
    except DomainError as wrong:
        return _noted(house, source_id, now=now, problem=wrong.code, values=wrong.values)
    return _noted(house, source_id, now=now, answer=answer, report=report)


def _claimed(house: House, source_id: int, *, now: datetime) -> Source | None:
    """The source, not due any more: whatever comes of asking it, nobody else asks it meanwhile."""
    with house.deed() as session:
        source = queries.source_by_id(session, source_id)
        if source is not None:
            source.asked, source.due = now, now + source.wait()
        return source


# --- taking in ------------------------------------------------------------------------------------------------


def _taken(house: House, source: Source, answer: Answer, *, now: datetime, whatever_goes: bool) -> Report | None:
    """Reconcile what has come; None when it is what came before. Raises DomainError."""
    if answer.body is None or (digest_of(answer.body) == source.digest and source.is_well):
        return None
    by = Viewer(districts=frozenset({source.district_id}), channel="clock")
    options = Options(status=Status(source.status), source=source.key)
    with house.reading() as session:
        receiver = receiver_for(session, source.district.slug, limits=VISITOR, options=options)
        before = queries.keys_from(session, source.key)
        coming = queries.coming_from(session, source.key, now)
    reading = read_file(answer.body, name="source.ics", receiver=receiver, limits=VISITOR)
    named = {key for _, key, _ in reading.known} | {each.key for each in reading.drafts}
    gone = [uid for key, uid in coming if key not in named]
    if len(gone) >= FEW and len(gone) * SHARE > len(coming) and not whatever_goes:
        raise Invalid.of("file", "source_much_goes", gone=len(gone), of=len(coming))
    report = store(
        house.deed, arriving(reading, status=options.status, before=before), district=source.district.slug, by=by,
        now=now, options=options,
    )  # fmt: skip
    removed = again(partial(_removed, house, gone, by=by, now=now)) if gone else []
    return replace(report, rows=[*report.rows, *removed])


def digest_of(body: bytes) -> str:
    """By which a file is known again."""
    return sha256(body).hexdigest()


def arriving(reading: Reading, *, status: Status, before: Collection[str]) -> Reading:
    """As what a source's events arrive: where an officer is to look through them, its word does not publish them,
    and what it calls off before she has seen it does not come at all.
    """
    if status != Status.DRAFT:
        return reading
    drafts = [_modest(each) for each in reading.drafts if each.key in before or each.status != Status.CANCELLED]
    return replace(reading, drafts=tuple(drafts))


def _modest(raw: RawDraft) -> RawDraft:
    return raw if raw.status == Status.CANCELLED else replace(raw, status=None)


def _removed(house: House, uids: Sequence[str], *, by: Viewer, now: datetime) -> list[Row]:
    """Call off, or throw away, what its calendar names no longer."""
    with house.deed() as session:
        return [_remove(session, event, by=by, now=now) for event in events_with_uids(session, uids)]


def _remove(session: Session, event: Event, *, by: Viewer, now: datetime) -> Row:
    if event.status == Status.CONFIRMED:
        statuses.cancel(session, event, reason="", by=by, now=now)
    if event.status == Status.TENTATIVE:
        statuses.release(session, event, by=by, now=now)
    if event.status == Status.DRAFT and event.first_published is None:
        discard(session, event, by=by, now=now)
    event.source_digest, event.source_said = None, ""  # named again, it is read again
    return Row(row=0, key=event.source_uid or "", uid=event.uid, outcome=Outcome.REMOVED, summary=event.summary)


# --- what is kept of it, and told -----------------------------------------------------------------------------


def _noted(
    house: House, source_id: int, *, now: datetime, answer: Answer | None = None, report: Report | None = None,
    problem: str = "", values: dict[str, object] | None = None,
) -> Pulled | None:  # fmt: skip
    def deed() -> Pulled | None:
        with house.deed() as session:
            source = queries.source_by_id(session, source_id)
            if source is None:
                return None
            if answer is not None:
                _well(session, source, answer, report, now=now)
            else:
                _ill(session, source, problem, values or {}, now=now)
            source.due = now + source.wait()
            return Pulled(source=source, report=report)

    return again(deed)


def _well(session: Session, source: Source, answer: Answer, report: Report | None, *, now: datetime) -> None:
    source.failures, source.problem, source.values = 0, "", {}
    source.etag, source.changed = answer.etag or source.etag, answer.changed or source.changed
    source.fetched = now
    if answer.body is not None:
        source.etag, source.changed, source.digest = answer.etag, answer.changed, digest_of(answer.body)
    if report is None:
        return
    said = {str(each): report.count(each) for each in Outcome}
    refused = [_told(session, row) for row in report.rows if row.outcome == Outcome.REFUSED][:NAMED]
    known = source.report.get("refused_rows", [])
    source.report = said | {"refused_rows": refused}
    if refused and refused != known:
        tell_of(session, source, "\n".join(refused[:FEW]), now=now)


def _ill(session: Session, source: Source, problem: str, values: dict[str, object], *, now: datetime) -> None:
    was = source.problem
    source.failures += 1
    source.problem, source.values = problem, {name: str(value) for name, value in values.items()}
    waits = problem == "source_much_goes"
    if (waits and was != problem) or (not waits and source.failures == PATIENCE):
        sentence = words(session.installation.metropolis.language).sentence(problem, **values)
        tell_of(session, source, sentence, now=now)


def _told(session: Session, row: Row) -> str:
    said = words(session.installation.metropolis.language)
    why = " ".join(said.sentence(each.code, **each.values) for each in row.problems)
    return f"{row.summary or row.key}: {why}"


def tell_of(session: Session, source: Source, text: str, *, now: datetime) -> None:
    """Tell the district's officers, with the morning's digest."""
    by = Viewer(channel="clock")
    told = f"{source.address}\n{text}"
    tell(session, kind=NewsKind.IMPORT_PROBLEMS, district_id=source.district_id, by=by, now=now, text=told)
