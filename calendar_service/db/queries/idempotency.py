"""What was asked under which key, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from calendar_service.db.engine import Session
from calendar_service.domain.people import IdempotencyKey


def claimed(session: Session, **values: Any) -> IdempotencyKey:  # noqa: ANN401 - the row's columns
    """The row of a key: made with these values where there is none; whose it is, its `claim` says."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(IdempotencyKey).values(headers={}, body="", **values)
    session.execute(new.on_conflict_do_nothing(index_elements=["token_id", "key"]))
    question = select(IdempotencyKey).where(
        IdempotencyKey.token_id == values["token_id"], IdempotencyKey.key == values["key"]
    )
    return session.scalars(question).one()


def change(session: Session, token_id: int, key: str, claim: str, values: Mapping[str, Any]) -> bool:
    """Change the row of a claim that is not answered yet; false when there is none any more."""
    question = update(IdempotencyKey).where(*_unanswered(token_id, key, claim)).values(dict(values))
    return session.scalars(question.returning(IdempotencyKey.key)).first() is not None


def remove(session: Session, token_id: int, key: str, claim: str) -> None:
    """Forget a claim under which nothing was done."""
    session.execute(delete(IdempotencyKey).where(*_unanswered(token_id, key, claim)))


def remove_of(session: Session, token_id: int, *, before: datetime) -> None:
    """Forget the keys of one token that are too old to count."""
    old = delete(IdempotencyKey).where(IdempotencyKey.token_id == token_id, IdempotencyKey.created <= before)
    session.execute(old)


def remove_before(session: Session, than: datetime) -> int:
    """Forget every key that is too old to count; how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created <= than).returning(IdempotencyKey.key)
    return len(session.scalars(old).all())


def _unanswered(token_id: int, key: str, claim: str) -> list[ColumnElement[bool]]:
    return [
        IdempotencyKey.token_id == token_id, IdempotencyKey.key == key, IdempotencyKey.claim == claim,
        IdempotencyKey.status.is_(None),
    ]  # fmt: skip
