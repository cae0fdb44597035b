"""When something is, said in English: understood as the same sentence in Spanish is, or told back as it was typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.domain.times import spoken
from calendar_service.domain.times.spoken import Misheard
from calendar_service.domain.times.spoken_english import understand

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("every Saturday from 4 to 6 p.m. until 28 March, except 25 December",
         "cada sábado de 4 a 6 p. m. hasta el 28 de marzo, menos el 25 de diciembre"),
        ("every Saturday 4-6 pm until March 28, except holidays",
         "cada sábado de 4 a 6 p. m. hasta el 28 de marzo, menos los feriados"),
        ("Every Friday until the end of March, except holidays and 5 February",
         "cada viernes hasta fines de marzo, menos los feriados y el 5 de febrero"),
        ("Saturdays and Sundays from 10 a.m. to 1 p.m. until the end of February",
         "sábados y domingos de 10 a. m. a 1 p. m. hasta fines de febrero"),
        ("every two weeks on Tuesdays from 6 to 8 pm for eight weeks",
         "cada dos semanas los martes de 6 a 8 p. m. durante 8 semanas"),
        ("every other Saturday at 7:30 pm, 6 times", "sábado por medio a las 7:30 p. m., 6 veces"),
        ("from Monday to Friday, 9 to 13, until December 20", "de lunes a viernes de 9 a 13 hasta el 20 de diciembre"),
        ("weekdays at noon until 20 December", "días de semana a mediodía hasta el 20 de diciembre"),
        ("the last Sunday of every month at 11 am, 5 times", "el último domingo de cada mes a las 11 a. m., 5 veces"),
        ("the 2nd Saturday of each month until June", "el segundo sábado de cada mes hasta junio"),
        ("on the 15th of every month at noon until the end of the year",
         "el día 15 de cada mes a mediodía hasta fin de año"),
        ("from 5 to 20 December", "del 5 al 20 de diciembre"),
        ("December 28 to January 3, all day", "del 28 de diciembre al 3 de enero, todo el día"),
        ("5 to 20 December from 10 to 18", "del 5 al 20 de diciembre de 10 a 18"),
        ("5, 6, 12 and 13 December at 10 am", "el 5, 6, 12 y 13 de diciembre a las 10 a. m."),
        ("December 5th and January 2nd, 4 pm", "5 de diciembre y 2 de enero, 4 p. m."),
        ("Saturday 5 December, 7:30 p.m.", "sábado 5 de diciembre, 7:30 p. m."),
        ("Sat, Dec 5, 2026 at 7:30 pm", "sábado 5 de diciembre de 2026 a las 7:30 p. m."),
        ("Saturdays in January and February at 5 pm", "los sábados de enero y febrero a las 5 p. m."),
        ("every day from 6 pm until 9 pm starting 5 December for two weeks",
         "todos los días de 6 a 9 p. m. desde el 5 de diciembre durante 2 semanas"),
        ("every weekend at 11 am until December 20", "cada fin de semana a las 11 a. m. hasta el 20 de diciembre"),
        ("tomorrow from 11 am to 1 pm", "mañana de 11 a. m. a 1 p. m."),
        ("this Saturday", "este sábado"),
        ("05/12/2026 19:30", "05/12/2026 19:30"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_said_in_english_means_what_it_means_in_spanish(english: str, spanish: str) -> None:
    assert understand(english, today=MONDAY) == spoken.understand(spanish, today=MONDAY)


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("every full moon", "spoken_rest", {"rest": "every full moon"}),
        ("every Saturday until 28 March, except birthdays", "spoken_rest", {"rest": "except birthdays"}),
        ("every Saturday from 4 to 6", "spoken_hour", {"hour": "4–6"}),
        ("February 31", "spoken_date", {"date": "february 31"}),
        ("Sunday 5 December", "spoken_weekday", {"date": "sunday 5 december"}),
    ],
)
def test_what_is_not_understood_is_told_in_the_words_that_were_typed(
    text: str, code: str, values: dict[str, str]
) -> None:
    with pytest.raises(Misheard) as wrong:
        understand(text, today=MONDAY)
    assert (wrong.value.code, wrong.value.values) == (code, values)


SOME = """every each Saturday saturdays sunday Mon to from until the of and , except holidays 5 12 31 45 0 2026 december
jan. may p.m. am 4 7:30 25:61 pm all day weeks two times for first last month today at noon - 4-6 other end year"""


@settings(max_examples=300, deadline=500)
@given(st.one_of(st.lists(st.sampled_from(SOME.split()), max_size=14).map(" ".join), st.text(max_size=60)))
def test_whatever_is_typed_is_understood_or_refused_with_a_reason(text: str) -> None:
    try:
        found = understand(text, today=MONDAY).kind
    except Misheard as wrong:
        found = wrong.code
    assert found.partition("_")[0] in (
        "",
        "daily",
        "weekly",
        "monthly-day",
        "monthly-weekday",
        "monthly-last",
        "spoken",
    )
