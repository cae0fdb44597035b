"""Text out of other people's files: markup becomes plain text, links are links, what is too long is cut (S20, S35)."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import nh3

from calendar_service.text import clean

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
LONGEST_LINK = 2_000
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^<>]*>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")
_NOT_A_CHARACTER = "\N{REPLACEMENT CHARACTER}"


def plain_text(text: str, *, multiline: bool) -> str:
    """What is kept of a text: no markup, no control, no character that was lost on the way."""
    kept = text.replace(_NOT_A_CHARACTER, "")[: LONGEST_TEXT * 10]
    if _MARKUP.search(kept):
        kept = without_markup(kept)
    return _BLANK_LINES.sub("\n\n", clean(kept, multiline=multiline))


def without_markup(text: str) -> str:
    """The words of HTML, its breaks as line breaks."""
    broken = _ITEM.sub("– ", _BREAK.sub("\n", text))
    return html.unescape(nh3.clean(broken, tags=set())).replace("\N{NO-BREAK SPACE}", " ")


def shortened(text: str, limit: int) -> str:
    """At most so many characters, cut between words."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(maxsplit=1)[0] if " " in cut else cut) + "…"


def web_link(text: str) -> str:
    """A link to the web; empty for anything else (javascript:, data:, file:, …)."""
    link = text.strip()
    if not link[:6].lower().startswith(("http:", "https:")):
        return ""
    try:
        parts = urlsplit(link)
        good = bool(parts.hostname) and not parts.username
    except ValueError:
        return ""
    if not good or len(link) > LONGEST_LINK or any(sign in link for sign in ' "<>\\^`{|}\n\t'):
        return ""
    return link if link.isprintable() else ""


def mail_or_phone(text: str) -> str:
    """The address or number of a mailto: or tel: link; empty for anything else."""
    scheme, _, rest = text.strip().partition(":")
    return clean(rest, multiline=False)[:200] if scheme.lower() in ("mailto", "tel") else ""
