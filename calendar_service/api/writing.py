"""What every change has in common: one transaction, once for each key, answered with the event as it now is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from flask import Response, request

from calendar_service.api import tokens
from calendar_service.api.answers import json_answer, nothing, wear
from calendar_service.api.shapes import event_json
from calendar_service.db.engine import Session
from calendar_service.domain.access import Sight, sight
from calendar_service.domain.errors import Busy, Invalid
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.services import idempotency
from calendar_service.services.access import event_with_uid_for
from calendar_service.services.idempotency import Claim, Kept

Deed = Callable[[Session], Response]

KEY = "Idempotency-Key"
LONGEST_KEY = 200
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
    key = request.headers.get(KEY)
    if key is None or request.method != "POST":
        with asking.deed() as session:
            return deed(session)
    claim = _claimed(key)
    return _again(claim.kept) if claim.kept else _first_time(claim, deed)


def _claimed(key: str) -> Claim:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid.of(KEY, "key_form", longest=LONGEST_KEY)
    token = tokens.bearer().token
    with asking.deed() as session:
        return idempotency.claim(
            session, token_id=token.id, key=key, fingerprint=_fingerprint(), now=asking.now()
        )  # fmt: skip


def _fingerprint() -> str:
    """What was asked: where, and every byte of it."""
    asked = f"{request.method} {request.full_path}\n".encode()
    return sha256(asked + request.get_data(cache=True)).hexdigest()


def _first_time(claim: Claim, deed: Deed) -> Response:
    try:
        with asking.deed() as session:
            answer = deed(session)
            idempotency.keep(session, claim, _kept(answer))
    except Exception:
        with suppress(Busy), asking.deed() as session:
            idempotency.give_up(session, claim)
        raise
    return answer


def _kept(answer: Response) -> Kept:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    return Kept(status=answer.status_code, headers=headers, body=answer.get_data(as_text=True))


def _again(kept: Kept) -> Response:
    answer = Response(kept.body, status=kept.status)
    answer.headers.update(kept.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return wear(answer)
