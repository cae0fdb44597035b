"""Questions of an import: which of a file's events are here already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, insert, select, true, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import whole_event_options
from calendar_service.domain.events import Event, EventTerm, Status
from calendar_service.domain.posting.drafts import Known


def events_with_uids(session: Session, uids: Iterable[str]) -> Sequence[Event]:
    """The events with these UIDs, wholly loaded; ask for some hundred at once."""
    return session.scalars(select(Event).where(Event.uid.in_(list(uids))).options(*whole_event_options())).all()


def digests_of(session: Session, uids: Iterable[str], *, binned: bool = False) -> dict[str, tuple[str, str]]:
    """What the events with these UIDs last took from a file, by UID: the digests of its meaning and of its text.

    Those that took nothing are left out, and those that lie in the bin unless they are asked for, too.
    """
    kept = Event.source_digest.is_not(None), true() if binned else Event.status != Status.DISCARDED
    question = select(Event.uid, Event.source_digest, Event.source_said).where(Event.uid.in_(list(uids)), *kept)
    return {uid: (digest, said) for uid, digest, said in session.execute(question) if digest}


def known_of(session: Session, source_key: str, *, limit: int) -> dict[str, Known]:
    """What is here of a source's text, by the source's own keys, the latest dates first; what lies in the bin is left
    out. What is beyond the limit is read anew if it comes again, and found to be unchanged then.
    """
    columns = Event.source_uid, Event.source_said, Event.uid, Event.summary
    kept = Event.source_key == source_key, Event.source_said != "", Event.status != Status.DISCARDED
    found = session.execute(select(*columns).where(*kept).order_by(Event.start.desc(), Event.id).limit(limit))
    return {key: Known(said, uid, summary) for key, said, uid, summary in found if key}


def keep_said(session: Session, said: Mapping[str, str]) -> None:
    """Keep the digests of what files say of these UIDs in other bytes than before: nothing else about them changes."""
    if said:
        question = update(Event).where(Event.uid == bindparam("key")).values(source_said=bindparam("said"))
        rows = [{"key": uid, "said": text} for uid, text in said.items()]
        session.connection().execute(question, rows)


def put_events(session: Session, events: Sequence[Event]) -> None:
    """Write new events that no session knows, and the terms that they carry; each has its id then."""
    connection = session.connection()
    written = connection.execute(insert(Event).returning(Event.uid, Event.id), [each.row for each in events])
    ids = {each.uid: each.id for each in written}
    for event in events:
        event.id = ids[event.uid]
    terms = [{"event_id": event.id, "kind": each.kind, "slug": each.slug, "position": each.position}
             for event in events for each in event.terms]  # fmt: skip
    if terms:
        connection.execute(insert(EventTerm), terms)
