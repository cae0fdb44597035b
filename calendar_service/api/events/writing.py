"""What every change has in common: one transaction, once for each key, answered with the event as it now is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from flask import Response, request

from calendar_service.api import tokens
from calendar_service.api.answers import json_answer, nothing, wear
from calendar_service.api.shapes import event_json
from calendar_service.db.engine import Session
from calendar_service.domain.access import Sight, sight
from calendar_service.domain.errors import Busy, Invalid, Overtaken
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.services import idempotency
from calendar_service.services.access import event_with_uid_for
from calendar_service.services.idempotency import Claim, Kept

Deed = Callable[[Session], Response]
Keep = Callable[[Session, Response], None]
"""Keeps an answer under the key that was sent, in a transaction."""

KEY = "Idempotency-Key"
LONGEST_KEY = 200
LONG_WORK = timedelta(minutes=15)
"""How long an import may be at work before it is taken for dead."""
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def change_event(uid: str, deed: Callable[[Session, Event], object]) -> Response:
    """Do something to an event that the asker knows of, and answer with what became of it. Raises NotFound."""

    def work(session: Session) -> Response:
        event, _ = event_with_uid_for(session, uid, viewer=asking.viewer())
        deed(session, event)
        return answer_with(event)

    return once(work)


def answer_with(event: Event, *, status: int = 200) -> Response:
    """An event as much as the asker sees of it, its version as entity tag; nothing when that is nothing any more."""
    viewer = asking.viewer()
    if sight(viewer, event) is Sight.NOTHING:
        return nothing()
    shown = event_json(event, viewer=viewer, base_url=asking.house().settings.base_url)
    return json_answer(shown, status=status, etag=str(event.version))


def once(deed: Deed) -> Response:
    """Do a deed in one transaction; a POST that carries a key is done once, however often it is asked (R6)."""

    def work(keep: Keep) -> Response:
        with asking.deed() as session:
            answer = deed(session)
            keep(session, answer)
        return answer

    return _once(work, request.get_data(cache=True), lasting=idempotency.AT_WORK)


def once_in_parts(work: Callable[[], Response], asked: bytes) -> Response:
    """The same for what takes several transactions, and would do no harm a second time. `asked` is what the asker
    would send again: the bytes of a form are other ones each time.
    """

    def keeping(keep: Keep) -> Response:
        answer = work()
        with asking.deed() as session:
            keep(session, answer)
        return answer

    return _once(keeping, asked, lasting=LONG_WORK)


def _once(work: Callable[[Keep], Response], asked: bytes, *, lasting: timedelta) -> Response:
    key = request.headers.get(KEY)
    if key is None or request.method != "POST":
        return work(_keep_nothing)
    claim = _claimed(key, asked, lasting=lasting)
    if claim.kept:
        return _again(claim.kept)
    try:
        return work(lambda session, answer: idempotency.keep(session, claim, _kept(answer)))
    except Exception:
        with suppress(Busy, Overtaken), asking.deed() as session:
            idempotency.give_up(session, claim)
        raise


def _keep_nothing(_session: Session, _answer: Response) -> None:
    """Without a key there is nothing to keep an answer under."""


def _claimed(key: str, asked: bytes, *, lasting: timedelta) -> Claim:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid.of(KEY, "key_form", longest=LONGEST_KEY)
    where = f"{request.method} {request.full_path}\n".encode()
    with asking.deed() as session:
        return idempotency.claim(
            session, token_id=tokens.bearer().token.id, key=key, fingerprint=sha256(where + asked).hexdigest(),
            lasting=lasting, now=asking.now(),
        )  # fmt: skip


def _kept(answer: Response) -> Kept:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    return Kept(status=answer.status_code, headers=headers, body=answer.get_data(as_text=True))


def _again(kept: Kept) -> Response:
    answer = Response(kept.body, status=kept.status)
    answer.headers.update(kept.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return wear(answer)
