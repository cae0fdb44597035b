"""Claim, hand over, mark: by a scribe that writes plain bytes and a wire that does as it is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from calendar_service.config.reading import read_settings
from calendar_service.db.engine import Database, Session
from calendar_service.domain.mail import Brake, Message, MessageKind, MessageState
from calendar_service.services.house import House
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.sending.claiming import LEASE, Parcel
from calendar_service.services.mails.sending.delivering import BACKOFF, Outcome, WireTrouble, deliver_next

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class PlainScribe:
    """Writes the ids of the messages; `stale_ones` no longer hold; `says` changes what it writes."""

    stale_ones: dict[int, str] = field(default_factory=dict)
    says: str = "hello"

    def stale(self, session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, str]:
        return {each.id: self.stale_ones[each.id] for each in messages if each.id in self.stale_ones}

    def write(self, session: Session, messages: Sequence[Message], *, now: datetime) -> bytes:
        return f"{self.says} {[each.id for each in messages]}".encode()


@dataclass
class Wire:
    """Keeps what it is given, then raises what it is told to, one trouble a message."""

    troubles: list[BaseException] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
        if self.troubles:
            raise self.troubles.pop(0)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    settings = read_settings({"CALENDAR_DATA_DIR": str(tmp_path), "CALENDAR_BASE_URL": "https://agenda.example"})
    return House(settings=settings, installation=database.installation, database=database)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def scribe() -> PlainScribe:
    return PlainScribe()


Deliver = Callable[..., bool]


@pytest.fixture
def deliver(house: House, wire: Wire, scribe: PlainScribe) -> Deliver:
    def run(now: datetime = NOW, owner: str = "one") -> bool:
        return deliver_next(house, send=wire, scribe=scribe, now=now, owner=owner)

    return run


def owed(n: int = 1, **more: Any) -> Owed:  # noqa: ANN401 - fields of Owed
    values: dict[str, Any] = {"kind": MessageKind.CHANGED, "address": f"p{n}@example.pe", "language": "es", "due": NOW,
              "expires": NOW + timedelta(days=1), "more": str(n)} | more  # fmt: skip
    return Owed(**values)


def owe(house: House, *all_owed: Owed) -> None:
    with house.deed() as session:
        mailing.owe(session, all_owed, now=NOW - MINUTE)


def messages(house: House) -> list[Message]:
    with house.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def states(house: House) -> list[str]:
    return [each.state for each in messages(house)]


def drain(deliver: Deliver, now: datetime = NOW, owner: str = "one") -> Iterator[bool]:
    while deliver(now, owner):
        yield True


def test_a_message_is_sent_once(house: House, wire: Wire, deliver: Deliver) -> None:
    owe(house, owed())
    assert deliver()
    assert not deliver()
    (message,) = messages(house)
    assert (message.state, message.owner, message.finished) == ("sent", None, NOW)
    assert [each.body for each in wire.parcels] == [f"hello [{message.id}]".encode()]


def test_nothing_is_sent_before_it_is_due(house: House, deliver: Deliver) -> None:
    owe(house, owed(due=NOW + MINUTE))
    assert not deliver()
    assert deliver(NOW + MINUTE)


def test_what_expired_is_counted_as_expired_and_not_sent(house: House, wire: Wire, deliver: Deliver) -> None:
    """M14, R15."""
    owe(house, owed(expires=NOW + MINUTE))
    assert deliver(NOW + MINUTE)
    assert (states(house), wire.parcels) == (["expired"], [])


def test_what_somebody_waits_for_goes_first_then_what_was_due_first(house: House, wire: Wire, deliver: Deliver) -> None:
    """R15, M21."""
    owe(house, owed(1, kind=MessageKind.DIGEST), owed(2), owed(3, due=NOW - MINUTE), owed(4, kind=MessageKind.RESET))
    assert list(drain(deliver)) == [True] * 4
    assert [each.address[:2] for each in wire.parcels] == ["p4", "p3", "p2", "p1"]


def test_all_that_is_due_for_one_address_and_kind_leaves_as_one_mail(
    house: House, wire: Wire, deliver: Deliver
) -> None:
    """Rule 6: in whatever language each was asked for; another address, kind or hour is another mail."""
    same: dict[str, Any] = {"address": "rosa@example.pe", "kind": MessageKind.REMINDER}
    owe(
        house, owed(1, **same), owed(2, **same | {"address": "Rosa@Example.pe", "language": "en"}),
        owed(3, **same, due=NOW + MINUTE),
        owed(4, **same | {"kind": MessageKind.DIGEST}), owed(5, kind=MessageKind.REMINDER),
    )  # fmt: skip
    list(drain(deliver))
    assert sorted(each.ids for each in wire.parcels) == [(1, 2), (4,), (5,)]
    assert states(house) == ["sent", "sent", "queued", "sent", "sent"]


def test_what_no_longer_holds_is_dropped_at_the_claim(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    """M13."""
    owe(house, owed())
    scribe.stale_ones = {1: "event-moved"}
    list(drain(deliver))
    (message,) = messages(house)
    assert (message.state, message.last_error, wire.parcels) == ("dropped", "event-moved", [])


@pytest.mark.parametrize("stale", [1, 2])
def test_what_still_holds_leaves_without_what_does_not(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver, stale: int
) -> None:
    owe(house, *(owed(n, address="rosa@example.pe") for n in (1, 2, 3)))
    scribe.stale_ones = {stale: "started"}
    list(drain(deliver))
    assert [each.ids for each in wire.parcels] == [tuple({1, 2, 3} - {stale})]


def test_a_mail_that_cannot_be_written_fails_alone(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(session: Session, written: Sequence[Message], *, now: datetime) -> bytes:
        session.execute(update(Message).values(address=None))
        return b""

    owe(house, owed(1))
    monkeypatch.setattr(scribe, "write", write)
    assert deliver()
    monkeypatch.undo()
    owe(house, owed(2))
    list(drain(deliver))
    assert states(house) == ["failed", "sent"]
    assert messages(house)[0].last_error == "IntegrityError"


def test_a_4xx_is_tried_again_after_1_5_15_and_60_minutes(house: House, wire: Wire, deliver: Deliver) -> None:
    """M11: with jitter, at most a fifth more."""
    owe(house, owed())
    wire.troubles = [WireTrouble(Outcome.LATER, "451 later") for _ in range(5)]
    now, waits = NOW, []
    for _ in range(5):
        assert deliver(now)
        assert not deliver(now)
        later = messages(house)[0].not_before
        waits.append(later - now)
        now = later
    for wait, step in zip(waits, [*BACKOFF, BACKOFF[-1]], strict=True):
        assert step <= wait <= step * 1.2
    assert deliver(now)
    assert states(house) == ["sent"]


def test_a_message_refused_for_now_is_written_anew(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    """M22: it was not taken, so the next try says what holds then; what it carried may leave otherwise."""
    owe(house, *(owed(n, address="rosa@example.pe") for n in (1, 2)))
    wire.troubles = [WireTrouble(Outcome.LATER, "451 later")]
    assert deliver()
    assert [(each.body, each.carried_by_id) for each in messages(house)] == [(None, None)] * 2
    scribe.says = "hello again"
    assert deliver(NOW + 2 * MINUTE)
    assert wire.parcels[-1].body.startswith(b"hello again")


@pytest.mark.parametrize(
    ("outcome", "came_back"), [(Outcome.UNREACHABLE, ["5.1.2", None]), (Outcome.REFUSED, [None, None])]
)
def test_an_address_refused_for_good_fails_alone(
    house: House, wire: Wire, deliver: Deliver, outcome: Outcome, came_back: list[str | None]
) -> None:
    """M11; and it counts as if it had come back (M20), unless it was what the mail says that was refused."""
    owe(house, owed(1), owed(2))
    wire.troubles = [WireTrouble(outcome, "550 5.1.2 <p1@example.pe>: no such person")]
    list(drain(deliver))
    assert states(house) == ["failed", "sent"]
    assert messages(house)[0].last_error == "550 5.1.2 <…>: no such person"
    assert [each.came_back for each in messages(house)] == came_back


@pytest.mark.parametrize("outcome", [Outcome.AWAY, Outcome.STOPPED, Outcome.POLICY])
def test_a_server_that_refuses_us_stops_the_whole_queue(
    house: House, wire: Wire, deliver: Deliver, outcome: Outcome
) -> None:
    """M11: nobody's mail is tried while it lasts, and none is lost."""
    owe(house, owed(1), owed(2))
    wire.troubles = [WireTrouble(outcome, "no")]
    assert deliver()
    assert not deliver()
    with house.reading() as session:
        until = session.scalars(select(Brake.until)).one()
    assert until >= NOW + (BACKOFF[0] if outcome is Outcome.AWAY else BACKOFF[1])
    assert not deliver(until - timedelta(seconds=1))
    list(drain(deliver, now=until + MINUTE))
    assert states(house) == ["sent", "sent"]


