"""Addresses that are not written to: because their owner said so, or because mails to them come back (S47, M20).

Known by a keyed hash alone. Who asked never to be written to again is obeyed for ever. An address whose mails came
back, or whose owner called one of them spam, rests; after that it may be asked once more by a mail that confirms, and
whoever follows a link from a mail proves that she gets them: that lifts it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import bounces as queries
from calendar_service.db.queries.mails.subscriptions import CITIZENS
from calendar_service.domain.mail import BlockedAddress, BlockReason, MessageKind
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.secrets import keyed_hash, keyed_hashes

PURPOSE = "blocked-address"
RESTS = {BlockReason.BOUNCED: timedelta(days=1), BlockReason.COMPLAINED: timedelta(days=30)}
"""How long an address is left alone before somebody may have it asked for a confirmation again."""
UNASKED = frozenset({*CITIZENS, MessageKind.NEWS, MessageKind.ASKED}) - {MessageKind.CONFIRM}
"""What nobody asked for at this moment; a link that somebody waits for goes out, unless its owner forbade it."""


def address_hash(installation: Installation, folded_address: str) -> str:
    """What stays of an address that is not written to (S47)."""
    return keyed_hash(installation, PURPOSE, folded_address)


def block_of(session: Session, folded_address: str) -> BlockedAddress | None:
    """Why an address is not written to, if so."""
    return queries.block_of(session, hashes_of(session.installation, folded_address))


def hashes_of(installation: Installation, folded_address: str) -> list[str]:
    """All hashes under which an address may be known as one that is not written to."""
    return keyed_hashes(installation, PURPOSE, folded_address)


def keeps_out(block: BlockedAddress | None, kind: str) -> bool:
    """Whether a block holds a kind of mail back. A letter to an officer goes out whatever she wants as a citizen."""
    if block is None:
        return False
    return kind in (CITIZENS if block.reason == BlockReason.ASKED else UNASKED)


def rests(session: Session, address: str) -> bool:
    """Whether mails that nobody waits for are held back there, until somebody follows a link that came by mail."""
    found = block_of(session, fold_address(address))
    return found is not None and found.reason != BlockReason.ASKED


def may_be_asked(block: BlockedAddress | None, *, now: datetime) -> bool:
    """Whether somebody may have a mail sent there that asks for a confirmation."""
    return block is None or (block.reason != BlockReason.ASKED and block.at + RESTS[BlockReason(block.reason)] <= now)


def block(session: Session, folded_address: str, reason: BlockReason, *, now: datetime) -> None:
    """Write there no more; what its owner asked for stays what it is, and a later day makes the rest longer."""
    known = block_of(session, folded_address)
    if known is None:
        key = address_hash(session.installation, folded_address)
        session.add(BlockedAddress(address_hash=key, reason=reason, at=now))
    elif known.reason != BlockReason.ASKED:
        known.reason, known.at = reason, now
    session.flush()


def lift(session: Session, address: str) -> None:
    """Somebody followed a link that came by mail: mails arrive there, and are welcome. No more than what rests ends."""
    known = block_of(session, fold_address(address))
    if known is not None and known.reason != BlockReason.ASKED:
        session.delete(known)
        session.flush()
