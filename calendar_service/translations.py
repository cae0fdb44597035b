"""Translated text from `data/translations/<language>/*.po`: one file per room, read at the first use.

Spanish is the source text (msgid), so only its error sentences have files. There is no compile step.
Nothing here escapes HTML: templates do.
All text is %-formatted, also without values: a percent sign is written `%%`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from calendar_service.formats import Formats

FOLDER = Path(__file__).parent / "data" / "translations"
log = logging.getLogger(__name__)


def mark(msgid: str) -> str:
    """Names a constant as text to translate; `Words.t` translates it where it is shown."""
    return msgid


def languages() -> set[str]:
    """Those in which there are texts."""
    return {each.name for each in FOLDER.iterdir() if each.is_dir()}


@lru_cache
def read(language: str) -> GNUTranslations:
    """All files of `language` as one catalogue. Raises LookupError if there are none.

    Of two translations of one text the first file's counts; a test sees to it that there are never two.
    """
    files = sorted((FOLDER / language).glob("*.po"))
    if not files:
        raise LookupError(f"there are no translations for {language!r}")
    merged = Catalog(locale=language)
    for file in files:
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, eq=False)
class Translated(Formats):
    """Text in one language. `strict`, set by the tests, lets an error without a sentence raise KeyError."""

    strict: ClassVar[bool] = False

    language: str
    translations: GNUTranslations

    def t(self, msgid: str, **values: Any) -> str:  # noqa: ANN401 - whatever the text shows
        """The text in this language, `%(name)s` filled from `values`; untranslated it stays Spanish."""
        return self.translations.gettext(msgid) % values

    def n(self, singular: str, plural: str, n: int, **values: Any) -> str:  # noqa: ANN401
        """One or many; the number itself is `%(num)s`, as in templates."""
        return self.translations.ngettext(singular, plural, n) % {"num": self.number(n), **values}

    def p(self, context: str, msgid: str, **values: Any) -> str:  # noqa: ANN401
        """A text that needs its context to be translated ("abierto", a place or a call)."""
        return self.translations.pgettext(context, msgid) % values

    def sentence(self, code: str, **values: Any) -> str:  # noqa: ANN401
        """What a person is told about the error `code`: `error.<code>` of `errors-*.po`, with `values`."""
        msgid = f"error.{code}"
        text = self.translations.gettext(msgid)
        try:
            if text == msgid:
                raise KeyError(msgid)  # noqa: TRY301 - one way out for a missing sentence and a missing value
            return text % {name: self._said(value) for name, value in values.items()}
        except KeyError:
            if self.strict:
                raise
            log.exception("error without a sentence", extra={"code": code, "language": self.language})
            return self.translations.gettext("error.unexpected")

    def _said(self, value: object) -> object:
        match value:
            case Decimal():
                return self.number(value)
            case timedelta():
                return self.duration_words(value)
            case list() | tuple():
                return self.list_and([str(item) for item in value])
        return value
