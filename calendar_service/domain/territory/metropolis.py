"""A metropolis as data: what its folder of files says, read once at the start of a process.

No constant of any city stands in code. Another metropolis is another folder (see `files`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from calendar_service.domain.finding.meanings import Meaning
from calendar_service.domain.finding.sayings import Saying
from calendar_service.domain.times.holidays import Holiday, HolidayRule, holidays_in
from calendar_service.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRecord:
    """A zone as its file says it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRecord:
    """A district as its file says it; `neighbours` are codes, `words` what people call it besides."""

    code: str
    slug: str
    name: str
    municipality: str
    zone: str
    latitude: float
    longitude: float
    population: int
    site: str
    cell: tuple[int, int]
    neighbours: tuple[str, ...]
    words: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Metropolis:
    """The names and rules of one metropolis: read once, and the same only as itself, so that it can be a key.

    `uid_domain` ends every UID for ever and is never the host name of an installation. `cancelled` and `draft`
    are the words before a summary in feeds, by language; the defaults are what an event gets when none is said.
    `asked_first` are the selections, as addresses say them, that its people look for before all others. `languages`
    are those of the pages, `spoken` those in which events are held. `timezone` is IANA, `locale` CLDR, `currency`
    ISO 4217.
    """

    slug: str
    name: str
    timezone: str
    locale: str
    languages: tuple[str, ...]
    spoken: tuple[str, ...]
    currency: str
    uid_domain: str
    prodid: str
    cancelled: Mapping[str, str]
    draft: Mapping[str, str]
    default_discipline: str
    default_audience: str
    asked_first: tuple[str, ...]
    zones: tuple[ZoneRecord, ...]
    districts: tuple[DistrictRecord, ...]
    disciplines: Vocabulary
    formats: Vocabulary
    audiences: Vocabulary
    accessibility: Vocabulary
    venue_kinds: Vocabulary
    organisation_kinds: Vocabulary
    sayings: tuple[Saying, ...]
    meanings: tuple[Meaning, ...]
    holiday_rules: tuple[HolidayRule, ...]
    folder: Path

    @property
    def language(self) -> str:
        """The language of its locale."""
        return self.locale.split("_", maxsplit=1)[0]

    @property
    def example_point(self) -> str:
        """A place in it as a map shows it, for whoever is asked to type one: "-12.0464, -77.0653"."""
        return f"{self.districts[0].latitude:.4f}, {self.districts[0].longitude:.4f}"

    @cached_property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """Every vocabulary by its kind."""
        every = (self.disciplines, self.formats, self.audiences, self.accessibility,
                 self.venue_kinds, self.organisation_kinds)  # fmt: skip
        return {each.kind: each for each in every}

    def around(self, districts: Collection[str]) -> tuple[str, ...]:
        """These districts and those next to them, by their slugs."""
        chosen = [each for each in self.districts if each.slug in districts]
        codes = {code for each in chosen for code in (each.code, *each.neighbours)}
        return tuple(each.slug for each in self.districts if each.code in codes)

    def holidays(self, first: date, last: date) -> list[Holiday]:
        """The public holidays from one day to another, both included."""
        return holidays_in(self.holiday_rules, first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One metropolis served under one base URL: what services need to know of where they run.

    `secret` is the key of keyed hashes and derived tokens (32 bytes or more), `former` those before it, the latest
    first: nothing is made with them any more, but what was made with them is still known (S51).
    """

    metropolis: Metropolis
    base_url: str
    secret: bytes
    former: tuple[bytes, ...] = ()

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Every key that is read, today's first."""
        return (self.secret, *self.former)
