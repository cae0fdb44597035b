"""In which language a program is answered: as its Accept-Language says; no cookie is read (S19)."""

from __future__ import annotations

from flask import request

from calendar_service.entrance import asking
from calendar_service.words import Words, pick_language
from calendar_service.words import words as words_of


def words() -> Words:
    """The words of the asker's language, else of the metropolis's own."""
    metropolis = asking.metropolis()
    language = pick_language(request.headers.get("Accept-Language"), metropolis.languages, metropolis.language)
    return words_of(language, locale=metropolis.locale)
