"""Where the service listens: an address of this machine that nobody else has taken."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass

from calendar_service.cli.terminal import Refused
from calendar_service.config.refusing import BadSetting

UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
RESERVED = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A numeric address and a port of this machine."""

    family: socket.AddressFamily
    address: str
    port: int

    @property
    def is_everywhere(self) -> bool:
        """Whether every network of the machine reaches it."""
        return self.address in UNSPECIFIED

    def answers(self) -> bool:
        """Whether somebody listens there. Numeric addresses only: nothing is looked up."""
        local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.address, self.address)  # noqa: S104 - see above
        with socket.socket(self.family, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            return line.connect_ex((local, self.port)) == 0


def free_place(host: str, port: int) -> Place:
    """The place to listen at. Raises BadSetting (no such host), Refused (taken, or not allowed).

    The web server itself shares its port with whoever asks for it so; this look before keeps two services apart.
    """
    place = _resolved(host, port)
    with socket.socket(place.family, socket.SOCK_STREAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((place.address, place.port))
            line.listen(1)
        except OSError as wrong:
            raise _refusal(place, wrong) from wrong
    return place


def _resolved(host: str, port: int) -> Place:
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as wrong:
        raise BadSetting(f"HOST: {host!r} is not a name or an address of this machine") from wrong
    return Place(family=family, address=str(where[0]), port=port)


def _refusal(place: Place, wrong: OSError) -> Exception:
    if wrong.errno == errno.EADDRINUSE:
        return Refused(f"PORT: {place.port} at {place.address} is taken by another program; choose another port.")
    if wrong.errno == errno.EADDRNOTAVAIL:
        return BadSetting(f"HOST: {place.address} is not an address of this machine")
    if wrong.errno == errno.EACCES and place.port < RESERVED:
        return Refused(f"PORT: {place.port} may be used by the administrator alone; choose one from {RESERVED} on.")
    return Refused(f"PORT: {place.address}, port {place.port}: {os.strerror(wrong.errno or 0)}")