def test_a_queue_that_stands_still_waits_longer_each_time_and_recovers_at_once(
    house: House, wire: Wire, deliver: Deliver
) -> None:
    owe(house, *(owed(n, expires=NOW + timedelta(days=9)) for n in range(1, 4)))
    wire.troubles = [WireTrouble(Outcome.AWAY, "421 busy") for _ in range(5)]
    now, waits = NOW, []
    for _ in range(5):
        assert deliver(now)
        with house.reading() as session:
            until = session.scalars(select(Brake.until)).one()
        waits.append(until - now)
        now = until + MINUTE
    assert waits == [*BACKOFF, BACKOFF[-1]]
    assert list(drain(deliver, now=now)) == [True] * 3


def test_one_message_that_offends_the_server_does_not_hold_the_others_for_ever(
    house: House, wire: Wire, deliver: Deliver
) -> None:
    """Whoever lets her own server answer 5.7.1 must not stop everybody's mail."""
    owe(house, owed(1, kind=MessageKind.RESET))
    wire.troubles = [WireTrouble(Outcome.POLICY, "550 5.7.1 no") for _ in range(3)]
    now = NOW
    for _ in range(3):
        assert deliver(now)
        now += timedelta(hours=2)
    assert states(house) == ["failed"]


def test_an_unheard_answer_is_followed_by_one_identical_copy(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    """M10: same bytes, same Message-ID."""
    owe(house, *(owed(n, address="rosa@example.pe") for n in (1, 2)))
    wire.troubles = [WireTrouble(Outcome.UNCERTAIN, "the line broke")]
    assert deliver()
    scribe.says = "hello again"
    later = NOW + 2 * MINUTE
    owe(house, owed(3, address="rosa@example.pe"))
    list(drain(deliver, now=later))
    first, second, third = wire.parcels
    assert (first.body, first.message_id, first.ids) == (second.body, second.message_id, second.ids)
    assert third.ids == (3,)
    assert states(house) == ["sent"] * 3


def test_a_repeat_that_is_refused_for_now_keeps_its_bytes(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    owe(house, owed())
    wire.troubles = [WireTrouble(Outcome.UNCERTAIN, "?"), WireTrouble(Outcome.LATER, "451")]
    now = NOW
    for says in ("one", "two", "three"):
        scribe.says = says
        assert deliver(now)
        now += timedelta(hours=1)
    assert {each.body for each in wire.parcels} == {b"one [1]"}


def test_what_went_wrong_in_the_dark_twice_is_left_to_a_person(house: House, wire: Wire, deliver: Deliver) -> None:
    """M10: unknown, and not sent again."""
    owe(house, owed())
    wire.troubles = [WireTrouble(Outcome.UNCERTAIN, "?"), ValueError("whatever")]
    assert deliver()
    assert deliver(NOW + timedelta(hours=1))
    assert not deliver(NOW + timedelta(hours=2))
    assert (states(house), len(wire.parcels)) == (["unknown"], 2)


def test_a_repeat_is_not_sent_when_it_no_longer_holds(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    owe(house, *(owed(n, address="rosa@example.pe") for n in (1, 2)), owed(3))
    wire.troubles = [WireTrouble(Outcome.UNCERTAIN, "?"), WireTrouble(Outcome.UNCERTAIN, "?")]
    list(drain(deliver))
    scribe.stale_ones = {2: "started", 3: "started"}
    list(drain(deliver, now=NOW + timedelta(hours=1)))
    assert states(house) == ["unknown", "unknown", "dropped"]
    assert len(wire.parcels) == 2


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def test_a_crash_between_wire_and_mark_costs_one_identical_copy(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    """M9, M10: while the lease lasts nobody touches it."""
    owe(house, owed())
    wire.troubles = [Killed()]
    with pytest.raises(Killed):
        deliver()
    scribe.says = "hello again"
    assert not deliver(NOW + LEASE - MINUTE, "two")
    list(drain(deliver, now=NOW + LEASE, owner="two"))
    first, second = wire.parcels
    assert (first.body, first.message_id) == (second.body, second.message_id)
    assert states(house) == ["sent"]


def test_a_crash_twice_is_left_to_a_person(house: House, wire: Wire, deliver: Deliver) -> None:
    owe(house, owed())
    wire.troubles = [Killed(), Killed()]
    for turn in range(2):
        with pytest.raises(Killed):
            deliver(NOW + turn * LEASE)
    list(drain(deliver, now=NOW + 2 * LEASE))
    assert (states(house), len(wire.parcels)) == (["unknown"], 2)


def test_a_result_is_written_only_by_who_still_holds_the_message(
    house: House, wire: Wire, scribe: PlainScribe, deliver: Deliver
) -> None:
    """M9: a worker that was thought dead comes back after another has sent the message."""
    owe(house, owed())

    def slow(parcel: Parcel) -> None:
        assert deliver(NOW + LEASE, "two")
        raise WireTrouble(Outcome.LATER, "451")

    assert deliver_next(house, send=slow, scribe=scribe, now=NOW, owner="one")
    assert (states(house), len(wire.parcels)) == (["sent"], 1)


def test_two_workers_on_one_database_send_nothing_twice(house: House, scribe: PlainScribe) -> None:
    """M9, R7."""
    owe(house, *(owed(n, kind=MessageKind.REMINDER, address=f"p{n % 20}@example.pe") for n in range(60)))
    sent: Counter[int] = Counter()
    wrong: list[BaseException] = []

    def work(owner: str) -> None:
        try:
            wire = Wire()
            while deliver_next(house, send=wire, scribe=scribe, now=NOW, owner=owner):
                pass
            for parcel in wire.parcels:
                sent.update(parcel.ids)
        except BaseException as trouble:  # noqa: BLE001 - told to the test
            wrong.append(trouble)

    workers = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert wrong == []
    assert sent == Counter(range(1, 61))
    assert set(states(house)) == {MessageState.SENT}
