"""What somebody else's VEVENT says in words: title, text, place, links, categories, as the API's fields."""

from __future__ import annotations

from typing import Any

from calendar_service.domain.errors import Problem
from calendar_service.domain.posting.drafts import Receiver
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.text import fold
from feeds.foreign.lines import Component
from feeds.foreign.own_description import read_own
from feeds.foreign.text import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    mail_or_phone,
    plain_text,
    shortened,
    web_link,
    without_markup,
)  # fmt: skip
from feeds.terms import categorised

Said = tuple[dict[str, Any], str, list[Problem]]
LARGEST_LATITUDE, LARGEST_LONGITUDE = 90, 180


def described(event: Component, *, receiver: Receiver, own: bool) -> Said:
    """Fields, the reason of a cancellation, and what had to be left out. `own`: our feeds' way of saying things."""
    metropolis = receiver.metropolis
    remarks: list[Problem] = []
    text = plain_text(_text(event), multiline=True)
    fields: dict[str, Any] = {}
    reason = ""
    if own:
        text, fields, reason = read_own(text, metropolis=metropolis)
    elif contact := mail_or_phone(event.text("URL")):
        text = "\n\n".join(part for part in (text, contact) if part)
    fields |= _named(event, metropolis, remarks)
    fields["description"] = _cut(text, LONGEST_TEXT, "description", remarks)
    fields |= _links(event, own=own) | _place(event, metropolis)
    words = [each for line in event.all("CATEGORIES") for each in line.texts]
    return fields | categorised(words, metropolis=metropolis), reason, remarks


def _text(event: Component) -> str:
    """The description; the marked-up one only where there is no other."""
    return event.text("DESCRIPTION") or without_markup(event.text("X-ALT-DESC"))


def title_of(event: Component, metropolis: Metropolis) -> str:
    """The title, without the word that feeds put before what was called off."""
    title = plain_text(event.text("SUMMARY"), multiline=False)
    if event.text("STATUS").upper() == "CANCELLED":
        for word in metropolis.cancelled.values():
            title = title.removeprefix(f"{word}:").strip()
    return title


def _named(event: Component, metropolis: Metropolis, remarks: list[Problem]) -> dict[str, Any]:
    title = title_of(event, metropolis)
    return {"summary": _cut(title, LONGEST_TITLE, "summary", remarks)} if title else {}


def _cut(text: str, limit: int, field: str, remarks: list[Problem]) -> str:
    if len(text) > limit:
        remarks.append(Problem(field=field, code="import_cut", values={"limit": limit}))
    return shortened(text, limit)


def _links(event: Component, *, own: bool) -> dict[str, Any]:
    """Where to take part from afar, and where to read on. Of our own entries the page is theirs already."""
    online = (web_link(event.text(name)) for name in ("CONFERENCE", "X-GOOGLE-CONFERENCE"))
    found = {"online_url": next(filter(None, online), ""), "booking_url": "" if own else web_link(event.text("URL"))}
    return {name: link for name, link in found.items() if link}


# --- place ----------------------------------------------------------------------------------------------------


def _place(event: Component, metropolis: Metropolis) -> dict[str, Any]:
    """A venue where name and address or position are told apart; else a note, or a link."""
    text = plain_text(event.text("LOCATION"), multiline=True)
    if not text:
        return {}
    if link := web_link(text):
        return {"online_url": link}
    point = _point(event)
    title, address = _title_and_address(text, located=bool(point))
    if not title or not (address or point):
        return {"place_note": shortened(" ".join(text.split()), LONGEST_TITLE)}
    return {"venue": {"name": shortened(title, LONGEST_TITLE), **_address(address, metropolis), **point}}


def _title_and_address(text: str, *, located: bool) -> tuple[str, str]:
    lines = [each.strip(" ,") for each in text.split("\n") if each.strip(" ,")]
    if len(lines) > 1:
        return lines[0], ", ".join(lines[1:])
    title, _, address = lines[0].partition(",") if located and lines else (lines[0] if lines else text, "", "")
    return title.strip(), address.strip()


def _address(address: str, metropolis: Metropolis) -> dict[str, Any]:
    """The address, and the district that it names at its end."""
    rest, _, last = address.rpartition(",")
    named = {fold(each.name): each.slug for each in metropolis.districts}
    district = named.get(fold(last))
    found = {"address": shortened((rest if district else address).strip(" ,"), LONGEST_TITLE)}
    return found | ({"district": district} if district else {})


def _point(event: Component) -> dict[str, float]:
    """Latitude and longitude (WGS 84) if they can be ones; 0,0 is what programs write that know no better."""
    text = event.text("GEO") or event.text("X-APPLE-STRUCTURED-LOCATION").removeprefix("geo:").replace(",", ";")
    first, _, second = text.partition(";")
    try:
        latitude, longitude = float(first), float(second.partition(";")[0])
    except ValueError:
        return {}
    fits = abs(latitude) <= LARGEST_LATITUDE and abs(longitude) <= LARGEST_LONGITUDE
    return {"lat": latitude, "lon": longitude} if fits and (latitude or longitude) else {}
