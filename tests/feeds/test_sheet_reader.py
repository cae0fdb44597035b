"""Reading spreadsheets: cells as people mean them, and packages that mean harm (S38)."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from datetime import time as clock

import pytest
import xlsxwriter

from calendar_service.domain.errors import Invalid
from feeds.tables.sheet_reader import read_sheet
from tests.feeds.reading import LIMA

Cell = str | float | bool | date | clock | None
HEADINGS: Sequence[Cell] = ("título", "fecha", "hora inicio", "hora fin", "precio", "gratis")
ROW: Sequence[Cell] = ("Retreta", date(2026, 12, 5), clock(19, 30), clock(21), 15, None)
SHEET = "xl/worksheets/sheet1.xml"


def xlsx(rows: Iterable[Sequence[Cell]], *, hidden: Iterable[Sequence[Cell]] = ()) -> bytes:
    """A workbook with these rows, days and times as cells of their kind."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        day, hour = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "hh:mm"})
        if hidden:
            first = book.add_worksheet()
            first.hide()
            _fill(first, hidden, day, hour)
        shown = book.add_worksheet()
        _fill(shown, rows, day, hour)
        shown.activate()
    return file.getvalue()


def _fill(sheet: xlsxwriter.worksheet.Worksheet, rows: Iterable[Sequence[Cell]], day: object, hour: object) -> None:
    for line, row in enumerate(rows):
        for number, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, number, cell, day)
            elif isinstance(cell, clock):
                sheet.write_datetime(line, number, cell, hour)
            elif cell is not None:
                sheet.write(line, number, cell)


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Agenda">
<table:table-row>{headings}</table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Retreta</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-12-05"/>
<table:table-cell office:value-type="time" office:time-value="PT19H30M00S"/>
<table:table-cell office:value-type="time" office:time-value="PT21H00M00S"/>
<table:table-cell office:value-type="float" office:value="15"/></table:table-row>
<table:table-row table:number-rows-repeated="1048574">
<table:table-cell table:number-columns-repeated="16384"/>
</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods() -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        content = ODS.format(headings="".join(cell.format(each) for each in HEADINGS[:5]))
        package.writestr("content.xml", content.replace("\n", ""))
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        package.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


@pytest.mark.parametrize("data", [xlsx([HEADINGS, ROW]), ods()], ids=["xlsx", "ods"])
def test_cells_are_read_as_what_they_are(data: bytes) -> None:
    (draft,) = read_sheet(data, receiver=LIMA).drafts
    fields = draft.fields
    assert (fields["start"], fields["end"], fields["price"]) == ("2026-12-05T19:30", "2026-12-05T21:00", "15.00")


def test_rows_keep_their_numbers_and_yes_may_be_a_truth() -> None:
    rows: list[Sequence[Cell]] = [(), ("Agenda",), HEADINGS, (), ("Feria", "06/12/2026", None, None, None, True)]
    (draft,) = read_sheet(xlsx(rows), receiver=LIMA).drafts
    assert (draft.row, draft.fields["free"]) == (5, True)


def test_hidden_sheets_are_not_read() -> None:
    hidden: list[Sequence[Cell]] = [HEADINGS, ("Secreto", "06/12/2026")]
    (draft,) = read_sheet(xlsx([HEADINGS, ROW], hidden=hidden), receiver=LIMA).drafts
    assert draft.fields["summary"] == "Retreta"


def repacked(data: bytes, change: Callable[[bytes], bytes], *, name: str = SHEET) -> bytes:
    """The package with one part changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for part in was.infolist():
            content = was.read(part)
            package.writestr(part.filename, change(content) if part.filename == name else content)
    return file.getvalue()


GOOD = xlsx([HEADINGS, ROW])
BOMB = repacked(GOOD, lambda sheet: sheet.replace(b"</sheetData>", b" " * 60_000_000 + b"</sheetData>"))


def lying(data: bytes) -> bytes:
    """The package whose directory says that every part unpacks to 100 bytes."""
    found = data.find(b"PK\x01\x02")
    changed = bytearray(data)
    while found >= 0:
        changed[found + 24 : found + 28] = (100).to_bytes(4, "little")
        found = data.find(b"PK\x01\x02", found + 4)
    return bytes(changed)


HOSTILE = {
    "bomb": (BOMB, "import_sheet_too_big"),
    "bomb that lies": (lying(BOMB), "import_sheet_too_big"),
    "far cell": (repacked(GOOD, lambda sheet: sheet.replace(b'r="A2"', b'r="XFD1048576"')), "import_sheet_too_big"),
    "wide and far": (repacked(GOOD, lambda sheet: sheet.replace(b'r="A2"', b'r="AZ1048576"')), "import_sheet_too_big"),
    "entities": (repacked(GOOD, lambda sheet: b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet), "import_sheet_damaged"),
    "no sheet": (repacked(GOOD, lambda _: b"<html>"), None),
    "no package": (b"PK\x03\x04" + b"x" * 1000, "import_sheet_damaged"),
    "text": (b"summary,date\nx,2026-12-05", "import_sheet_damaged"),
    "cut": (GOOD[: len(GOOD) // 2], "import_sheet_damaged"),
    "bad string": (repacked(GOOD, lambda sheet: sheet.replace(b'<c r="A2" t="s"><v>', b'<c r="A2" t="s"><v>99')), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused_soon_with_a_sentence_s38(name: str) -> None:
    data, code = HOSTILE[name]
    began = time.thread_time()
    with pytest.raises(Invalid) as refused:
        read_sheet(data, receiver=LIMA)
    assert time.thread_time() - began < 3
    assert code in (None, refused.value.problems[0].code)


def test_many_parts_are_refused_before_any_is_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for number in range(201):
            package.writestr(f"part{number}", "")
    with pytest.raises(Invalid) as refused:
        read_sheet(file.getvalue(), receiver=LIMA)
    assert refused.value.problems[0].code == "import_sheet_too_big"


def test_the_dimension_that_a_sheet_declares_is_not_believed() -> None:
    data = repacked(GOOD, lambda sheet: sheet.replace(b'ref="A1:F2"', b'ref="A1:F1"'))
    assert data != GOOD
    assert len(read_sheet(data, receiver=LIMA).drafts) == 1


def test_more_rows_than_are_taken_are_refused() -> None:
    rows: list[Sequence[Cell]] = [HEADINGS, *((f"Feria {number}", "06/12/2026") for number in range(101))]
    with pytest.raises(Invalid) as refused:
        read_sheet(xlsx(rows), receiver=LIMA)
    assert refused.value.problems[0].code == "import_too_many"
