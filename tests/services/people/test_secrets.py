"""Secrets that let somebody in."""

from __future__ import annotations

from dataclasses import replace

from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.secrets import (
    derived_token,
    hash_of,
    keyed_hash,
    keyed_hashes,
    matches,
    new_secret,
    seal,
    unsealed,
)


def test_a_secret_has_128_bits_and_is_never_the_same() -> None:
    """S4, S7, S8, S11: 16 random bytes are 22 characters."""
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert {len(each) for each in made} == {22}


def test_what_is_stored_is_not_the_secret_and_matches_it_alone() -> None:
    stored = hash_of("a secret")
    assert "a secret" not in stored
    assert matches("a secret", stored)
    assert not matches("another", stored)
    assert not matches(stored, stored)


def test_a_derived_token_comes_out_the_same_again(installation: Installation) -> None:
    """So that a mail can be written later although its token is not kept."""
    once = derived_token(installation, "invitation", "rosa@example.pe", "nonce")
    assert once == derived_token(installation, "invitation", "rosa@example.pe", "nonce")
    assert len(once) == 22


def test_a_derived_token_is_bound_to_purpose_subject_nonce_and_installation(installation: Installation) -> None:
    """M19: useless for anything else. Moving a letter from one part to the next gives another token, too."""
    elsewhere = replace(installation, secret=b"t" * 32)
    made = [
        derived_token(installation, "invitation", "rosa", "nonce"),
        derived_token(installation, "reset", "rosa", "nonce"),
        derived_token(installation, "invitation", "juan", "nonce"),
        derived_token(installation, "invitation", "rosa", "other"),
        derived_token(installation, "invitation", "rosan", "once"),
        derived_token(elsewhere, "invitation", "rosa", "nonce"),
    ]
    assert len(set(made)) == len(made)


def test_a_keyed_hash_needs_the_installations_key(installation: Installation) -> None:
    elsewhere = replace(installation, secret=b"t" * 32)
    assert keyed_hash(installation, "a", "x") == keyed_hash(installation, "a", "x")
    assert keyed_hash(installation, "a", "x") != keyed_hash(elsewhere, "a", "x")
    assert keyed_hash(installation, "a", "x") != keyed_hash(installation, "b", "x")


def test_what_was_made_with_a_former_key_is_still_known_s51(installation: Installation) -> None:
    token = derived_token(installation, "reset", "rosa", "nonce")
    rotated = replace(installation, secret=b"n" * 32, former=(b"x" * 32, installation.secret))
    assert derived_token(rotated, "reset", "rosa", "nonce", stored=hash_of(token)) == token
    assert derived_token(rotated, "reset", "rosa", "nonce") != token
    assert derived_token(rotated, "reset", "juan", "nonce", stored=hash_of(token)) != token
    assert keyed_hash(installation, "a", "x") in keyed_hashes(rotated, "a", "x")[1:]
    sealed = seal(installation, "factor", "nonce", b"secreto")
    assert unsealed(rotated, "factor", "nonce", sealed).index(b"secreto") == 2
