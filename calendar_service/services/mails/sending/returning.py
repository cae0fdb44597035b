"""Where a mail that cannot be delivered comes back to: an address for each mail, signed (M20).

`agenda-bounces+1234-739950-3f…@example.org` says which mail, on which day it went, and carries a seal that only this
installation can make of those two and the recipient's address. So nobody can invent that a mail came back, and what
came back says no address.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.secrets import keyed_hashes

PURPOSE = "return-path"
SEAL = 20
"""Hexadecimal digits: 80 bits, for which there are some days to guess, with a letter for each try."""
_MARK = re.compile(rf"\+(\d{{1,12}})-(\d{{6,7}})-([0-9a-f]{{{SEAL}}})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPaths:
    """Makes the return path of each mail. `mailbox` is where whatever comes back lands; without one, none is made."""

    installation: Installation
    mailbox: str

    def __call__(self, parcel: Parcel) -> str:
        """The address for MAIL FROM; empty for the sender's own."""
        if not self.mailbox:
            return ""
        local, _, host = self.mailbox.rpartition("@")
        message, day = parcel.ids[0], parcel.claimed.date()
        seal = _seals(self.installation, message, day, parcel.address)[0]
        return f"{local}+{message}-{day.toordinal()}-{seal}@{host}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an address claims: to be the return path of a mail that went on a day."""

    message: int
    day: date
    seal: str

    def is_true(self, installation: Installation, address: str) -> bool:
        """Whether we made it, for a mail to that address; by today's key, or one before it that is still read."""
        made = _seals(installation, self.message, self.day, address)
        return any(hmac.compare_digest(self.seal, each) for each in made)


def claims(texts: Iterable[str]) -> Iterator[Claim]:
    """The return paths that stand in texts, each once, as claims to be looked into."""
    found = dict.fromkeys(mark.groups() for text in texts for mark in _MARK.finditer(text))
    for message, ordinal, seal in found:
        if 0 < int(ordinal) <= date.max.toordinal():
            yield Claim(message=int(message), day=date.fromordinal(int(ordinal)), seal=seal.lower())


def _seals(installation: Installation, message: int, day: date, address: str) -> list[str]:
    said = f"{message} {day.toordinal()} {fold_address(address)}"
    return [each[:SEAL] for each in keyed_hashes(installation, PURPOSE, said)]
