"""Terms of the metropolis's vocabularies as people write them: labels in any language, or slugs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.text import fold


def slug_of(word: str, vocabulary: Vocabulary) -> str | None:
    """The slug that a word means."""
    return vocabulary.by_word.get(fold(word))


def district_of(word: str, metropolis: Metropolis) -> str | None:
    """The slug of the district that somebody names: by slug, name, municipality, or words of one name alone (Surco)."""
    said = fold(word)
    for one in metropolis.districts:
        if said in (one.slug, fold(one.name), fold(one.municipality)):
            return one.slug
    among = [one.slug for one in metropolis.districts if said and f" {said} " in f" {fold(one.name)} "]
    return among[0] if len(among) == 1 else None


def categorised(words: Iterable[str], *, metropolis: Metropolis) -> dict[str, Any]:
    """The API's fields for loose words such as CATEGORIES: each in the first vocabulary that knows it."""
    found: dict[str, list[str]] = {"disciplines": [], "formats": [], "audiences": []}
    for word in words:
        for name, slugs in found.items():
            slug = slug_of(word, getattr(metropolis, name))
            if slug:
                slugs.append(slug)
                break
    once = {name: list(dict.fromkeys(slugs))[:10] for name, slugs in found.items()}
    fields: dict[str, Any] = {name: once[name] for name in ("disciplines", "audiences") if once[name]}
    return fields | ({"format": found["formats"][0]} if found["formats"] else {})


def mentioned(text: str, vocabulary: Vocabulary, *, language: str) -> list[str]:
    """The slugs whose labels stand in a sentence, in its order. A label inside a longer one is not meant."""
    found, left = {}, text
    for term in sorted(vocabulary.terms, key=lambda each: -len(each.label(language))):
        label = term.label(language)
        if label in left:
            found[left.index(label)] = term.slug
            left = left.replace(label, "\0" * len(label))
    return [found[place] for place in sorted(found)]
