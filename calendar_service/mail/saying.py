"""What templates of mails say about an event, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calendar_service.domain.events import Event, Occurrence, Status
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

    def change(self, difference: Difference, places: Mapping[str, str]) -> str:
        """What became of one date, in a line, and why."""
        reason = difference.now.reason if difference.now else ""
        said = self._became(difference, places)
        return f"{said} · {reason}" if said and reason else said

    def _became(self, difference: Difference, places: Mapping[str, str]) -> str:
        was, now = difference.was, difference.now
        match difference.change:
            case "moved" if was and now:
                said = self.words.t("Antes: %(was)s → Ahora: %(now)s", was=self._span(was), now=self._span(now))
                return said if was.place == now.place else f"{said} · {self._now_at(now, places)}"
            case "placed" if was and now:
                parts = (self._span(now), self._now_at(now, places), self._was_at(was, places))
                return " · ".join(part for part in parts if part)
            case "added" if now:
                return self.words.t("Nueva fecha: %(when)s", when=self._span(now))
            case "back" if now:
                return self.words.t("Vuelve a estar en pie: %(when)s", when=self._span(now))
        known = was or now
        return self.words.t("Ya no va: %(when)s", when=self._span(known)) if known else ""

    def _span(self, known: Known) -> str:
        return self.words.span(known.when, today=self.today)

    def _now_at(self, known: Known, places: Mapping[str, str]) -> str:
        place = places.get(known.place, known.place)
        return self.words.t("ahora en: %(place)s", place=place) if place else self.words.t("lugar por confirmar")

    def _was_at(self, known: Known, places: Mapping[str, str]) -> str:
        place = places.get(known.place, known.place)
        return self.words.t("antes en: %(place)s", place=place) if place else ""
