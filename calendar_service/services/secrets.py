"""Secrets that let somebody in: 128 random bits, kept as a hash, compared in constant time (S4, S7, S11)."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe

from calendar_service.domain.territory.metropolis import Installation

BYTES = 16


def new_secret() -> str:
    """A fresh secret of 128 bits: 22 characters that are safe in an address."""
    return token_urlsafe(BYTES)


def hash_of(secret: str) -> str:
    """What is stored instead of a secret. A fast hash is enough: nobody guesses 128 random bits."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Whether a secret is the one whose hash is stored, in a time that tells nothing."""
    return hmac.compare_digest(hash_of(secret), stored)


def derived_token(installation: Installation, purpose: str, subject: int | str, nonce: str, *, stored: str = "") -> str:
    """A one-time token that is never stored: it is derived again, from what is, when its mail is written.

    Bound to its purpose and to what it is about, so that it is useless for anything else (M19). Only `nonce`
    (a `new_secret()`) and the token's hash are kept; who reads the database but lacks the key has neither.
    `stored` is that hash, once there is one: the token stays the same when the key is changed, as long as the former
    key is read (S51).
    """
    derived = [_token(key, purpose, subject, nonce) for key in installation.secrets]
    return next((each for each in derived if stored and matches(each, stored)), derived[0])


def _token(key: bytes, purpose: str, subject: int | str, nonce: str) -> str:
    return urlsafe_b64encode(_keyed(key, purpose, subject, nonce)[:BYTES]).rstrip(b"=").decode()


def seal(installation: Installation, purpose: str, nonce: str, text: bytes) -> bytes:
    """Seal what must be read again (at most 32 bytes).

    A pad of the installation's key, fresh for each `nonce`: who reads the database but lacks the key has nothing.
    """
    return unsealed(installation, purpose, nonce, text)[0]


def unsealed(installation: Installation, purpose: str, nonce: str, sealed: bytes) -> list[bytes]:
    """What was sealed, as each key opens it, today's first: what it is used for tells which of them it was."""
    pads = (_keyed(key, f"seal.{purpose}", nonce) for key in installation.secrets)
    return [bytes(each ^ mask for each, mask in zip(sealed, pad, strict=False)) for pad in pads]


def keyed_hash(installation: Installation, purpose: str, text: str) -> str:
    """A hash that only this installation can make: it knows an address or a network without keeping it."""
    return keyed_hashes(installation, purpose, text)[0]


def keyed_hashes(installation: Installation, purpose: str, text: str) -> list[str]:
    """The same by each key that is read, today's first: what was known before the key was changed is known still."""
    return [_keyed(key, purpose, text)[:BYTES].hex() for key in installation.secrets]


def _keyed(key: bytes, purpose: str, *parts: int | str) -> bytes:
    message = "\0".join([purpose, *map(str, parts)])
    return hmac.digest(key, message.encode("utf-8", "surrogatepass"), "sha256")
