"""What reading the largest files may cost (R21): memory is measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEASURE = """
import sys
from tests.feeds.reading import LIMA, event, ics
from dataclasses import replace
from pathlib import Path
from feeds.tables.csv_reader import read_csv
from feeds.foreign.reader import read_ics
receiver = replace(LIMA, most=5000)
def events():
    one = "\\r\\n".join(event("DESCRIPTION:" + "Una tarde de música. " * 34)) + "\\r\\n"
    whole = "".join(one.replace("one@", f"{number}@") for number in range(5000))
    return f"BEGIN:VCALENDAR\\r\\n{whole}END:VCALENDAR\\r\\n".encode()
def rows():
    return ("título;fecha;descripción\\n" + "".join(
        f"Retreta {number};2026-12-05;{'Una tarde de música. ' * 44}\\n" for number in range(5000))).encode()
files = {
    "events": (read_ics, events),
    "folds": (read_ics, lambda: ics(*event("DESCRIPTION:" + "x\\r\\n " * 1_200_000))),
    "properties": (read_ics, lambda: ics(*event(*["CATEGORIES:a"] * 350_000))),
    "table": (read_csv, rows),
}
def kilobytes(kind):  # not ru_maxrss, which is never less than what the parent held when it started this process
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind))
read, make = files[sys.argv[1]]
read(ics(*event()) if read is read_ics else "título;fecha\\nx;2026-12-05".encode(), receiver=receiver)
data = make()
assert 4_000_000 < len(data) < 5_500_000, len(data)
before = kilobytes("VmRSS:")
read(data, receiver=receiver)
print((kilobytes("VmHWM:") - before) // 1024)
"""


@pytest.mark.parametrize("kind", ["events", "folds", "properties", "table"])
def test_the_largest_accepted_file_adds_less_than_100_megabytes_r21(kind: str) -> None:
    command = [sys.executable, "-c", MEASURE, kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) < 100
