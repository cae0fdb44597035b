"""Run by `feeds.tables.sheet_reader` as a process of its own: a spreadsheet on stdin, its rows as JSON lines on stdout.

One cell far away makes the parser ask for more memory than there is, which ends its process: so it is not ours, and
has little memory and time (S38). Imports nothing of the house.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta

MEMORY = 600_000_000
SECONDS = 20
MOST_COLUMNS = 50
MOST_CHARACTERS = 40_000_000
LONGEST_CELL = 20_000
UNREADABLE, TOO_MANY = 3, 4
_HOUR, _MINUTE = 3600, 60


def limit() -> None:
    """Bound memory (address space, bytes) and time (CPU seconds), where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text_of(cell: object) -> str:
    """A cell as a person reads it: days and times in ISO form, whole numbers without a point."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(round(cell, 6))  # noqa: PLR2004
        case datetime() | date():
            dated = not isinstance(cell, datetime) or cell.time() == time.min
            return f"{cell:%Y-%m-%d}" if dated else f"{cell:%Y-%m-%d %H:%M}"
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            seconds = int(cell.total_seconds())
            return f"{seconds // _HOUR:02d}:{seconds % _HOUR // _MINUTE:02d}"
        case _:
            return str(cell)[:LONGEST_CELL]


def write_rows(data: bytes, most: int) -> int:
    """Write the rows of the first sheet that is shown; gives the exit code."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    if not shown:
        return UNREADABLE
    rows = book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False)
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    if len(rows) > most:
        return TOO_MANY
    left = MOST_CHARACTERS
    for row in rows:
        cells = [text_of(cell) for cell in row[:MOST_COLUMNS]]
        left -= sum(map(len, cells))
        if left < 0:
            return TOO_MANY
        sys.stdout.write(json.dumps(cells) + "\n")
    return 0


def main() -> int:
    """Read all, limit, parse."""
    data = sys.stdin.buffer.read()
    limit()
    try:
        return write_rows(data, int(sys.argv[1]))
    except (Exception, MemoryError):  # noqa: BLE001 - whatever a damaged file does to the parser
        return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
