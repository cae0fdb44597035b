"""How passwords are kept, and which may be chosen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher, extract_parameters

from calendar_service.domain.errors import Invalid
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.people import password_rules, passwords
from tests.builders import PASSWORD


def test_a_password_is_kept_as_argon2id_at_the_costs_we_promise() -> None:
    """S1: 19 MiB, two passes, one lane."""
    costs = extract_parameters(passwords.hashed(PASSWORD))
    assert (costs.type.name, costs.memory_cost, costs.time_cost, costs.parallelism) == ("ID", 19456, 2, 1)


def test_the_hash_of_nobody_costs_the_same_as_any_other() -> None:
    """S3: nobody can tell by the time whether there is an account."""
    assert extract_parameters(passwords.NOBODYS) == extract_parameters(passwords.hashed(PASSWORD))


def test_only_the_password_itself_is_right() -> None:
    stored = passwords.hashed(PASSWORD)
    assert passwords.is_right(stored, PASSWORD)
    assert not passwords.is_right(stored, PASSWORD.upper())
    assert not passwords.is_right(stored, "")
    assert not passwords.is_right("not a hash", PASSWORD)


def test_nothing_of_a_long_password_is_cut_off() -> None:
    """S2: no truncation, up to 1,024 characters."""
    stored = passwords.hashed("x" * 1023 + "y")
    assert passwords.is_right(stored, "x" * 1023 + "y")
    assert not passwords.is_right(stored, "x" * 1023 + "z")
    assert not passwords.is_right(passwords.hashed("x" * 1025), "x" * 1026)


def test_an_accent_typed_in_two_ways_is_one_password() -> None:
    assert passwords.is_right(passwords.hashed("bater\u00eda"), "bateri\u0301a")


def test_a_hash_with_other_costs_is_made_anew() -> None:
    """S1: rehash at login."""
    assert passwords.is_outdated(PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(PASSWORD))
    assert not passwords.is_outdated(passwords.hashed(PASSWORD))


class Counting:
    """Argon2's hasher, counting how many run at once; each waits until it has been seen."""

    def __init__(self) -> None:
        self.at_once = self.most = 0
        self.lock = threading.Lock()
        self.real = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        yield
        with self.lock:
            self.at_once -= 1

    def hash(self, password: bytes) -> str:
        with self.counted():
            return self.real.hash(password)


def test_no_more_than_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """S1: 19 MiB each, on a small machine."""
    counting = Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    threads = [threading.Thread(target=passwords.hashed, args=(PASSWORD,)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counting.most == 2


def problem(password: str, installation: Installation, *about: str) -> str | None:
    try:
        password_rules.check(password, metropolis=installation.metropolis, about=about)
    except Invalid as wrong:
        (found,) = wrong.problems
        assert found.field == "password"
        return found.code
    return None


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "x7!x7?x7%x7$x7&", "aaaa bbbb cccc dddd eeee", "ñandú ñoño ñusta", "密码密码一二三四五六七八九十甲",
     "!@#$%^&*()_+{}|:", "lima la horrible 1964", "vamos al teatro de barranco el sábado", "w" * 1000 + "abcdefgh"],
)  # fmt: skip
def test_a_long_password_of_any_signs_may_be_chosen(password: str, installation: Installation) -> None:
    """S2: no rule about kinds of signs; a place's name may be a part of it."""
    assert problem(password, installation) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("14 signs, no mo", None),
        ("14 signs, no m", "password_short"),
        ("ab" * 512 + "c", "password_long"),
        ("chickenwing101", "password_short"),
        ("1qaz2wsx3edc4rfv", "password_common"),  # in the list
        ("1QAZ2WSX3EDC4RFV", "password_common"),  # in another case
        ("iloveyou12345678", "password_common"),  # of the list, with signs around it
        ("passwordpassword", "password_common"),  # of the list, said twice
        ("dragondragondragon", "password_common"),
        ("aaaaaaaaaaaaaaaaaaaa", "password_common"),
        ("ababababababababab", "password_common"),
        ("qwertyuiopasdfgh", "password_common"),
        ("1234567890qwerty", "password_common"),
        ("abcdefghijklmnop", "password_common"),
        ("9876543210zyxwvu", "password_common"),
        ("Agenda Cultural 2026!", "password_named"),
        ("San Juan de Lurigancho", "password_named"),
        ("municipalidad-de-barranco", "password_named"),
        ("MunicipalidadDeBreña2026", "password_named"),
    ],
)
def test_what_anybody_would_guess_is_refused(password: str, code: str | None, installation: Installation) -> None:
    """S2: at least 15 signs without a second factor, not the usual ones, not our own words."""
    assert problem(password, installation) == code


def test_her_own_name_alone_is_no_password(installation: Installation) -> None:
    """S2: words about the person herself."""
    assert problem("rosaquispemamani1985", installation, "Rosa", "Quispe", "Mamani") == "password_named"
    assert problem("rosaquispemamani1985", installation) is None


def test_the_list_holds_the_three_thousand_that_are_tried_first() -> None:
    assert len(password_rules.common()) >= 3000
    assert {"123456", "password", "iloveyou"} <= password_rules.common()
