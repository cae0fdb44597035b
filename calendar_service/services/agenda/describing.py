"""A selection in words, a part for each kind: "Música y danza · gratis · en Lima Norte · este fin de semana".

Used wherever a person is told what she chose: the chips of a page, the name of a feed, the line in a mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import browsing as queries
from calendar_service.db.queries.network.organisations import organisations_named
from calendar_service.domain.finding.selection import DEFAULT_KM, PartOfDay, Point, Selection, When
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.words import Words, mark

TIMES: Mapping[PartOfDay, str] = {
    PartOfDay.MORNING: mark("en la mañana"),
    PartOfDay.AFTERNOON: mark("en la tarde"),
    PartOfDay.EVENING: mark("en la noche"),
}
WHENS: Mapping[When, str] = {
    When.TODAY: mark("hoy"),
    When.TOMORROW: mark("mañana"),
    When.WEEKEND: mark("este fin de semana"),
    When.WEEK: mark("esta semana"),
    When.MONTH: mark("este mes"),
}
FIELDS: Mapping[str, Sequence[str]] = {
    "near": ("near", "km"), "when": ("when", "from_day", "to_day"), "district": ("districts",),
    "cluster": ("clusters",), "zone": ("zones",), "venue": ("venues",), "organisation": ("organisations",),
    "discipline": ("disciplines",), "format": ("formats",), "audience": ("audiences",), "access": ("access",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of choice in words; `kind` is its key in the address (`when` also for from and to)."""

    kind: str
    text: str


def parts(session: Session, selection: Selection, *, words: Words, today: date) -> list[Part]:
    """What was chosen, in the order in which one says it. Asks the database for names of clusters and venues only."""
    names = _Names(session, selection)
    said = _Saying(selection, names, words, today)
    return [Part(kind=kind, text=text) for kind, text in said.parts() if text]


def sentence(said: Iterable[Part]) -> str:
    """The parts in one line, the first letter a capital; empty for the selection of everything."""
    line = " · ".join(part.text for part in said)
    return line[:1].upper() + line[1:]


def describe(session: Session, selection: Selection, *, words: Words, today: date) -> str:
    """The selection in one line; "Todo lo que viene" when nothing was chosen."""
    return sentence(parts(session, selection, words=words, today=today)) or words.t("Todo lo que viene")


def without(selection: Selection, kind: str) -> Selection:
    """The selection with one kind cleared."""
    unset = {each.name: each.default for each in fields(Selection)}
    return replace(selection, **{name: unset[name] for name in FIELDS.get(kind, (kind,))})  # type: ignore[arg-type]


class _Names:
    """The names behind the slugs of a selection."""

    def __init__(self, session: Session, selection: Selection) -> None:
        metropolis = session.installation.metropolis
        self.metropolis: Metropolis = metropolis
        self.districts = {each.slug: each.name for each in metropolis.districts}
        self.zones = {each.slug: each.name for each in metropolis.zones}
        clusters = queries.clusters_named(session, selection.clusters) if selection.clusters else ()
        self.clusters = {each.slug: each.name for each in clusters}
        register = organisations_named(session, selection.organisations) if selection.organisations else ()
        self.organisations = {each.slug: each.name for each in register}
        self.venues = queries.venues_named(session, selection.venues) if selection.venues else {}


class _Saying:
    """Says each kind of choice."""

    def __init__(self, selection: Selection, names: _Names, words: Words, today: date) -> None:
        self.chosen, self.names, self.words, self.today = selection, names, words, today

    def parts(self) -> Iterator[tuple[str, str]]:
        chosen, words, metropolis = self.chosen, self.words, self.names.metropolis
        yield "discipline", self._labels(metropolis.disciplines, chosen.disciplines)
        yield "format", self._labels(metropolis.formats, chosen.formats)
        yield "q", words.t("«%(q)s»", q=chosen.words) if chosen.q else ""
        yield "audience", self._for_whom(self._labels(metropolis.audiences, chosen.audiences))
        yield "age", self._age()
        yield "free", words.t("gratis") if chosen.free else ""
        yield "price", self._price()
        yield "outdoors", words.t("al aire libre") if chosen.outdoors else ""
        yield "indoors", words.t("bajo techo") if chosen.indoors else ""
        yield "access", self._access(self._labels(metropolis.accessibility, chosen.access))
        yield from self._where()
        yield "organisation", self._with_them(chosen.organisations)
        yield "when", self._when()
        yield "time", words.t(TIMES[chosen.time]) if chosen.time else ""

    def _labels(self, vocabulary: Vocabulary, slugs: Sequence[str]) -> str:
        labels = [vocabulary.label(slug, self.words.language) for slug in slugs]
        return self.words.list_and([labels[0], *map(small, labels[1:])]) if labels else ""

    def _for_whom(self, labels: str) -> str:
        return self.words.t("para %(audiences)s", audiences=small(labels)) if labels else ""

    def _access(self, labels: str) -> str:
        return self.words.t("con %(features)s", features=small(labels)) if labels else ""

    def _age(self) -> str:
        age = self.chosen.age
        return "" if age is None else self.words.n("para %(num)s año de edad", "para %(num)s años de edad", age)

    def _price(self) -> str:
        most = self.chosen.price
        if most is None:
            return ""
        return self.words.t("hasta %(price)s", price=self.words.price(Decimal(most), self.names.metropolis.currency))

    def _where(self) -> Iterator[tuple[str, str]]:
        chosen, names = self.chosen, self.names
        yield "district", self._in(chosen.districts, names.districts)
        yield "zone", self._in(chosen.zones, names.zones)
        yield "cluster", self._in(chosen.clusters, names.clusters)
        yield "venue", self._in(chosen.venues, names.venues)
        yield "near", self._near()

    def _in(self, slugs: Sequence[str], names: Mapping[str, str]) -> str:
        places = [names.get(slug, slug) for slug in slugs]
        return self.words.t("en %(places)s", places=self.words.list_and(places)) if places else ""

    def _with_them(self, slugs: Sequence[str]) -> str:
        names = [self.names.organisations.get(slug, slug) for slug in slugs]
        return self.words.t("con %(organisations)s", organisations=self.words.list_or(names)) if names else ""

    def _near(self) -> str:
        near, km = self.chosen.near, self.words.distance(self.chosen.km or DEFAULT_KM)
        if near is None:
            return ""
        if isinstance(near, Point):
            return self.words.t("a menos de %(distance)s de mí", distance=km)
        return self.words.t(
            "a menos de %(distance)s de %(place)s", distance=km, place=self.names.districts.get(near, near)
        )

    def _when(self) -> str:
        chosen, words = self.chosen, self.words
        if chosen.when:
            return words.t(WHENS[chosen.when])
        if chosen.from_day and chosen.to_day:
            return words.days(chosen.from_day, chosen.to_day, today=self.today)
        if chosen.from_day:
            return words.t("desde el %(day)s", day=words.day(chosen.from_day, today=self.today))
        return words.until(chosen.to_day, today=self.today) if chosen.to_day else ""


def small(label: str) -> str:
    """A label inside a sentence: a small first letter, unless the word is written in capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
