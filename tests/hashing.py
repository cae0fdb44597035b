"""Passwords hashed and compared once per process: that is slow on purpose, and many tests ask it of the same few.

What is remembered was made with the costs that are promised.
"""

from __future__ import annotations

from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from calendar_service.services.people import passwords


class _Remembering(PasswordHasher):
    """Gives the same hash for the same password, where the service takes new salt each time."""

    def __init__(self, like: PasswordHasher) -> None:
        super().__init__(memory_cost=like.memory_cost, time_cost=like.time_cost, parallelism=like.parallelism)
        self._hashes: dict[str | bytes, str] = {}
        self._found: dict[tuple[str | bytes, str | bytes], bool] = {}

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """The hash of a password."""
        if password not in self._hashes:
            self._hashes[password] = super().hash(password, salt=salt)
        return self._hashes[password]

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - argon2's name
        """Compare; raises as argon2 does."""
        asked = (hash, password)
        if asked not in self._found:
            self._found[asked] = self._is_right(hash, password)
        if not self._found[asked]:
            raise VerifyMismatchError
        return True

    def _is_right(self, stored: str | bytes, password: str | bytes) -> bool:
        try:
            return super().verify(stored, password)
        except VerifyMismatchError:
            return False


def remember() -> None:
    """Let every test of this process share what was hashed."""
    passwords._hasher = _Remembering(passwords._hasher)
