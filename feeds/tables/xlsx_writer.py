"""Rows as a spreadsheet: text stays text, whatever it begins with (S33)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from feeds.tables.table import COLUMNS, Cell, guarded

LONGEST_CELL = 32_767
WIDE = {"summary": 48, "venue": 32, "address": 40, "url": 48, "uid": 40}
WIDTH = 16
PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def xlsx_bytes(rows: Iterable[Mapping[str, Cell]], *, made: datetime) -> bytes:
    """The whole file; `made` is written into it, so that the same rows give the same bytes."""
    file = io.BytesIO()
    from xlsxwriter import Workbook  # here: nearly no process writes a sheet

    book = Workbook(file, {**PLAIN, "in_memory": True})
    book.set_properties({"created": made.replace(tzinfo=None, microsecond=0)})
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, WIDE.get(column, WIDTH))
        sheet.write_string(0, number, column, bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for number, column in enumerate(COLUMNS):
            _write(sheet, line, number, row[column])
    book.close()
    return file.getvalue()


def _write(sheet: Any, line: int, number: int, cell: Cell) -> None:  # noqa: ANN401 - published without types
    if isinstance(cell, str):
        sheet.write_string(line, number, guarded(cell)[:LONGEST_CELL])
    elif cell is not None:
        sheet.write_number(line, number, cell)
