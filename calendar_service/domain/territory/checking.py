"""Whether the files of a metropolis agree with each other: what does not is told before anybody sees it on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from calendar_service.domain.territory.metropolis import DistrictRecord, Metropolis
from calendar_service.domain.vocabulary import Term, Vocabulary
from calendar_service.formats import is_currency, is_locale, is_zone
from calendar_service.translations import languages

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def faults(metropolis: Metropolis) -> Iterator[str]:
    """What does not agree, a sentence each; the first ones explain those that follow."""
    yield from _in_languages(metropolis)
    yield from _in_settings(metropolis)
    yield from _in_districts(metropolis)
    for vocabulary in metropolis.vocabularies.values():
        yield from _in_terms(vocabulary, metropolis.languages)
    yield from _in_slugs(metropolis)
    for holiday in metropolis.holiday_rules:
        yield from _unsaid(f"holiday {holiday.key!r}", holiday.names, metropolis.languages)


def _in_languages(metropolis: Metropolis) -> Iterator[str]:
    if not is_locale(metropolis.locale):
        yield f"{metropolis.locale!r} is not a locale like es_PE"
    elif metropolis.language not in metropolis.languages:
        yield f"the language of {metropolis.locale} is not one of its languages"
    for language in sorted({*metropolis.languages} - languages()):
        yield f"pages are not translated into {language!r}"
    yield from _unsaid("the word for cancelled", metropolis.cancelled, metropolis.languages)
    yield from _unsaid("the word for draft", metropolis.draft, metropolis.languages)


def _in_settings(metropolis: Metropolis) -> Iterator[str]:
    if not is_zone(metropolis.timezone):
        yield f"{metropolis.timezone!r} is not a time zone like America/Lima"
    if not is_currency(metropolis.currency):
        yield f"{metropolis.currency!r} is not a currency like PEN"
    if not DOMAIN.fullmatch(metropolis.uid_domain):
        yield f"uid_domain {metropolis.uid_domain!r} is not a name like calendar.example.org"
    if metropolis.default_discipline not in metropolis.disciplines:
        yield f"the default discipline {metropolis.default_discipline!r} is no discipline"
    if metropolis.default_audience not in metropolis.audiences:
        yield f"the default audience {metropolis.default_audience!r} is no audience"


def _in_districts(metropolis: Metropolis) -> Iterator[str]:
    if not metropolis.districts:
        yield "there are no districts"
    codes = {each.code: each for each in metropolis.districts}
    for district in metropolis.districts:
        if not (-90 <= district.latitude <= 90 and -180 <= district.longitude <= 180):  # noqa: PLR2004 - degrees
            yield f"{district.slug} is nowhere on earth"
        yield from _beside(district, codes)
    for what in ("code", "name", "municipality", "cell"):
        for twice in _twice(getattr(each, what) for each in metropolis.districts):
            yield f"two districts have the same {what}, {twice}"


def _beside(district: DistrictRecord, codes: Mapping[str, DistrictRecord]) -> Iterator[str]:
    for code in district.neighbours:
        if code not in codes:
            yield f"{district.slug} has the neighbour {code}, which is no district's code"
        elif code == district.code or district.code not in codes[code].neighbours:
            yield f"{district.slug} and {codes[code].slug} are not each other's neighbours"


def _in_terms(vocabulary: Vocabulary, spoken: Iterable[str]) -> Iterator[str]:
    if not vocabulary.terms:
        yield f"there is no {vocabulary.kind}"
    for term in vocabulary.terms:
        yield from _unsaid(f"{vocabulary.kind} {term.slug!r}", term.labels, spoken)
        yield from _in_term(term, vocabulary)


def _in_term(term: Term, vocabulary: Vocabulary) -> Iterator[str]:
    if term.parent is not None and term.parent not in {each.slug for each in vocabulary.roots}:
        yield f"{vocabulary.kind} {term.slug!r} is below {term.parent!r}, which is none of the first level"
    for name in ("age_min", "age_max", "public_space"):
        if not (value := term.more.get(name, "")).isdigit() and value:
            yield f"{vocabulary.kind} {term.slug!r} has the {name} {value!r}, which is no number"


def _in_slugs(metropolis: Metropolis) -> Iterator[str]:
    """Slugs stand in addresses for ever, so each is given once and needs no escaping."""
    kinds: dict[str, list[str]] = {"zone": [each.slug for each in metropolis.zones]}
    kinds["district"] = [each.slug for each in metropolis.districts]
    kinds |= {kind: [each.slug for each in one.terms] for kind, one in metropolis.vocabularies.items()}
    for slug in (metropolis.slug, *chain.from_iterable(kinds.values())):
        if not SLUG.fullmatch(slug):
            yield f"the slug {slug!r} has other signs than small letters, digits and hyphens between them"
    for kind, slugs in kinds.items():
        yield from (f"{kind} {slug!r} stands there twice" for slug in _twice(slugs))


def _unsaid(what: str, said: Mapping[str, str], wanted: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} is not said in {language!r}" for language in wanted if not said.get(language))


def _twice(values: Iterable[object]) -> Iterator[object]:
    seen: set[object] = set()
    for each in values:
        if each in seen:
            yield each
        seen.add(each)
