"""What the clock does every minute over a whole metropolis (R20): it plans the reminders of 50,000 subscriptions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import delete, func, insert, select

from bench.season import afternoon
from bench.table import show
from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import all_districts
from calendar_service.domain.events import Occurrence
from calendar_service.domain.mail import Lead, Message, Subscription, SubscriptionKind, SubscriptionState
from calendar_service.services.house import House
from calendar_service.services.upkeep.planning import plan
from calendar_service.worker import RECENT

SUBSCRIPTIONS = 50_000
OF_EVENTS = 0.6
"""So many ask for one event, the others for a selection: a district's, or a district's music."""
BATCH = 5_000
SEED = 50


def run(house: House, *, quick: bool) -> None:
    """Subscribe, plan, print; what was subscribed and owed is taken away again."""
    many = SUBSCRIPTIONS // (10 if quick else 1)
    now = afternoon(house.now())
    with house.deed() as session:
        dates = session.scalar(select(func.count()).select_from(Occurrence))
        _subscribe(session, many, now=now)
    columns = ("tick", "owed", "CPU s", "wall s")
    show(f"Planning for {many} subscriptions over {dates} dates", columns, _ticks(house, now))
    with house.deed() as session:
        session.execute(delete(Message))
        session.execute(delete(Subscription))


def _ticks(house: House, now: datetime) -> Iterator[Sequence[object]]:
    for name, back in (("the first", None), ("of every hour, again", None), ("of every minute, again", RECENT)):
        cpu, wall = time.process_time(), time.perf_counter()
        owed = plan(house, now=now, back=back)
        yield name, owed, time.process_time() - cpu, time.perf_counter() - wall


def _subscribe(session: Session, many: int, *, now: datetime) -> None:
    rng = Random(SEED)
    soon = select(Occurrence.event_id).where(Occurrence.start_utc > now).order_by(Occurrence.start_utc).limit(2_000)
    events = sorted(set(session.scalars(soon)))
    districts = [each.slug for each in all_districts(session)]
    rows = (_subscription(rng, number, events, districts, now) for number in range(many))
    while some := list(islice(rows, BATCH)):
        session.execute(insert(Subscription), some)


def _subscription(
    rng: Random, number: int, events: Sequence[int], districts: Sequence[str], now: datetime
) -> dict[str, Any]:
    address, lead = f"{number}@example.net", rng.choice(list(Lead))
    same = {
        "address": address, "folded_address": address, "scope": f"bench:{number}", "lead": lead, "language": "es",
        "state": SubscriptionState.ACTIVE, "created": now, "confirmed": now, "version": 1,
        **{name: f"{name}-{number}" for name in ("secret", "stop_hash", "manage_hash")},
    }  # fmt: skip
    if rng.random() < OF_EVENTS:
        return same | {"kind": SubscriptionKind.EVENT, "event_id": rng.choice(events), "selection": ""}
    what = rng.choice(("", "&discipline=musica"))
    return same | {
        "kind": SubscriptionKind.SELECTION, "event_id": None, "selection": f"district={rng.choice(districts)}{what}",
    }  # fmt: skip
