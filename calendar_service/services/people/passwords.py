"""Passwords: Argon2id at 19 MiB, two passes, one lane; never more than two at once (S1).

Slow on purpose (some 30 ms): never call this inside a transaction.
"""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 1024
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$dlzAwRecOEoFgIEB7ZAjMg$ljwi7mmfeTuUb+DEAb2KGyJUx9mFTfF2Y8Be0B/NOx8"
"""A hash with today's costs that stands in where there is no account, so that nobody can tell by the time."""

_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_two_at_once = BoundedSemaphore(2)  # 19 MiB each, on a small machine with many threads


def hashed(password: str) -> str:
    """What is stored of a password."""
    with _two_at_once:
        return _hasher.hash(_octets(password))


def is_right(stored: str, password: str) -> bool:
    """Whether a password is the one that was hashed. Takes the same time whatever the answer."""
    with _two_at_once:
        try:
            return _hasher.verify(stored, _octets(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other costs than today's: it is made anew at the next sign-in."""
    try:
        return _hasher.check_needs_rehash(stored)
    except InvalidHashError:
        return True


def _octets(password: str) -> bytes:
    """The same password typed on another keyboard is the same: é as one character or as two (NFC)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
