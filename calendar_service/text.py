"""Text as people type it: safe to keep (`clean`), easy to find (`fold`), fit for an address (`slugify`), a number or
none (`number_in`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from zlib import crc32

_SLUG_LENGTH = 60
_LETTERS_WITHOUT_MARKS = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_NOT_CHARACTERS = "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
# S34. Bidi overrides and isolates turn the words around them; other unseen ones make two equal titles differ.
# The zero-width joiners stay: some scripts and most emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls but TAB and LF (line ends have become LF by then)
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides, isolates
    "\u200b\u2060\ufeff\u00ad"  # zero-width space, word joiner, byte order mark, soft hyphen
    "\ud800-\udfff"  # lone surrogates
    "\ufffd"  # what stands for letters that were lost
    f"\ufdd0-\ufdef{_NOT_CHARACTERS}]"
)
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")


def clean(text: str, *, multiline: bool) -> str:
    """What is kept of what was typed: NFC, no control but LF, nothing unseen, trimmed (S34).

    A single line has its white space squeezed to single spaces; several lines keep theirs but at line ends.
    Cleaning twice changes nothing.
    """
    seen = text if _is_plain(text) else _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    composed = unicodedata.normalize("NFC", seen)
    if not multiline:
        return " ".join(composed.split())
    return "\n".join(line.rstrip() for line in composed.replace("\t", " ").split("\n")).strip()


def _is_plain(text: str) -> bool:
    """Whether there is nothing to take out: known at a tenth of the cost of looking for it."""
    return text.replace("\n", "").isprintable() and "\ufffd" not in text


def fold(text: str) -> str:
    """For search and forgiving comparison: lower case, no accents (ñ is n), white space squeezed.

    Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    lower = unicodedata.normalize("NFKD", text).casefold()  # in this order: "ᴬ" becomes "A" and only then "a"
    decomposed = unicodedata.normalize("NFKD", lower)
    return " ".join(_NOT_ASCII.sub(_bare, decomposed).split())


def _bare(found: re.Match[str]) -> str:
    return found[0].translate(_BARE)


class _Bare(dict[int, Any]):
    """What folding makes of a letter, for `str.translate`; each letter is looked at once in a process's life."""

    def __missing__(self, code: int) -> int | None:
        found = self[code] = None if unicodedata.combining(chr(code)) else code
        return found


_BARE = _Bare(str.maketrans(_LETTERS_WITHOUT_MARKS))


def slugify(text: str) -> str:
    """An ASCII slug of at most 60 characters, cut between words where it can be, never empty.

    A text with no Latin letter or digit gets a slug from its checksum: the same text, the same slug.
    """
    slug = _NOT_IN_SLUGS.sub("-", _APOSTROPHES.sub("", fold(text))).strip("-")
    if not slug:
        return f"x-{crc32(text.encode('utf-8', 'replace')):08x}"
    if len(slug) <= _SLUG_LENGTH:
        return slug
    whole_words, _, _ = slug[: _SLUG_LENGTH + 1].rpartition("-")
    return whole_words or slug[:_SLUG_LENGTH]


def number_in(text: str, *, digits: int = 9) -> int | None:
    """A whole number written with so many digits at most, by default as many as one of a row may have; else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
