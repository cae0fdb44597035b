"""The empty table that officers fill in: its headings in their language, and rows that show how."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.vocabulary import Vocabulary
from feeds.tables.columns import HEADINGS, REPEATS, STATUSES
from feeds.tables.xlsx_writer import PLAIN

ROWS = 1_000
"""How many rows have their lists of choices."""
WIDE = {"summary": 40, "description": 50, "venue": 28, "address": 32, "url": 36}
WIDTH = 15
SATURDAY = 5
LANGUAGES = ("es", "en")
FORMATS = {"date": "dd/mm/yyyy", "end_date": "dd/mm/yyyy", "until": "dd/mm/yyyy",
           "start_time": "hh:mm", "end_time": "hh:mm"}  # fmt: skip
NAMES = {"es": "Eventos", "en": "Events"}
LISTS = {"es": "Listas", "en": "Lists"}
YES_NO = {"es": ("sí", "no"), "en": ("yes", "no")}
Row = dict[str, str]


def headings(language: str) -> list[str]:
    """The promised heading of each column: the Spanish one stands first, the English one second."""
    return [words[_place(language)] for words in HEADINGS.values()]


def _place(language: str) -> int:
    return LANGUAGES.index(language) if language in LANGUAGES else 1


def examples(metropolis: Metropolis, *, language: str, today: date) -> list[Row]:
    """Two rows as people would fill them in: a concert next Saturday, and a workshop every week. Both drafts."""
    saturday = today + timedelta(days=(SATURDAY - today.weekday()) % 7 or 7)
    spanish = language == "es"
    yes, no = YES_NO[LANGUAGES[_place(language)]]
    draft = STATUSES[next(iter(STATUSES))][_place(language)]
    discipline, audience = _first_label(metropolis.disciplines, language), _first_label(metropolis.audiences, language)
    concert = {
        "key": "ejemplo-1" if spanish else "example-1", "summary": "Retreta en la plaza" if spanish else "Band concert",
        "date": f"{saturday:%d/%m/%Y}", "start_time": "19:30", "end_time": "21:00",
        "venue": "Plaza de Armas" if spanish else "Main square",
        "disciplines": discipline, "audiences": audience, "free": yes, "status": draft,
    }  # fmt: skip
    workshop = {
        "key": "ejemplo-2" if spanish else "example-2", "summary": "Taller de danza" if spanish else "Dance workshop",
        "date": f"{saturday:%d/%m/%Y}", "start_time": "10:00", "end_time": "12:00",
        "repeat": REPEATS["FREQ=WEEKLY"][0 if spanish else 2],
        "until": f"{saturday + timedelta(weeks=8):%d/%m/%Y}",
        "venue": "Casa de la Cultura" if spanish else "Culture house",
        "disciplines": discipline, "audiences": audience, "free": no, "price": "15", "status": draft,
    }  # fmt: skip
    return [concert, workshop]


def _first_label(vocabulary: Vocabulary, language: str) -> str:
    return vocabulary.terms[0].label(language)


def template_csv(metropolis: Metropolis, *, language: str, today: date) -> bytes:
    """For any program; the semicolon and the mark are what spreadsheets of Spanish-speaking countries open right."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if language == "es" else ",", lineterminator="\r\n")
    writer.writerow(headings(language))
    for row in examples(metropolis, language=language, today=today):
        writer.writerow([row.get(column, "") for column in HEADINGS])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(metropolis: Metropolis, *, language: str, now: datetime, today: date) -> bytes:
    """With lists to choose from, days and times as such, and a second sheet with every word that is understood."""
    file = io.BytesIO()
    from xlsxwriter import Workbook  # here: nearly no process writes a sheet

    book = Workbook(file, {**PLAIN, "constant_memory": False, "in_memory": True})
    book.set_properties({"created": now.replace(tzinfo=None, microsecond=0)})
    shown = LANGUAGES[_place(language)]
    sheet, lists = book.add_worksheet(NAMES[shown]), book.add_worksheet(LISTS[shown])
    bold = book.add_format({"bold": True, "bg_color": "#e6eef0"})
    for number, (column, heading) in enumerate(zip(HEADINGS, headings(language), strict=True)):
        form = book.add_format({"num_format": FORMATS[column]}) if column in FORMATS else None
        sheet.set_column(number, number, WIDE.get(column, WIDTH), form)
        sheet.write_string(0, number, heading, bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(examples(metropolis, language=language, today=today), start=1):
        _write(sheet, line, row)
    _offer(sheet, lists, bold, metropolis, language)
    book.close()
    return file.getvalue()


def _write(sheet: Any, line: int, row: Row) -> None:  # noqa: ANN401 - published without types
    for number, column in enumerate(HEADINGS):
        text = row.get(column, "")
        if text and column in FORMATS:
            form = "%d/%m/%Y" if "/" in text else "%H:%M"
            moment = datetime.strptime(text, form)
            sheet.write_datetime(line, number, moment if "/" in text else moment.time())
        elif text:
            sheet.write_string(line, number, text)


def _offer(sheet: Any, lists: Any, bold: object, metropolis: Metropolis, language: str) -> None:  # noqa: ANN401
    """The words of each column on the second sheet, and as a list to choose from on the first; nothing is forced."""
    columns = list(HEADINGS)
    for number, (column, words) in enumerate(_choices(metropolis, language).items()):
        lists.set_column(number, number, 34)
        lists.write_string(0, number, headings(language)[columns.index(column)], bold)
        for line, word in enumerate(words, start=1):
            lists.write_string(line, number, word)
        letter = chr(ord("A") + number)
        source = f"='{lists.get_name()}'!${letter}$2:${letter}${len(words) + 1}"
        place = columns.index(column)
        rule = {"validate": "list", "source": source, "error_type": "information", "show_error": False}
        sheet.data_validation(1, place, ROWS, place, rule)


def _choices(metropolis: Metropolis, language: str) -> dict[str, Sequence[str]]:
    place, yes_no = _place(language), YES_NO[LANGUAGES[_place(language)]]
    repeats = [REPEATS[rule][0 if not place else each] for rule, each in
               (("FREQ=WEEKLY", 2), ("FREQ=WEEKLY;INTERVAL=2", 2), ("FREQ=MONTHLY", 2))]  # fmt: skip
    return {
        "disciplines": _labels(metropolis.disciplines, language), "format": _labels(metropolis.formats, language),
        "audiences": _labels(metropolis.audiences, language), "free": yes_no, "all_day": yes_no, "repeat": repeats,
        "status": [words[place] for words in STATUSES.values()],
        "cohosts": [each.name for each in metropolis.districts],
    }  # fmt: skip


def _labels(vocabulary: Vocabulary, language: str) -> list[str]:
    return [each.label(language) for each in vocabulary.terms]
