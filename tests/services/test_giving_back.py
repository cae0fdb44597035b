"""What a large feed was gathered from is given back to the system."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from calendar_service.services import giving_back

MEGABYTES = 40


def held() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


@pytest.mark.skipif(giving_back._trim() is None, reason="the C library keeps no holes")
def test_what_lies_between_what_stays_is_given_back() -> None:
    giving_back.give_back()  # what tests before left: new things would fill their holes
    before = held()
    many = [bytes(20_000) for _ in range(MEGABYTES * 50)]  # more than fits between what stays on one page and the next
    stays = many[::50]  # enough to keep its neighbours from going by themselves
    del many
    assert held() - before > MEGABYTES / 2
    giving_back.give_back()
    assert held() - before < MEGABYTES / 4
    assert stays
