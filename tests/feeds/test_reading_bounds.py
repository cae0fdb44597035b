"""What reading the largest files may cost (R21): memory is measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEASURE = """
import resource, sys
from tests.feeds.reading import LIMA, event, ics
from dataclasses import replace
from feeds.tables.csv_reader import read_csv
from feeds.foreign.reader import read_ics
receiver = replace(LIMA, most=5000)
one = "\\r\\n".join(event("DESCRIPTION:" + "Una tarde de música. " * 34)) + "\\r\\n"
whole = "".join(one.replace("one@", f"{number}@") for number in range(5000)).encode()
files = {
    "events": (read_ics, b"BEGIN:VCALENDAR\\r\\n" + whole + b"END:VCALENDAR\\r\\n"),
    "folds": (read_ics, ics(*event("DESCRIPTION:" + "x\\r\\n " * 1_200_000))),
    "properties": (read_ics, ics(*event(*["CATEGORIES:a"] * 350_000))),
    "table": (read_csv, ("título;fecha;descripción\\n" + "".join(
        f"Retreta {number};2026-12-05;{'Una tarde de música. ' * 44}\\n" for number in range(5000))).encode()),
}
read, data = files[sys.argv[1]]
assert 4_000_000 < len(data) < 5_500_000, len(data)
read(data[:0] or ics(*event()) if read is read_ics else "título;fecha\\nx;2026-12-05".encode(), receiver=receiver)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read(data, receiver=receiver)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", ["events", "folds", "properties", "table"])
def test_the_largest_accepted_file_adds_less_than_100_megabytes_r21(kind: str) -> None:
    command = [sys.executable, "-c", MEASURE, kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) < 100
