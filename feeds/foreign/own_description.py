"""Takes the description of an entry that we published apart again: what `feeds.wording` puts together."""

from __future__ import annotations

from typing import Any

from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.words import Words, words
from feeds.foreign.text import web_link
from feeds.prices import read_price
from feeds.terms import mentioned

_GAP = "\n\n"


def read_own(text: str, *, metropolis: Metropolis) -> tuple[str, dict[str, Any], str]:
    """The text that a person wrote, the facts below it as the API's fields, and the reason of a change."""
    for language in metropolis.languages:
        said = words(language, locale=metropolis.locale)
        blocks = text.split(_GAP)
        place = _place_of_facts(blocks, said)
        if place is not None:
            reason = _after(said.t("Aviso: %(reason)s", reason=""), blocks[0]) if place else ""
            body = blocks[1 if reason else 0 : place]
            return _GAP.join(body), _facts(blocks[place].split("\n"), said, metropolis, language), reason
    return text, {}, ""


def _place_of_facts(blocks: list[str], said: Words) -> int | None:
    """Where the facts stand: the last block that begins with who hosts."""
    hosts = said.t("Organiza: %(hosts)s", hosts="")
    found = [place for place, each in enumerate(blocks) if each.startswith(hosts)]
    return found[-1] if found else None


def _after(beginning: str, text: str) -> str:
    return text.removeprefix(beginning) if text.startswith(beginning) else ""


def _facts(lines: list[str], said: Words, metropolis: Metropolis, language: str) -> dict[str, Any]:
    t = said.t
    found: dict[str, Any] = {}
    for line in lines:
        if price := _after(t("Entrada: %(price)s", price=""), line):
            found |= _price(price, said, metropolis)
        elif features := _after(t("Accesibilidad: %(features)s", features=""), line):
            found["accessibility"] = mentioned(features, metropolis.accessibility, language=language)
        elif link := web_link(_after(t("Reservas: %(link)s", link=""), line)):
            found["booking_url"] = link
        elif link := web_link(_after(t("En línea: %(link)s", link=""), line)):
            found["online_url"] = link
    return found


def _price(text: str, said: Words, metropolis: Metropolis) -> dict[str, Any]:
    """An amount or "free", and the words in brackets after it."""
    figure, bracket, words_after = text.partition(" (")
    found = {"free": True} if figure == said.free else read_price(figure, metropolis=metropolis)
    if "price_text" in found:
        return {"price_text": text}
    return found | ({"price_text": words_after.removesuffix(")")} if bracket else {})
