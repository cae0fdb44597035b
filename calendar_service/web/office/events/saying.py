"""What stands in an event, field by field, in words: for its history (old and new) and for two texts side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from calendar_service.domain.posting.pictures import digest_in
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import read_recurrence_id, read_wall
from calendar_service.domain.times.recurrence import BadRule, Rule
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.entrance import asking
from calendar_service.words import Words, mark

LABELS: Mapping[str, str] = {
    "summary": mark("Título"), "abstract": mark("En una frase"), "description": mark("Descripción"),
    "lang": mark("Idioma del texto"), "start": mark("Empieza"), "end": mark("Termina"),
    "timezone": mark("Zona horaria"), "all_day": mark("Todo el día"), "rrule": mark("Repetición"),
    "rdates": mark("Fechas añadidas"), "exdates": mark("Fechas quitadas"), "disciplines": mark("Disciplina"),
    "format": mark("Formato"), "audiences": mark("Público"), "age_from": mark("Edad mínima"),
    "age_to": mark("Edad máxima"), "free": mark("Ingreso libre"), "price": mark("Precio"),
    "currency": mark("Moneda"), "price_text": mark("Sobre el precio"), "booking_url": mark("Enlace de reserva"),
    "venue": mark("Lugar"), "place_note": mark("Indicación del lugar"), "online_url": mark("Enlace en línea"),
    "outdoors": mark("Al aire libre"), "public_space": mark("Espacio público"),
    "accessibility": mark("Accesibilidad"), "languages": mark("Idiomas del evento"),
    "organisations": mark("Organizaciones"), "image": mark("Afiche"), "expected_attendance": mark("Público esperado"),
    "internal_note": mark("Nota interna"), "date_reason": mark("Por qué esta fecha"),
    "hold_shows": mark("Lo que muestra la reserva"), "host": mark("Organiza"), "status": mark("Estado"),
    "withdrawn": mark("Retirado"), "taken_down": mark("Quitado de las páginas públicas"),
    "reason": mark("Motivo"), "hold_until": mark("Reservado hasta"),
}  # fmt: skip
STATUSES: Mapping[str, str] = {
    "draft": mark("borrador"), "tentative": mark("reserva de fecha"), "confirmed": mark("publicado"),
    "cancelled": mark("cancelado"), "discarded": mark("en la papelera"),
}  # fmt: skip
CONSENTS: Mapping[str, str] = {
    "invited": mark("por responder"), "accepted": mark("aceptó"), "declined": mark("declinó"),
    "left": mark("se retiró"),
}  # fmt: skip
SHARES: Mapping[str, str] = {
    "proposed": mark("por responder"), "accepted": mark("lo muestra"), "declined": mark("declinó"),
    "taken-down": mark("dejó de mostrarlo"), "withdrawn": mark("retiraste la propuesta"),
}  # fmt: skip
SHOWS: Mapping[str, str] = {
    "busy": mark("que la fecha está tomada"), "full": mark("todo"),
}  # fmt: skip
MOMENTS = ("start", "end", "rdates", "exdates")
PER_DISTRICT = ("hosts", "contributions")
NOT_SAID = ("cohosts",)
"""What `hosts` says already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field with what it said and what it says; empty where it said nothing."""

    label: str
    old: str
    new: str


class Saying:
    """Says values of events in the language of the request. `start` is that of the event, for its repetition;
    `venues` and `parties` are names by slug.
    """

    def __init__(
        self, *, start: datetime, all_day: bool, timezone: str, venues: Mapping[str, str],
        parties: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.words: Words = asking.words()
        self.metropolis: Metropolis = asking.metropolis()
        self.today = asking.today()
        self.start, self.all_day, self.timezone, self.venues = start, all_day, timezone, venues
        self.parties = parties
        self.districts = {each.slug: each.name for each in self.metropolis.districts}
        self.ways = self._ways()

    def _ways(self) -> Mapping[str, Callable[[Any], str]]:
        """How the fields are said that hold a code or a value that is written otherwise."""
        names, words, metropolis = {**self.districts, **self.venues}, self.words, self.metropolis
        return {
            "organisations": lambda parties: words.list_and([self._party(each) for each in parties]),
            "disciplines": lambda slugs: self._labels(metropolis.disciplines, slugs),
            "audiences": lambda slugs: self._labels(metropolis.audiences, slugs),
            "accessibility": lambda slugs: self._labels(metropolis.accessibility, slugs),
            "format": lambda slug: self._labels(metropolis.formats, [slug]),
            "languages": lambda codes: words.list_and([words.language_name(each) for each in codes]),
            "lang": words.language_name,
            "status": lambda status: words.t(STATUSES[status]),
            "hold_shows": lambda shows: words.t(SHOWS[shows]),
            "hold_until": lambda day: words.day(date.fromisoformat(day), today=self.today),
            "venue": lambda slug: names.get(slug, slug),
            "host": lambda slug: names.get(slug, slug),
            "price": lambda amount: words.number(Decimal(amount)),
            "rrule": self._rule,
            "image": self._image,
        }

    def differences(self, changes: Mapping[str, Sequence[Any]]) -> list[Difference]:
        """Each change (field → old, new) in words; what shows no difference in words is left out."""
        order = {name: place for place, name in enumerate(LABELS)}
        named = sorted(changes.items(), key=lambda each: order.get(each[0], len(order)))
        said = (each for name, (old, new) in named for each in self._change(name, old, new))
        return [each for each in said if each.old != each.new]

    def _change(self, name: str, old: Any, new: Any) -> Iterator[Difference]:  # noqa: ANN401 - plain JSON
        if name in NOT_SAID:
            return
        if name == "overrides":
            yield from self._dates(old or {}, new or {})
        elif name in PER_DISTRICT:
            yield from self._districts(name, old or {}, new or {})
        else:
            label = self.words.t(LABELS[name]) if name in LABELS else name
            yield Difference(label=label, old=self.said(name, old), new=self.said(name, new))

    def _dates(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
        for key in sorted(old.keys() | new.keys()):
            label = self.words.t("Fecha: %(date)s", date=self._moment(read_recurrence_id(key)))
            yield Difference(label=label, old=self._date(old.get(key)), new=self._date(new.get(key)))

    def _date(self, override: Mapping[str, Any] | None) -> str:
        """One date that differs: its new time, its place, or that it is cancelled."""
        if override is None:
            return self.words.t("como el evento")
        parts = [self.words.t("cancelada")] if override["status"] == "cancelled" else []
        if override["start"]:
            parts.append(self._wall(override["start"]))
        if override["venue"]:
            parts.append(self.venues.get(override["venue"], override["venue"]))
        said = " · ".join(parts) or self.words.t("como el evento")
        return f"{said} ({override['reason']})" if override["reason"] else said

    def _districts(self, name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
        text = mark("Coorganiza %(district)s") if name == "hosts" else mark("Aporte de %(district)s")
        for slug in sorted(old.keys() | new.keys()):
            label = self.words.t(text, district=self.districts.get(slug, slug))
            before, after = old.get(slug, ""), new.get(slug, "")
            if name == "hosts":
                before, after = (self.words.t(CONSENTS[each]) if each else "" for each in (before, after))
            yield Difference(label=label, old=before, new=after)

    def said(self, name: str, value: Any) -> str:  # noqa: ANN401 - plain JSON
        """A value of a field; empty for nothing."""
        if value is None or value in ("", []):
            return ""
        if isinstance(value, bool):
            return self.words.t("sí") if value else self.words.t("no")
        if name in MOMENTS:
            walls = value if isinstance(value, list) else [value]
            return "; ".join(self._wall(each) for each in walls)
        if way := self.ways.get(name):
            return way(value)
        return "; ".join(value) if isinstance(value, list) else str(value)

    def _image(self, image: Mapping[str, str]) -> str:
        """What it shows, in words; a change of the picture alone is told by a sign of its name."""
        credit = self.words.t("de %(credit)s", credit=image["credit"]) if image["credit"] else ""
        name = (digest_in(image["url"]) or "")[:6]
        return " · ".join(filter(None, (image["alt"], credit, name)))

    def _party(self, party: Mapping[str, str]) -> str:
        name = self.parties.get(party["slug"], party["slug"])
        return self.words.t("%(name)s (organiza)", name=name) if party["role"] == "organiser" else name

    def _labels(self, vocabulary: Vocabulary, slugs: Sequence[str]) -> str:
        return "; ".join(vocabulary.label(slug, self.words.language) for slug in slugs)

    def _rule(self, text: str) -> str:
        """The repetition; one whose days hang on its start, and does not fit the present one, is said in short."""
        try:
            rule = Rule.read_open(text, start=self.start, all_day=self.all_day, timezone=self.timezone)
            said = self.words.recurrence(rule if rule.byday or rule.bymonthday else rule.checked(), today=self.today)
        except BadRule:
            said = self.words.t("en varias fechas")
        return said

    def _wall(self, text: str) -> str:
        return self._moment(read_wall(text)[0], all_day="T" not in text)

    def _moment(self, wall: datetime, *, all_day: bool = False) -> str:
        day = self.words.day(wall.date(), today=self.today)
        if all_day or self.all_day:
            return day
        return self.words.t("%(day)s, %(time)s", day=day, time=self.words.time(wall))
