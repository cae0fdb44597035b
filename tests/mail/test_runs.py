"""What a series became is told as one thing, in both languages (M15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from calendar_service.mail.saying import Saying
from calendar_service.services.mails.runs import runs
from calendar_service.services.mails.timetables import Dates, Difference, Known, differences
from calendar_service.words import plain, words

ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
THURSDAY = datetime(2026, 12, 3, 19)
HALL = "casa-de-la-cultura"
HERE = {HALL: "Casa de la Cultura"}


def known(start: datetime, *, place: str = HALL, on: bool = True, reason: str = "") -> Known:
    end = start + timedelta(hours=2)
    return Known(
        start=start.isoformat(timespec="minutes"), end=end.isoformat(timespec="minutes"), place=place, on=on,
        begins=start.isoformat() + "+00:00", reason=reason,
    )  # fmt: skip


def dates(*starts: datetime, **of_each: str | bool) -> Dates:
    return {f"{each:%Y%m%dT%H%M}": known(each, **of_each) for each in starts}  # type: ignore[arg-type]


def weekly(first: datetime, times: int, *, pause: timedelta = ONE_WEEK) -> list[datetime]:
    return [first + pause * number for number in range(times)]


def told(changed: Sequence[Difference], language: str = "es") -> list[str]:
    say = Saying(words=words(language, locale="es_PE"), today=date(2026, 12, 1))
    return [plain(say.change(each, HERE)) for each in runs(changed)]


def test_a_series_on_another_weekday_is_one_line() -> None:
    changed = differences(dates(*weekly(THURSDAY, 4)), dates(*weekly(THURSDAY + ONE_DAY, 4)))
    (es,), (en,) = told(changed), told(changed, "en")
    assert es == (
        "Antes: cada jueves, 7 p. m. a 9 p. m. → Ahora: cada viernes, 7 p. m. a 9 p. m."
        " · 4 fechas, del 4 al 25 de diciembre"
    )
    assert en == ("Before: every Thursday, 7 pm to 9 pm → Now: every Friday, 7 pm to 9 pm · 4 dates, 4 to 25 December")


def test_what_is_not_the_same_each_week_is_a_line_of_its_own() -> None:
    """In the order in which it was to begin; a week that is left out changes nothing."""
    was, now = weekly(THURSDAY, 6), weekly(THURSDAY + ONE_DAY, 6)
    del was[3], now[3]
    now[1] += timedelta(hours=1)
    lines = told(differences(dates(*was), dates(*now)))
    assert [each[:21] for each in lines] == ["Antes: cada jueves, 7", "Antes: jue. 10 de dic"]


def test_two_dates_and_what_comes_every_other_week_are_told_by_their_days() -> None:
    for starts in (weekly(THURSDAY, 2), weekly(THURSDAY, 5, pause=2 * ONE_WEEK)):
        moved = differences(dates(*starts), dates(*(each + ONE_DAY for each in starts)))
        assert [len(run) for run in runs(moved)] == [1] * len(starts)


def test_a_series_that_ends_a_week_sooner_on_its_new_day_is_compared_week_by_week() -> None:
    changed = differences(dates(*weekly(THURSDAY, 5)), dates(*weekly(THURSDAY + ONE_DAY, 4)))
    assert [(str(run[0].change), len(run)) for run in runs(changed)] == [("moved", 4), ("cancelled", 1)]


def test_of_a_whole_series_another_place_its_end_and_new_dates_are_one_line_each() -> None:
    was, more = weekly(THURSDAY, 3), weekly(THURSDAY, 6)[3:]
    span = "cada jueves, 7 p. m. a 9 p. m."
    days = "3 fechas, del 3 al 17 de diciembre"
    later = "3 fechas, del 24 de dic. de 2026 al 7 de ene. de 2027"
    for now, said in (
        (dates(*was, place="Malecón"), f"{span} · antes en: Casa de la Cultura → ahora en: Malecón · {days}"),
        (dates(*was, on=False, reason="Obras"), f"Ya no va: {span} · {days} · Obras"),
        (dates(*was, *more), f"Nuevas fechas: {span} · {later}"),
    ):
        assert told(differences(dates(*was), now)) == [said]


def test_a_sentence_says_what_it_is_if_it_is_one_thing() -> None:
    was, hour = weekly(THURSDAY, 2), timedelta(hours=1)
    cases = {
        "Cambió la fecha.": dates(*(each + ONE_DAY for each in was)),
        "Cambió la hora.": dates(*(each + hour for each in was)),
        "Cambió el lugar.": dates(*was, place="Malecón"),
        "Se cancelaron 2 fechas.": dates(*was, on=False),
        "Se canceló una fecha.": dates(was[0]),
        "Hay una fecha nueva.": dates(*weekly(THURSDAY, 3)),
        "Cambió la fecha, la hora o el lugar.": dates(*(each + ONE_DAY + hour for each in was)),
    }
    say = Saying(words=words("es", locale="es_PE"), today=date(2026, 12, 1))
    assert {said: say.changes(differences(dates(*was), now)) for said, now in cases.items()} == {
        said: said for said in cases
    }
    shorter = replace(known(was[0] + ONE_DAY), end=(was[0] + ONE_DAY + hour).isoformat())
    for before, now in ((was, dates(was[0] + hour)), (was[:1], {"another": shorter})):
        assert say.changes(differences(dates(*before), now)) == "Cambió la fecha, la hora o el lugar."
