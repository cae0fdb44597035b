"""Questions about second factors, recovery codes and the network's own rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from calendar_service.db.engine import Session
from calendar_service.domain.factors import NetworkRule, RecoveryCode, SecondFactor


def factor_of(session: Session, officer_id: int, *, hold: bool = False) -> SecondFactor | None:
    """An officer's second factor, confirmed or not; `hold` keeps others from using a code meanwhile."""
    question = select(SecondFactor).where(SecondFactor.officer_id == officer_id)
    if hold:
        question = question.with_for_update().execution_options(populate_existing=True)
    return session.scalars(question).one_or_none()


def use_code(session: Session, officer_id: int, code_hash: str, *, now: datetime) -> bool:
    """Use a code on paper up; whether there was one."""
    one = update(RecoveryCode).where(
        RecoveryCode.officer_id == officer_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used.is_(None)
    )
    return session.scalars(one.values(used=now).returning(RecoveryCode.id)).first() is not None


def codes_left(session: Session, officer_id: int) -> int:
    """How many codes on paper still count."""
    left = select(func.count()).where(RecoveryCode.officer_id == officer_id, RecoveryCode.used.is_(None))
    return session.scalar(left) or 0


def forget_codes(session: Session, officer_id: int) -> None:
    """Let all codes on paper of an officer count no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == officer_id))


def rule_holds(session: Session, name: str) -> bool:
    """Whether the network has set a rule."""
    return session.get(NetworkRule, name) is not None
