"""Reading tables of events: the headings, days, hours and words that people type."""

from __future__ import annotations

import pytest

from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Status
from feeds.tables.csv_reader import read_csv
from tests.feeds.reading import LIMA, remarks, table

HEADINGS = "título,fecha,hora inicio,hora fin"


def one(headings: str, cells: str) -> dict[str, object]:
    """The fields of the only row."""
    (draft,) = table(headings, cells)
    assert draft.refusals == ()
    return dict(draft.fields)


@pytest.mark.parametrize(
    "headings",
    [HEADINGS, "TITULO,FECHA,HORA DE INICIO,HORA FIN", "summary,date,start time,end time",
     "título / summary,fecha/date,hora inicio/start time,hora fin/end time", "Título *,Fecha:,Hora inicio,Hora fin"],
)  # fmt: skip
def test_headings_are_forgiven_accents_case_and_language(headings: str) -> None:
    fields = one(headings, "Retreta,05/12/2026,19:30,21:00")
    assert (fields["summary"], fields["start"], fields["end"]) == ("Retreta", "2026-12-05T19:30", "2026-12-05T21:00")


@pytest.mark.parametrize("headings", ["título,inicio,fin", "summary,start,end"])
def test_day_and_hour_may_stand_in_one_cell(headings: str) -> None:
    fields = one(headings, "Retreta,05/12/2026 19:30,2026-12-05 21:00")
    assert (fields["start"], fields["end"]) == ("2026-12-05T19:30", "2026-12-05T21:00")


def test_columns_stand_in_any_order_and_unknown_ones_are_said() -> None:
    reading = read_csv(b"hora fin;color;fecha;summary;hora inicio\n21:00;azul;2026-12-05;Retreta;19:30", receiver=LIMA)
    assert reading.drafts[0].fields["end"] == "2026-12-05T21:00"
    assert reading.remarks[0].values == {"columns": ["color"]}


def test_a_table_without_the_needed_headings_is_refused_with_their_names() -> None:
    with pytest.raises(Invalid) as refused:
        table("nombre,lugar", "Retreta,Parque")
    assert refused.value.problems[0].values == {"columns": ["date"]}


def test_a_title_may_stand_above_the_headings_and_rows_keep_their_numbers() -> None:
    (draft,) = table("Agenda de diciembre", "", "fecha,título", "", "05/12/2026,Retreta")
    assert (draft.row, draft.fields["summary"]) == (5, "Retreta")


@pytest.mark.parametrize(
    "data",
    [
        "título;fecha\nPeña, con baile;05/12/2026\n".encode(),
        'título;fecha\r\n"Peña, con baile";05/12/2026\r\n'.encode("utf-8-sig"),
        "título;fecha\nPeña, con baile;05/12/2026".encode("latin-1"),
        "título\tfecha\nPeña, con baile\t05/12/2026".encode("utf-16"),
        b"sep=;\nt\xedtulo;fecha\nPe\xf1a, con baile;05/12/2026",
    ],
)
def test_delimiters_and_encodings_are_found_out(data: bytes) -> None:
    (draft,) = read_csv(data, receiver=LIMA).drafts
    assert (draft.fields["summary"], draft.fields["start"]) == ("Peña, con baile", "2026-12-05")


@pytest.mark.parametrize("day", ["2026-12-05", "05/12/2026", "5-12-2026", "5.12.2026", "5 de diciembre de 2026",
                                 "sábado 5 de dic. 2026", "2026-12-05 00:00:00"])  # fmt: skip
def test_days_are_written_in_many_ways_the_day_before_the_month(day: str) -> None:
    assert str(one("título,fecha", f"Retreta,{day}")["start"]).startswith("2026-12-05")


@pytest.mark.parametrize(
    ("hour", "expected"),
    [("19:30", "19:30"), ("7:30 pm", "19:30"), ("7:30 p. m.", "19:30"), ("7 P.M.", "19:00"), ("12 am", "00:00"),
     ("12:15 pm", "12:15"), ("19h30", "19:30"), ("19:30:00", "19:30"), ("9", "09:00"), ("10 horas", "10:00")],
)  # fmt: skip
def test_hours_are_written_in_many_ways(hour: str, expected: str) -> None:
    assert one("título,fecha,hora", f"Retreta,2026-12-05,{hour}")["start"] == f"2026-12-05T{expected}"


def test_a_row_without_hours_is_about_whole_days() -> None:
    fields = one("título,fecha,fecha fin", "Feria,05/12/2026,08/12/2026")
    assert (fields["start"], fields["end"], fields["all_day"]) == ("2026-12-05", "2026-12-08", True)


def test_a_night_ends_on_the_next_day() -> None:
    assert one(HEADINGS, "Peña,05/12/2026,10 pm,2 am")["end"] == "2026-12-06T02:00"


def test_what_is_wrong_is_said_all_at_once_next_to_its_field() -> None:
    headings = "título,fecha,hora,disciplina,gratis,estado,coorganiza,enlace,repetición"
    (draft,) = table(headings, ",31/02/2026,25:00,danzón,quizás,listo,Atlantis,javascript:x,a veces")
    assert remarks(draft) == [
        ("summary", "required"), ("start", "import_day"), ("start", "import_time"), ("booking_url", "draft_link"),
        ("disciplines", "unknown_value"), ("free", "import_yes_or_no"), ("cohosts", "unknown_value"),
        ("status", "import_status_unknown"),
    ]  # fmt: skip


