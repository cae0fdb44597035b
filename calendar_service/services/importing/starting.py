"""New events of a file, made one by one and written together: most of a first import is this.

What brings more along than itself (dates that differ, co-hosts, a venue that is new, a cancellation) goes the way of
`reconciling`, each in a savepoint of its own: here nothing can fail any more once it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from calendar_service.domain.errors import DomainError, Problem
from calendar_service.domain.events import Event
from calendar_service.domain.posting.drafts import RawDraft
from calendar_service.services.events.posting import STARTING, made
from calendar_service.services.importing.work import Work, entry_of, placed
from calendar_service.services.recording.changes import begin_untracked


@dataclass(frozen=True, slots=True)
class Start:
    """New events of one batch, to be written at its end."""

    work: Work
    _events: list[Event] = field(default_factory=list)

    def takes(self, raw: RawDraft) -> bool:
        """Whether it is plain enough."""
        bound = raw.refusals or raw.cancels or raw.overrides or raw.cohosts
        return not bound and (raw.status or self.work.options.status) in STARTING

    def expect(self, drafts: Sequence[RawDraft]) -> None:
        """Ask the database at once for what these will need."""
        self.work.slugs.expect(str(each.fields.get("summary", "")) for each in drafts)

    def take(self, raw: RawDraft, *, uid: str, digest: str) -> Sequence[Problem] | None:
        """Make an event; what is to be remarked on it, or None when it has to go the longer way after all."""
        left = self.work.spent.left
        try:
            return self._made(raw, uid=uid, digest=digest)
        except DomainError:  # said in full by the longer way, which also knows what is no mistake
            self.work.spent.left = left
            return None

    def _made(self, raw: RawDraft, *, uid: str, digest: str) -> Sequence[Problem] | None:
        work = self.work
        known = placed(work, raw).fields.get("venue") or ""
        if not isinstance(known, str) or (known and known not in work.venues):
            return None
        entry = entry_of(work, raw, known=None)
        event = made(
            entry.draft, host=work.district, slugs=work.slugs, by=work.by, now=work.now,
            status=raw.status or work.options.status, venue=work.venues.get(known), tracked=False,
        )  # fmt: skip
        event.uid, event.source_key, event.source_uid = uid, work.source_key, raw.key
        event.source_digest, event.source_said = digest, raw.said
        self._events.append(event)
        return entry.remarks

    def finish(self) -> None:
        """Write them."""
        if self._events:
            begin_untracked(self.work.session, self._events, deed="post", by=self.work.by, now=self.work.now)
            self._events.clear()
