"""What a price is when somebody writes it: free, an amount in the metropolis's currency, or words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_symbol

from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.text import fold

FREE = frozenset(
    {"gratis", "gratuito", "gratuita", "libre", "ingreso libre", "entrada libre", "free", "free of charge"}
)
LARGEST = Decimal(100_000)
_AMOUNT = re.compile(r"([0-9]{1,3}(?:[ ,.][0-9]{3})+|[0-9]{1,6})(?:[.,]([0-9]{1,2}))?\Z")
LONGEST_WORDS = 200


def read_price(text: str, *, metropolis: Metropolis) -> dict[str, Any]:
    """The API's fields for a price; none for an empty text."""
    words = " ".join(text.split())
    if not words:
        return {}
    if fold(words) in FREE:
        return {"free": True}
    amount = _amount(_without_sign(words, metropolis))
    if amount is None:
        return {"price_text": words[:LONGEST_WORDS]}
    return {"price": f"{amount:.2f}", "currency": metropolis.currency} if amount else {"free": True}


def _without_sign(words: str, metropolis: Metropolis) -> str:
    """The figure without the sign or code of the metropolis's currency, before or after it."""
    sign = get_currency_symbol(metropolis.currency, locale=metropolis.locale)
    for each in (f"{sign}.", sign, metropolis.currency):
        if words.upper().startswith(each.upper()):
            return words[len(each) :].strip()
        if words.upper().endswith(each.upper()):
            return words[: -len(each)].strip()
    return words


def _amount(figure: str) -> Decimal | None:
    found = _AMOUNT.match(figure)
    if found is None:
        return None
    amount = Decimal(f"{re.sub('[ ,.]', '', found[1])}.{found[2] or '0'}")
    return amount if amount <= LARGEST else None
