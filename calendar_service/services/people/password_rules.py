"""Which passwords may be chosen: long, and not what everybody would guess; no rule about kinds of signs (S2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.people.passwords import LONGEST
from calendar_service.text import fold

SHORTEST = 15
"""Without a second factor (NIST SP 800-63B-4, 3.1.1.2)."""
ENOUGH_BESIDE = 8
"""How many letters and digits must be left when the names that anybody would think of are taken away."""
DIFFERENT_SIGNS = 5
LIST = Path(__file__).parents[2] / "data" / "common_passwords.txt"

_OWN_WORDS = (
    "agenda", "calendario", "calendar", "evento", "event", "cultural", "cultura", "culture", "municipalidad",
    "municipal", "municipio", "distrito", "contrasena", "clave", "password", "oficina", "gestor",
)  # fmt: skip
_KEYBOARD = "1234567890qwertyuiopasdfghjklzxcvbnm" * 2
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
_RUNS = (_KEYBOARD, _KEYBOARD[::-1], _ALPHABET, _ALPHABET[::-1])
_NOT_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_REPEATED = re.compile(r"(.+?)\1+")


def check(password: str, *, metropolis: Metropolis, about: Iterable[str] = ()) -> None:
    """Raises Invalid with what is wrong. `about` are words about its owner: her name, her address."""
    problem = _problem(password, [*_names_of(metropolis), *map(_bare, about)])
    if problem is not None:
        raise Invalid([problem])


def _problem(password: str, names: list[str]) -> Problem | None:
    if len(password) < SHORTEST:
        return Problem(field="password", code="password_short", values={"shortest": SHORTEST})
    if len(password) > LONGEST:
        return Problem(field="password", code="password_long", values={"longest": LONGEST})
    if _is_common(password):
        return Problem(field="password", code="password_common")
    if _is_named(password, names):
        return Problem(field="password", code="password_named")
    return None


def _is_common(password: str) -> bool:
    """One of the list, also with signs around it or said several times; or a finger along the keyboard."""
    lower = password.casefold()
    said_again = _REPEATED.fullmatch(lower)
    guesses = {lower, _ENDS.sub("", lower), said_again[1] if said_again else lower}
    if guesses & common() or len(set(lower)) < DIFFERENT_SIGNS:
        return True
    bare = _bare(lower)
    return len(bare) > DIFFERENT_SIGNS and any(bare in run for run in _RUNS)


def _is_named(password: str, names: list[str]) -> bool:
    """Little more than the names of this metropolis, this service and this person."""
    bare = left = _bare(password)
    for name in sorted(filter(None, names), key=len, reverse=True):
        left = left.replace(name, "")
    return left != bare and len(left) < ENOUGH_BESIDE


@cache
def common() -> frozenset[str]:
    """The passwords that are tried first (origin and licence: data/README.md)."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


def _names_of(metropolis: Metropolis) -> list[str]:
    zones, districts = (each.name for each in metropolis.zones), (each.name for each in metropolis.districts)
    places = [metropolis.name, *zones, *districts]
    words = {word for place in places for word in (place, *place.split()) if len(word) > 2}  # noqa: PLR2004 - "de"
    return [*_OWN_WORDS, *map(_bare, words)]


def _bare(text: str) -> str:
    return _NOT_LETTERS_OR_DIGITS.sub("", fold(text))
