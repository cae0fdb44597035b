"""What a calendar entry says in words: title, description, place, contact. Plain text, in the feed's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from calendar_service import addresses
from calendar_service.domain.events import Event, Status
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.dates import Date
from calendar_service.prose import unmarked
from calendar_service.words import Words, plain, words

LONGEST_DESCRIPTION = 2_000
"""Characters of abstract and description; facts and the link stand below them whole."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How an installation says things in one language; `rich`: also in the words of newer standards.

    `parties` are the names of the organisations that take part in what is worded, by slug.
    """

    installation: Installation
    language: str
    rich: bool = False
    parties: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def words(self) -> Words:
        """The words of that language, with the metropolis's formats."""
        return words(self.language, locale=self.installation.metropolis.locale)

    @property
    def cancelled(self) -> str:
        """The word before the title of what does not take place."""
        prefixes = self.installation.metropolis.cancelled
        return prefixes.get(self.language) or next(iter(prefixes.values()))

    def summary(self, event: Event, *, cancelled: bool) -> str:
        """The title; programs that hide or ignore STATUS read in it that the event was called off, or is not
        public yet.
        """
        word = self.cancelled if cancelled else self._unpublished(event)
        return f"{word}: {event.summary}" if word else event.summary

    def _unpublished(self, event: Event) -> str:
        match event.status:
            case Status.DRAFT:
                drafts = self.installation.metropolis.draft
                return drafts.get(self.language) or next(iter(drafts.values()))
            case Status.TENTATIVE:
                return self.words.t("RESERVA")
        return ""

    def busy(self, event: Event) -> str:
        """What a hold says to those who may know that the time is taken, and no more."""
        return self.words.t("Reservado por %(host)s", host=event.host.municipality)

    def kind(self, event: Event) -> list[str]:
        """Disciplines and audiences: what also a hold says that does not show its title."""
        return [*self.labels("discipline", event.disciplines), *self.labels("audience", event.audiences)]

    def about_hold(self, event: Event) -> str:
        """The same, and how many are expected, where that was said."""
        expected = event.expected_attendance
        size = [self.words.n("%(num)s persona", "%(num)s personas", expected)] if expected else []
        return " · ".join([*self.kind(event), *size])

    def shared_by(self, host: str) -> str:
        """The mark of what a district shows on its own calendar, and another hosts."""
        return self.words.t("Compartido por %(host)s", host=host)

    def url(self, event: Event, date: Date) -> str:
        """The page of the event, or of that date of several."""
        return self.of(page(event, date.recurrence_id))

    def of(self, path: str) -> str:
        """The full address of a path."""
        return addresses.absolute(self.installation.base_url, path)

    def description(self, event: Event, date: Date) -> str:
        """Why it changed, what it is, the facts, the link."""
        reason = (date.override and date.override.reason) or event.reason
        return self._paragraphs(self._reason(reason), self._said(event), self._listed(event), self.url(event, date))

    def text(self, event: Event) -> str:
        """The same of the event as a whole, without the link."""
        return self._paragraphs(self._reason(event.reason), self._said(event), self._listed(event))

    @staticmethod
    def _paragraphs(*blocks: str) -> str:
        return "\n\n".join(block for block in blocks if block)

    def _said(self, event: Event) -> str:
        return _cut(self._paragraphs(event.abstract, unmarked(event.description)))

    def _listed(self, event: Event) -> str:
        return "\n".join(self._facts(event))

    def _reason(self, reason: str) -> str:
        return self.words.t("Aviso: %(reason)s", reason=reason) if reason else ""

    def _facts(self, event: Event) -> Iterator[str]:
        t, listed = self.words.t, self.words.list_and
        yield t("Organiza: %(hosts)s", hosts=listed(self._hosts(event)))
        if parties := [self.parties[slug] for slug, _ in event.organisations if slug in self.parties]:
            yield t("Con: %(parties)s", parties=listed(parties))
        if audiences := self.labels("audience", event.audiences):
            yield t("Para: %(audiences)s", audiences=listed(audiences))
        if price := self._price(event):
            yield t("Entrada: %(price)s", price=price)
        if features := self.labels("accessibility", event.accessibility):
            yield t("Accesibilidad: %(features)s", features=listed(features))
        if event.booking_url:
            yield t("Reservas: %(link)s", link=event.booking_url)
        if event.online_url:
            yield t("En línea: %(link)s", link=event.online_url)

    def _hosts(self, event: Event) -> list[str]:
        return [event.host.municipality, *(each.district.municipality for each in event.cohosts)]

    def _price(self, event: Event) -> str:
        if event.free:
            said = self.words.free
        elif event.price is not None:
            said = plain(self.words.price(event.price, event.currency))
        else:
            return event.price_text
        return f"{said} ({event.price_text})" if event.price_text else said

    def labels(self, kind: str, slugs: tuple[str, ...]) -> list[str]:
        """The labels of a vocabulary's terms."""
        vocabulary = self.installation.metropolis.vocabularies[kind]
        return [vocabulary.label(slug, self.language) for slug in slugs]

    def categories(self, event: Event) -> list[str]:
        """Disciplines, format and audiences, each label once."""
        formats = (event.format,) if event.format else ()
        labels = [
            *self.labels("discipline", event.disciplines),
            *self.labels("format", formats),
            *self.labels("audience", event.audiences),
        ]
        return list(dict.fromkeys(labels))


def page(event: Event, recurrence_id: str = "") -> str:
    """The path of an event's page, or of one of its dates; what is not public has one at the desk alone."""
    if not event.is_public:
        return addresses.office("events", event.slug)
    return addresses.event(event.slug, (event.repeats and recurrence_id) or None)


def place(event: Event, venue: Venue | None) -> tuple[str, str]:
    """Title and address of where it is. Apple shows a map where LOCATION is exactly the two, on two lines."""
    if venue is None:
        return event.place_note, ""
    parts = (venue.address, event.place_note, venue.district.name)
    return venue.name, ", ".join(part for part in parts if part)


def contact(district: District) -> str:
    """The office, not a person."""
    parts = (district.municipality, district.contact_phone, district.contact_address)
    return ", ".join(part for part in parts if part)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[: LONGEST_DESCRIPTION - 1].rsplit(maxsplit=1)[0] + "…"
