"""Sheets as PDF: tagged (PDF/UA-1), with bookmarks, set by typst in a child process.

The child has a processor's time, memory and a deadline of its own, so no sheet can hold the service up (S30).
What it sets goes in as JSON, as data: no title can become markup (S21).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calendar_service.domain.errors import Busy
from calendar_service.services.printing.shelf import Shelf, digest

DATA = Path(__file__).resolve().parents[2] / "data"
SHEETS, FONTS = DATA / "print", DATA / "fonts"
SECONDS = 20
COMMAND = (sys.executable, "-m", "calendar_service.services.printing.setting")


def typeset(data_dir: Path, name: str, said: Mapping[str, Any]) -> bytes:
    """The PDF of what is said on the sheet of a name (`programme`, `report`); made once for equal content.

    Raises Busy.
    """
    sheet = SHEETS / f"{name}.typ"
    of = digest(said, version=sheet.read_text(encoding="utf-8"))
    return Shelf(data_dir / "printed", ".pdf").get(of, lambda: _typeset(sheet, said))


def _typeset(sheet: Path, said: Mapping[str, Any]) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, nothing of it from outside
            [*COMMAND, str(sheet), str(FONTS)], input=json.dumps(said).encode(), capture_output=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Busy("busy") from late
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise RuntimeError(f"a sheet was not set: {done.stderr[-400:].decode(errors='replace')}")
    return done.stdout
