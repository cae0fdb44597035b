"""How mails fare, for whoever looks after them (M12, M20)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count, islice

import pytest
from sqlalchemy import insert

from calendar_service.config.settings import MailRate
from calendar_service.db.engine import Database, Session
from calendar_service.domain.mail import BlockedAddress, Brake, Message
from calendar_service.services.mails.sending.pacing import Pacing
from calendar_service.services.upkeep import postmaster

NUMBERS = count()
FREE = Pacing(rate=MailRate(), timezone="America/Lima")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def add(session: Session, many: int, now: datetime, **values: object) -> None:
    same: dict[str, object] = {
        "address": "rosa@example.pe", "folded_address": "rosa@example.pe", "kind": "reminder", "due": now,
        "not_before": now, "expires": now + DAY, "created": now, "state": "sent", "finished": now,
        "about": {}, "language": "es", "priority": 5, "attempts": 0, "ambiguous": 0, "last_error": "",
    } | values  # fmt: skip
    if rows := [same | {"key": f"{n}", "message_id": f"<{n}@x>"} for n in islice(NUMBERS, many)]:
        session.execute(insert(Message), rows)


@pytest.mark.parametrize(
    ("values", "well", "says"),
    [
        ({"state": "queued", "finished": None}, True, "mails that wait: 1; none has been due for long"),
        ({"state": "unknown"}, False, "may have arrived or not: 1; look at `messages --state unknown`"),
        ({"state": "queued", "late": 16 * MINUTE}, False,
         "mails that wait: 1; the oldest has been due for 16 minutes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_whoever_looks_after_mails_sees_whether_they_go(
    database: Database, now: datetime, values: dict[str, object], well: bool, says: str
) -> None:
    late = values.pop("late", timedelta(0))
    assert isinstance(late, timedelta)
    with database.deed() as session:
        add(session, 1, now, due=now - late, **values)
        assert postmaster.queue(session, pacing=FREE, now=now) == (well, says)


def test_a_queue_that_stands_still_says_why(database: Database, now: datetime) -> None:
    with database.deed() as session:
        session.add(Brake(name="mail", until=now + 5 * MINUTE, refusals=2, why="550 5.7.1 <…>: no"))
        session.flush()
        well, says = postmaster.queue(session, pacing=FREE, now=now)
    assert (well, says.partition("after ")[2]) == (False, "2 refusals in a row: 550 5.7.1 <…>: no")


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_queue_that_waits_for_its_share_is_well_and_says_for_whom(database: Database, now: datetime) -> None:
    """M21: that is what the operator asked for."""
    pacing = Pacing(rate=MailRate(per_minute=1), timezone="America/Lima")
    with database.deed() as session:
        add(session, 3, now, state="queued", finished=None, due=now - DAY)
        pacing.count(session, "example.pe", now=now)
        assert postmaster.queue(session, pacing=pacing, now=now) == (
            True, "mails that wait: 3; domains that have had their share for now: example.pe",
        )  # fmt: skip
        assert postmaster.queue(session, pacing=pacing, now=now + MINUTE)[0] is False


@pytest.mark.parametrize(
    ("back", "well"),
    [
        ({}, True), ({"5.1.1": 5}, True), ({"5.1.1": 4, "5.7.26": 2}, False), ({"4.2.2": 20}, True),
        ({"complained": 1}, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_week_in_which_too_many_came_back_is_not_well(
    database: Database, now: datetime, back: dict[str, int], well: bool
) -> None:
    """M6: 5 in 100 for good, 3 in 1,000 called spam; older ones no longer count."""
    with database.deed() as session:
        add(session, 100 - sum(back.values()), now)
        add(session, 50, now - 8 * DAY, came_back="5.1.1", finished=now - 8 * DAY)
        for status, many in back.items():
            add(session, many, now, came_back=status)
        assert postmaster.returns(session, now=now)[0] is well


def test_what_came_back_is_counted_by_what_it_means(database: Database, now: datetime) -> None:
    with database.deed() as session:
        for status, many in {"5.1.1": 1, "5.7.1": 2, "4.2.2": 3, "complained": 4}.items():
            add(session, many, now, came_back=status)
        session.add(BlockedAddress(address_hash="a", reason="bounced", at=now))
        session.flush()
        assert postmaster.came_back(session, now=now) == {
            "for-now": 3, "for-good": 1, "about-us": 2, "complained": 4,
        }  # fmt: skip
        back, spam = postmaster.returns(session, now=now)[1].split(" and ")
    assert back == "of 10 mails in 7 days 3 came back for good (2 for reasons that lie with us: status 5.7)"
    assert spam == "4 were called spam; addresses that get no mail: 1"
