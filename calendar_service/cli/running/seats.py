"""Who may send at once: so many, so much, so many from one network; and who of them keeps others from sending."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

SENDERS = 16
"""So many may send something at once. Each keeps the thread that reads it; whoever comes beyond is told to come again,
so that senders who never finish keep neither polls nor pages waiting."""
OF_ONE_NETWORK = SENDERS // 2
"""So many of them from one network: one sender who never finishes does not keep all the others from sending."""
V4, V4_NETWORK, V6_NETWORK = 4, 24, 64
LONG, SLOW = 30.0, 1_000
"""Who has sent for so many seconds, and fewer bytes in each of them, is hung up on when others want to send."""
ROOM = 120_000_000
"""Bytes that may be under way at once, those that wait for their deed among them."""


@dataclass(slots=True, eq=False)
class Seat:
    """Who sends, how much at most, since when, and how much of it came; `peer` is at the other end of the line."""

    address: str
    size: int
    peer: str = ""
    began: float = 0.0
    came: int = 0

    @property
    def network(self) -> str:
        """Whoever has one address of a network may have the others."""
        return network_of(self.address)

    def is_slow(self, now: float) -> bool:
        """Whether others need not wait for it."""
        lasted = now - self.began
        return lasted > LONG and self.came < lasted * SLOW


def network_of(address: str) -> str:
    """The /24 or /64 around an address; what is none stands for itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, V4_NETWORK if found.version == V4 else V6_NETWORK), strict=False))


class Seats:
    """How many may send at once, how many from one network, and how much."""

    def __init__(self) -> None:
        self._taken: set[Seat] = set()
        self._turn = threading.Lock()

    def take(self, seat: Seat) -> bool:
        """Whether there is one."""
        with self._turn:
            beside = sum(each.network == seat.network for each in self._taken)
            size = sum(each.size for each in self._taken) + seat.size
            free = len(self._taken) < SENDERS and beside < OF_ONE_NETWORK and size <= ROOM
            if free:
                self._taken.add(seat)
            return free

    def slowest(self, now: float) -> Seat | None:
        """Who of those that are slow began first."""
        with self._turn:
            slow = [each for each in self._taken if each.is_slow(now)]
        return min(slow, key=lambda each: each.began, default=None)

    def leave(self, seat: Seat) -> None:
        """Let somebody else have it."""
        with self._turn:
            self._taken.discard(seat)
