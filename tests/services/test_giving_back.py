"""What a large feed was gathered from is given back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from calendar_service.services import giving_back
from tests.processes import ROOT

MEGABYTES = 40
MEASURE = """
import resource, sys
from pathlib import Path
from calendar_service.services.giving_back import give_back
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
before = held()
many = [bytes(20_000) for _ in range(int(sys.argv[1]) * 50)]  # more than fits between what stays on two pages
stays = many[::50]  # enough to keep its neighbours from going by themselves
del many
print(held() - before)
give_back()
print(held() - before)
"""


@pytest.mark.skipif(giving_back._trim() is None, reason="the C library keeps no holes")
def test_what_lies_between_what_stays_is_given_back() -> None:
    """Asked of a process of its own: what other tests left would fill holes, or leave some."""
    command = [sys.executable, "-c", MEASURE, f"{MEGABYTES}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    kept, left = map(float, done.stdout.split())
    assert kept > MEGABYTES / 2
    assert left < MEGABYTES / 4
