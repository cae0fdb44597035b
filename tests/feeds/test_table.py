"""Tables: cells that no spreadsheet calculates with, and that read back as they were (S33)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from feeds.tables.csv_writer import csv_bytes
from feeds.tables.table import COLUMNS, Cell, guarded, spoken
from feeds.tables.xlsx_writer import xlsx_bytes

MADE = datetime(2026, 12, 1, tzinfo=UTC)
DANGEROUS = [
    '=HYPERLINK("http://x.example")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\ufeff=1", "＝1", "＋1", "－1", "＠x",
    "'=1", "’=1",
]  # fmt: skip
HARMLESS = ["Retreta", "ñandú 🎭", "5 = 5", "'hola'", "", "1,500", "3:30 p. m.", '"a","b"']


def one_row(**cells: Cell) -> dict[str, Cell]:
    return {column: cells.get(column) for column in COLUMNS}


def from_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_would_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text).startswith("'")
    assert not guarded(text).lstrip("'").startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n")))
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    assert spoken(guarded(text)) == text


def test_control_characters_are_left_out() -> None:
    assert guarded("a\x00b\x1bc\rd\ne") == "abcd\ne"


def test_a_csv_file_is_as_rfc_4180_says() -> None:
    content = csv_bytes([one_row(summary='Dice "hola", y\nadiós', price=Decimal("15.50"), lat=-12.05, free=0)])
    assert content.startswith(b"uid,recurrence_id,start,end,")
    assert content.endswith(b"\r\n")
    heading, row = from_csv(content)
    assert heading == list(COLUMNS)
    found = dict(zip(heading, row, strict=True))
    assert found["summary"] == 'Dice "hola", y\nadiós'
    assert (found["price"], found["lat"], found["free"], found["venue"]) == ("15.50", "-12.05", "0", "")


def test_numbers_stay_numbers_and_text_stays_text_in_a_spreadsheet() -> None:
    rows = [one_row(summary=each, lat=-12.05, price=Decimal("15.50")) for each in [*DANGEROUS, "1234", "http://x"]]
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes(rows, made=MADE)))
    heading, *found = book.get_sheet_by_index(0).to_python()
    assert heading == list(COLUMNS)
    summaries = [str(row[COLUMNS.index("summary")]) for row in found]
    assert [spoken(each) for each in summaries] == [*DANGEROUS, "1234", "http://x"]
    assert {row[COLUMNS.index("lat")] for row in found} == {-12.05}
    assert b"<f>" not in xlsx_bytes(rows, made=MADE)


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [one_row(summary="Retreta")]
    assert xlsx_bytes(rows, made=MADE) == xlsx_bytes(rows, made=MADE)
