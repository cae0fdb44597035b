"""Many reminders one after the other: read together, claimed one by one (M9 to M13, M22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import whole_event_options
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Busy
from calendar_service.domain.events import Event
from calendar_service.domain.mail import BlockReason, Message, MessageKind, Subscription
from calendar_service.domain.people import Role
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.house import House
from calendar_service.services.mails import blocking, digesting, mailing, reminding, stopping
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.sending.claiming import LEASE, Parcel
from calendar_service.services.mails.sending.delivering import Outcome, WireTrouble
from calendar_service.services.mails.sending.series import Delivery
from calendar_service.services.status.statuses import cancel
from tests.builders import an_event, an_officer
from tests.counting import counted
from tests.mails import LETTERS, a_subscription

FRIDAY = to_utc(datetime(2026, 12, 4, 19, 30), "America/Lima")
PEOPLE = [f"{name}@example.pe" for name in ("rosa", "luz", "eva", "ana")]
THURSDAY = to_utc(datetime(2026, 12, 3, 9), "America/Lima")
ONE_HOUR = timedelta(hours=1)


@dataclass
class Wire:
    """Keeps what it is given; does what it is told at each, by its number."""

    at: dict[int, Callable[[], None]] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
        self.at.get(len(self.parcels), lambda: None)()

    @property
    def to(self) -> list[str]:
        return [each.address for each in self.parcels]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def owing(house: House, now: datetime) -> House:
    """Four people are due a reminder of the concert, in two languages and for two reasons."""
    with house.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now)
        for number, address in enumerate(PEOPLE):
            wish = {"query": "free=1"} if number == 3 else {"event": event}
            a_subscription(session, now=now, address=address, language="en" if number == 2 else "es", **wish)
        assert reminding.owe_due(session, now=FRIDAY) == len(PEOPLE)
    return house


def deliver(house: House, wire: Wire, now: datetime = FRIDAY) -> int:
    delivery = Delivery(house=house, send=wire, scribe=LETTERS, owner="one", clock=lambda: now)
    return sum(iter(delivery.deliver, 0))


def states(house: House) -> list[str]:
    with house.reading() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_what_is_known_to_have_gone_is_not_sent_again_though_the_disk_was_full_m10(owing: House, wire: Wire) -> None:
    """However long that lasts, and whether many go one after the other or the last one alone."""
    delivery = Delivery(house=owing, send=wire, scribe=LETTERS, owner="one", clock=lambda: FRIDAY)
    wire.at = {2: lambda: room(owing, "ON"), 4: lambda: room(owing, "ON")}
    for number in (2, 4):
        with pytest.raises(Busy):
            sum(iter(delivery.deliver, 0))
        assert len(wire.parcels) == number
        room(owing, "OFF")
    later = Delivery(
        house=owing, send=wire, scribe=LETTERS, owner="one", clock=lambda: FRIDAY + LEASE, results=delivery.results
    )
    assert sum(iter(later.deliver, 0)) == 0
    assert (states(owing), sorted(wire.to)) == (["sent"] * 4, sorted(PEOPLE))


def room(house: House, only: str) -> None:
    """Nothing can be written while `query_only` is ON, which SQLite says as it does of a disk that is read-only."""
    with house.database.engine.connect() as line:
        line.exec_driver_sql(f"PRAGMA query_only={only}")


def test_each_gets_the_bytes_that_she_would_have_got_alone(owing: House, wire: Wire) -> None:
    """A reminder, and then that it was cancelled."""
    _compare(owing, wire, FRIDAY)
    with owing.deed() as session:
        _cancel(session, FRIDAY)
    _compare(owing, wire, FRIDAY + ONE_HOUR)
    assert set(states(owing)) == {"sent"}


@pytest.fixture
def digesting_too(owing: House, now: datetime) -> House:
    """The same people are due a digest of the week, in two languages and of two selections."""
    with owing.deed() as session:
        for number, address in enumerate(PEOPLE):
            language, query = ("en", "free=1") if number == 2 else ("es", "district=barranco" if number else "free=1")
            a_subscription(session, now=now, kind="digest", address=address, language=language, query=query)
        assert digesting.owe_digests(session, now=THURSDAY) == len(PEOPLE)
    return owing


def test_each_gets_the_digest_that_she_would_have_got_alone(digesting_too: House, wire: Wire) -> None:
    _compare(digesting_too, wire, THURSDAY)


def test_a_digest_is_written_anew_when_anything_public_changed_meanwhile(digesting_too: House, wire: Wire) -> None:
    """M13: of what was read together only the first goes out as it was."""

    def happens() -> None:
        with digesting_too.deed() as session:
            _cancel(session, THURSDAY)

    wire.at[1] = happens
    deliver(digesting_too, wire, THURSDAY)
    with digesting_too.reading() as session:
        left = session.execute(select(Message.state, Message.last_error).where(Message.kind == "digest"))
        assert sorted(map(tuple, left)) == [("dropped", "nothing-on")] * 3 + [("sent", "")]


def _compare(house: House, wire: Wire, now: datetime) -> None:
    """Deliver to everybody in prepared changes alone, but for the last: that it went is written down as of any mail."""
    with house.reading() as session:
        due = session.scalars(select(Message).where(Message.state == "queued", Message.due <= now)).all()
        alone = {each.address: LETTERS.write(session, [each], now=now) for each in due}
    wire.parcels.clear()
    with counted(house.database) as asked:
        assert deliver(house, wire, now) == len(PEOPLE)
    assert {each.address: each.body for each in wire.parcels} == alone
    assert len([each for each in asked if each.startswith("UPDATE message")]) == 1


def test_a_wire_hears_which_mail_comes_next_and_none_after_the_last(owing: House, wire: Wire) -> None:
    heard: list[str] = []

    def expect(parcel: Parcel | None) -> None:
        heard.append(parcel.address if parcel else "")

    Delivery(house=owing, send=wire, scribe=LETTERS, owner="one", clock=lambda: FRIDAY, expect=expect).deliver()
    assert (wire.to, heard) == (PEOPLE, [*PEOPLE[1:], ""])


def _manager(session: Session, now: datetime) -> Viewer:
    return an_officer(session, now=now, role=Role.MANAGER)


def _stop_luz(session: Session, now: datetime) -> None:
    stopping.end(session.scalars(select(Subscription).where(Subscription.address == PEOPLE[1])).one(), now=now)


def _block_luz(session: Session, now: datetime) -> None:
    blocking.block(session, PEOPLE[1], BlockReason.ASKED, now=now)


def _cancel(session: Session, now: datetime) -> None:
    event = session.scalars(select(Event).options(*whole_event_options())).one()
    cancel(session, event, reason="", by=_manager(session, now), now=now)


@pytest.mark.parametrize(
    ("change", "why"),
    [(_stop_luz, "subscription-ended"), (_block_luz, "address-blocked"), (_cancel, "event-not-published")],
)
def test_nobody_is_written_to_for_whom_it_ended_while_others_were(
    owing: House, wire: Wire, change: Callable[[Session, datetime], None], why: str
) -> None:
    """M13: though hers was read, and put into words, before."""

    def happens() -> None:
        with owing.deed() as session:
            change(session, FRIDAY)

    wire.at[1] = happens
    deliver(owing, wire)
    with owing.reading() as session:
        luz = session.scalars(select(Message).where(Message.address == PEOPLE[1], Message.kind == "reminder")).one()
        assert (luz.state, luz.last_error) == ("dropped", why)
    assert luz.id not in [each.ids[0] for each in wire.parcels]


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def test_a_crash_costs_one_more_copy_of_the_mail_in_hand_and_of_no_other(owing: House, wire: Wire) -> None:
    """M9, M10."""

    def dies() -> None:
        raise Killed

    wire.at[2] = dies
    with pytest.raises(Killed):
        deliver(owing, wire)
    assert states(owing) == ["sent", "sending", "queued", "queued"]
    deliver(owing, wire)
    deliver(owing, wire, FRIDAY + LEASE)
    assert wire.to == [PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], PEOPLE[1]]
    assert (wire.parcels[1].body, wire.parcels[1].message_id) == (wire.parcels[4].body, wire.parcels[4].message_id)
    assert states(owing) == ["sent"] * 4


def test_a_link_that_somebody_waits_for_goes_before_the_next_of_many(owing: House, wire: Wire) -> None:
    """M21."""

    def asks() -> None:
        waited_for = Owed(
            kind=MessageKind.PASSWORD_CHANGED, address="officer@example.pe", language="es", due=FRIDAY,
            expires=FRIDAY + ONE_HOUR, about={"officer": 1, "at": FRIDAY.isoformat()},
        )  # fmt: skip
        with owing.deed() as session:
            mailing.owe(session, [waited_for], now=FRIDAY)

    wire.at[1] = asks
    deliver(owing, wire)
    assert wire.to == [PEOPLE[0], "officer@example.pe", *PEOPLE[1:]]


@pytest.mark.parametrize(
    ("outcome", "left"),
    [(Outcome.LATER, ["sent", "queued", "sent", "sent"]), (Outcome.AWAY, ["sent", "queued", "queued", "queued"])],
)
def test_one_that_is_refused_holds_the_others_only_if_the_server_refuses_all(
    owing: House, wire: Wire, outcome: Outcome, left: list[str]
) -> None:
    """M11."""

    def refuses() -> None:
        raise WireTrouble(outcome, "4xx")

    wire.at[2] = refuses
    deliver(owing, wire)
    assert states(owing) == left


def test_two_that_are_due_to_one_address_leave_as_one_among_the_others(owing: House, wire: Wire, now: datetime) -> None:
    """Rule 6, M18: with the bytes that they would have had alone, claimed and marked together."""
    with owing.deed() as session:
        event = an_event(session, by=_manager(session, now), now=now, summary="Otra retreta", free=False)
        a_subscription(session, now=now, address=PEOPLE[0], event=event)
        reminding.owe_due(session, now=FRIDAY)
        both = session.scalars(select(Message).where(Message.address == PEOPLE[0]).order_by(Message.id)).all()
        alone = LETTERS.write(session, both, now=FRIDAY)
    with counted(owing.database) as asked:
        deliver(owing, wire)
    (hers,) = (each for each in wire.parcels if each.address == PEOPLE[0])
    assert (hers.ids, hers.body) == ((both[0].id, both[1].id), alone)
    assert set(states(owing)) == {"sent"}
    assert len([each for each in asked if each.startswith("UPDATE message")]) == 1


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_damaged_event_holds_nobody_elses_reminder(owing: House, wire: Wire, now: datetime) -> None:
    with owing.deed() as session:
        event = an_event(session, by=_manager(session, now), now=now, summary="Otra retreta", free=False)
        a_subscription(session, now=now, address="otro@example.pe", event=event)
        reminding.owe_due(session, now=FRIDAY)
        session.execute(text("UPDATE event SET price = 'nada' WHERE summary = 'Otra retreta'"))
    deliver(owing, wire)
    assert states(owing) == ["sent"] * 4 + ["failed"]
