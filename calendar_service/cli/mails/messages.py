"""`messages`: the mails that are owed, and what a person decides about those that did not go (M12)."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from calendar_service.cli.opening import done, opened
from calendar_service.cli.terminal import WrongUse, give
from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message, MessageState
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.mails import mailing

DEEDS = {"requeue": mailing.requeue, "drop": mailing.drop}
MOST = 1_000


def add_messages(parser: ArgumentParser) -> None:
    parser.add_argument("deed", nargs="?", choices=DEEDS, help="send again what failed or is unknown; or give it up")
    parser.add_argument("ids", nargs="*", type=int, metavar="ID", help="which ones, as the list numbers them")
    parser.add_argument("--state", choices=list(map(str, MessageState)), help="list those in this state alone")
    parser.set_defaults(do=_messages)


def _messages(given: Namespace) -> int:
    if given.deed is None:
        return _list(given)
    if given.state or not given.ids:
        raise WrongUse(f"calendar-service messages {given.deed} ID…: name the messages by their numbers.")
    return _decide(given)


def _list(given: Namespace) -> int:
    with opened() as house:
        with house.reading() as session:
            found = mailing.listed(session, [given.state] if given.state else (), limit=MOST)
        give(given, [_plain(each) for each in found], _lines(found))
    return 0


def _decide(given: Namespace) -> int:
    with opened() as house:
        ids = done(house, lambda session: _decided(session, given, now=house.now()))
        left = sorted(set(given.ids) - set(ids))
        result = {"done": ids, "left": left}
        give(given, result, [f"{given.deed}: {_named(ids)}", *([f"left as they are: {_named(left)}"] if left else [])])
    return 1 if left else 0


def _decided(session: Session, given: Namespace, *, now: datetime) -> list[int]:
    ids = list(DEEDS[given.deed](session, given.ids, now=now))
    note(session, by=OPERATOR, deed=f"messages-{given.deed}", subject="messages", now=now, ids=ids)
    return ids


def _named(ids: Sequence[int]) -> str:
    return " ".join(map(str, ids)) or "none"


def _plain(message: Message) -> dict[str, Any]:
    return {
        "id": message.id, "state": message.state, "kind": message.kind, "address": message.address,
        "due": message.due, "not_before": message.not_before, "expires": message.expires,
        "attempts": message.attempts, "last_error": message.last_error, "message_id": message.message_id,
    }  # fmt: skip


def _lines(found: Sequence[Message]) -> Iterator[str]:
    if not found:
        yield "None."
    for each in found:
        told = f"  {each.last_error}" if each.last_error else ""
        yield f"{each.id:>8}  {each.state:<9} {each.kind:<17} {each.due:%Y-%m-%d %H:%M}Z  {each.address}{told}"