def test_labels_and_slugs_are_taken_several_in_a_cell() -> None:
    headings = "título,fecha,disciplina,formato,público,coorganiza,estado"
    cells = "Gala,2026-12-05,Teatro|danza,Función o espectáculo,Niñez|familias,Miraflores|santiago-de-surco,reserva"
    (draft,) = table(headings, cells)
    assert draft.fields["disciplines"] == ["teatro", "danza"]
    assert (draft.fields["format"], draft.fields["audiences"]) == ("funcion", ["ninez", "familias"])
    assert (draft.cohosts, draft.status) == (("miraflores", "santiago-de-surco"), Status.TENTATIVE)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("15", {"price": "15.00", "currency": "PEN"}), ("S/ 15.00", {"price": "15.00", "currency": "PEN"}),
        ("S/.15,50", {"price": "15.50", "currency": "PEN"}), ("1 500", {"price": "1500.00", "currency": "PEN"}),
        ("Gratis", {"free": True}), ("0", {"free": True}),
        ("Desde S/ 10", {"price_text": "Desde S/ 10"}), ("US$ 5", {"price_text": "US$ 5"}),
    ],
)  # fmt: skip
def test_prices_are_figures_or_words(price: str, expected: dict[str, object]) -> None:
    fields = one("título;fecha;precio", f"Gala;2026-12-05;{price}")
    assert {name: fields[name] for name in ("free", "price", "currency", "price_text") if name in fields} == expected


@pytest.mark.parametrize(
    ("cells", "rule"),
    [("semanal,28/03/2027", "FREQ=WEEKLY;UNTIL=20270328"),
     ("Quincenal,2027-03-28", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270328"),
     ("mensual,2027-03-28", "FREQ=MONTHLY;UNTIL=20270328"), ("RRULE:FREQ=DAILY;COUNT=3,", "FREQ=DAILY;COUNT=3")],
)  # fmt: skip
def test_repetitions_are_words_or_rules(cells: str, rule: str) -> None:
    (draft,) = table("título,fecha,repetición,hasta", f"Taller,2026-12-05,{cells}")
    assert (draft.rules, draft.refusals) == ((rule,), ())


def test_a_repetition_without_an_end_asks_for_one() -> None:
    (draft,) = table("título,fecha,repetición,hasta", "Taller,2026-12-05,semanal,")
    assert remarks(draft) == [("rrule", "import_until_missing")]


def test_the_end_date_of_a_series_is_taken_as_its_last_day_and_said() -> None:
    (draft,) = table("título,fecha,fecha fin,hora,repetición", "Taller,2026-12-05,2027-01-30,10:00,semanal")
    assert (draft.rules, draft.fields["end"]) == (("FREQ=WEEKLY;UNTIL=20270130",), "2026-12-05T11:00")
    assert ("rrule", "import_end_as_until") in remarks(draft)


def test_the_apostrophe_that_keeps_a_cell_from_calculating_is_no_part_of_the_text_s33() -> None:
    headings = "título,fecha"
    assert one(headings, "'=1+1,2026-12-05")["summary"] == "=1+1"
    assert one(headings, "'60s y 70s,2026-12-05")["summary"] == "'60s y 70s"


@pytest.mark.parametrize(
    ("word", "slug"),
    [("Surco", "santiago-de-surco"), ("MUNICIPALIDAD DE COMAS", "comas"), ("san juan", None),
     ("Lima", "lima"), ("de", None), ("Cusco", None)],
)  # fmt: skip
def test_a_district_is_named_as_people_call_it_if_that_means_one(word: str, slug: str | None) -> None:
    (draft,) = table("título,fecha,coorganiza", f"Gala,2026-12-05,{word}")
    assert draft.cohosts == ((slug,) if slug else ())
    assert remarks(draft) == ([] if slug else [("cohosts", "unknown_value")])


def test_a_key_names_a_row_once() -> None:
    first, second = table("clave,título,fecha", "a,Uno,2026-12-05", "a,Dos,2026-12-06")
    assert (first.key, first.refusals, remarks(second)) == ("a", (), [("key", "import_key_twice")])
    assert second.refusals[0].values == {"row": 2}


def test_without_a_key_a_row_is_known_by_title_day_and_hour_however_written() -> None:
    (one,) = table(HEADINGS, "Retreta,05/12/2026,7:30 pm,9 pm")
    (other,) = table(HEADINGS, "RETRETA,2026-12-05,19:30,21:00")
    assert one.key == other.key


def test_a_damaged_or_endless_table_is_refused_s40() -> None:
    with pytest.raises(Invalid) as refused:
        table("título,fecha", '"' + "x" * 200_000)
    assert refused.value.problems[0].code == "import_table_damaged"
    with pytest.raises(Invalid) as refused:
        table("título,fecha", *(f"Retreta {number},2026-12-05" for number in range(101)))
    assert refused.value.problems[0].code == "import_too_many"


def test_who_organises_is_named_as_it_is_written() -> None:
    """Which entries of the register are meant is not the file's to say."""
    headings = "título,fecha,organización"
    (several,), (none,) = (table(headings, f"Gala,2026-12-05,{cell}") for cell in ("Marea | Teatro Sur", ""))
    assert several.fields["organisations"] == [
        {"name": "Marea", "role": "organiser"}, {"name": "Teatro Sur", "role": "organiser"},
    ]  # fmt: skip
    assert "organisations" not in none.fields
