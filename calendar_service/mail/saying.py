"""What templates of mails say about an event, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.services.mails.runs import Became, Run, became
from calendar_service.services.mails.timetables import Difference, Known
from calendar_service.words import Span, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """In one language, on one day."""

    words: Words
    today: date

    def when(self, span: Span) -> str:
        """Say "mañana · sáb. 5 de diciembre, 7:30 p. m. a 9 p. m."."""
        said = self.words.span(span, today=self.today)
        near = self.words.relative_day(span.start.date(), self.today)
        return f"{near} · {said}" if near != self.words.day(span.start.date(), today=self.today) else said

    def day(self, day: date) -> str:
        """Say "mañana", or the day with a capital, for the beginning of a subject."""
        said = self.words.relative_day(day, self.today)
        return said[:1].upper() + said[1:]

    def place(self, occurrence: Occurrence) -> str:
        """Say "Parque Municipal, Av. Grau 100 (Barranco)"."""
        venue, event = occurrence.venue, occurrence.event
        if venue is None:
            online = self.words.t("En línea") if event.online_url else ""
            return event.place_note or online or event.host.name
        named = ", ".join(part for part in (venue.name, venue.address) if part)
        return f"{named} ({venue.district.name})"

    def off(self, occurrence: Occurrence) -> str:
        """Say that it was cancelled; nothing of what stands."""
        return self.words.t("Cancelado") if occurrence.status == Status.CANCELLED else ""

    def price(self, event: Event) -> str:
        """Say "Ingreso libre", "S/ 15", or what the host wrote; nothing where nothing is known."""
        if event.free:
            return self.words.free
        if event.price is not None:
            return self.words.price(event.price, event.currency)
        return event.price_text

    def changes(self, differences: Sequence[Difference]) -> str:
        """What became of an event's dates, in a sentence."""
        many = len(differences)
        match became(differences):
            case Became.DAY:
                return self.words.t("Cambió la fecha.")
            case Became.HOUR:
                return self.words.t("Cambió la hora.")
            case Became.PLACE:
                return self.words.t("Cambió el lugar.")
            case Became.OFF:
                return self.words.n("Se canceló una fecha.", "Se cancelaron %(num)s fechas.", many)
            case Became.NEW:
                return self.words.n("Hay una fecha nueva.", "Hay %(num)s fechas nuevas.", many)
        return self.words.t("Cambió la fecha, la hora o el lugar.")

    def change(self, run: Run, places: Mapping[str, str]) -> str:
        """What became of one date, or of one each week, in a line, and why."""
        first = run[0]
        said = self._became(first, places, self._span if len(run) == 1 else self._weekly, times=len(run))
        reason = first.now.reason if first.now else ""
        return " · ".join(part for part in (said, self._which(run), reason) if part)

    def _which(self, run: Run) -> str:
        """Of how many dates it is said, from when to when."""
        if len(run) == 1:
            return ""
        days = sorted(known.when.start.date() for each in run if (known := each.now or each.was))
        between = self.words.days(days[0], days[-1], today=self.today)
        return self.words.n("%(num)s fecha, %(days)s", "%(num)s fechas, %(days)s", len(run), days=between)

    def _became(
        self, difference: Difference, places: Mapping[str, str], when: Callable[[Known], str], *, times: int
    ) -> str:
        was, now = difference.was, difference.now
        match difference.change:
            case "moved" if was and now:
                said = self.words.t("Antes: %(was)s → Ahora: %(now)s", was=when(was), now=when(now))
                return said if was.place == now.place else f"{said} · {self._now_at(now, places)}"
            case "placed" if was and now:
                before = " · ".join(part for part in (when(now), self._was_at(was, places)) if part)
                return f"{before} → {self._now_at(now, places)}"
            case "added" if now:
                return self.words.n("Nueva fecha: %(when)s", "Nuevas fechas: %(when)s", times, when=when(now))
            case "back" if now:
                return self.words.t("Vuelve a estar en pie: %(when)s", when=when(now))
        known = was or now
        return self.words.t("Ya no va: %(when)s", when=when(known)) if known else ""

    def _weekly(self, known: Known) -> str:
        return self.words.weekly(known.when)

    def _span(self, known: Known) -> str:
        return self.words.span(known.when, today=self.today)

    def _now_at(self, known: Known, places: Mapping[str, str]) -> str:
        place = places.get(known.place, known.place)
        return self.words.t("ahora en: %(place)s", place=place) if place else self.words.t("lugar por confirmar")

    def _was_at(self, known: Known, places: Mapping[str, str]) -> str:
        place = places.get(known.place, known.place)
        return self.words.t("antes en: %(place)s", place=place) if place else ""
