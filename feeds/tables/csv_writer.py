"""Rows as CSV (RFC 4180): UTF-8, CRLF, a heading, cells that no spreadsheet calculates with (S33)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from feeds.tables.table import COLUMNS, Cell, guarded


def csv_bytes(rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """The whole file, in the columns that programs rely on."""
    return table_bytes(COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def table_bytes(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Any table as a whole file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return text.getvalue().encode()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else str(cell)
