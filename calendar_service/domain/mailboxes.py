"""Addresses of mail as people type them: checked, in the one form that is stored, folded to compare.

Only what every mail system can carry is taken: a plain ASCII local part without quotes or comments, and a
name of a host (an international one is kept as its ASCII form). Everything that could grow into a second
address or a header is refused (M3, S32).
"""

from __future__ import annotations

import re

from calendar_service.domain.errors import Invalid

MAX_ADDRESS = 254
MAX_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])")


def read_address(text: str, *, field: str = "address") -> str:
    """The address somebody typed, its host in lower-case ASCII. Raises Invalid, naming `field`."""
    typed = text.strip()
    if not typed:
        raise Invalid.of(field, "address_missing")
    local, at, host = typed.rpartition("@")
    if not local.isascii():
        raise Invalid.of(field, "address_not_ascii")
    address = f"{local}@{_ascii_host(host)}"
    if not at or len(local) > MAX_LOCAL or len(address) > MAX_ADDRESS or not _is_sound(address):
        raise Invalid.of(field, "address_form")
    return address


def fold_address(address: str) -> str:
    """The form in which two writings of one address are the same: lower case."""
    return address.strip().lower()


def _is_sound(address: str) -> bool:
    local, _, host = address.rpartition("@")
    return bool(_LOCAL.fullmatch(local) and _HOST.fullmatch(host))


def _ascii_host(host: str) -> str:
    """The form in which a name travels (RFC 3490); one that has none comes back as it is, to be refused."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host
