"""Reads CSV as spreadsheets write it (RFC 4180 and what is common instead): bytes in, rows of texts out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from calendar_service.domain.errors import Invalid
from calendar_service.domain.posting.drafts import Reading, Receiver
from feeds.tables.rows_reader import read_rows

MOST_COLUMNS = 50
DELIMITERS = ";,\t"
LOOK_FOR_DELIMITER = 5


def read_csv(data: bytes, *, receiver: Receiver) -> Reading:
    """Read a file. Raises Invalid when it is no table, or holds too much."""
    text = _decoded(data)
    hint, text = _without_hint(text)
    return read_rows(_rows(text, hint or _delimiter(text)), receiver=receiver)


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else what Windows programs of Western languages write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\N{REPLACEMENT CHARACTER}", "")


def _without_hint(text: str) -> tuple[str, str]:
    """The first line of some programs says the delimiter: `sep=;`."""
    first, _, rest = text.partition("\n")
    hint = first.strip().lower()
    return (hint[-1], rest) if hint.startswith("sep=") and hint[-1] in DELIMITERS else ("", text)


def _delimiter(text: str) -> str:
    """What stands most often in the first lines, where no quotes are."""
    head = "\n".join(text.split("\n", LOOK_FOR_DELIMITER)[:LOOK_FOR_DELIMITER])
    outside = "".join(head.split('"')[::2])
    return max(",;\t", key=outside.count)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            yield number, cells[:MOST_COLUMNS]
    except csv.Error as wrong:
        raise Invalid.of("file", "import_table_damaged", row=number + 1) from wrong
