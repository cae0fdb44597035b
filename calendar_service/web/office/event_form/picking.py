"""Two texts of one event, field by field: for each that differs, ones own or the one that is there by now (R4).

What belongs together is picked together: a start without its end would be neither text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import rule_of
from calendar_service.web.office.event_form.form import form_of
from calendar_service.web.office.events.saying import Difference, Saying
from calendar_service.web.office.forms import Form

THEIRS = "theirs"
PREFIX = "pick-"
WHEN = ("start", "end", "all_day", "timezone", "rrule", "rdates", "exdates")
PRICE = ("free", "price", "currency", "price_text")
GROUPS: Mapping[str, str] = {**dict.fromkeys(WHEN, "when"), **dict.fromkeys(PRICE, "price")}
FIELDS: Mapping[str, Sequence[str]] = {
    "when": ("start_date", "start_time", "end_date", "end_time", "all_day", "repeat", "interval", "weekdays", "until",
             "count", "rrule", "rdate", "rtime", "exdates", "said", "heard"),
    "price": ("free", "price", "price_text"),
    "venue": ("venue", "venue_name", "venue_kind", "venue_address", "venue_point", "venue_is"),
    "organisations": ("party", "party_role", "party_slug", "party_kind"),
    "image": ("image_url", "image_alt", "image_credit", "image_drop"),
}  # fmt: skip
"""The fields of the form in which a group stands; every other stands in the one of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A choice: what it is about, and what differs. `settled`: she had not touched it, so theirs stands already."""

    group: str
    rows: Sequence[Difference]
    settled: bool


def picks(changes: Mapping[str, tuple[Any, Any]], saying: Saying, *, seen: Mapping[str, Any]) -> list[Pick]:
    """A choice for all that differs (field: theirs, mine). What she left as she saw it (`seen`) is settled."""
    found: list[Pick] = []
    for group in dict.fromkeys(GROUPS.get(name, name) for name in changes):
        parts = {name: pair for name, pair in changes.items() if GROUPS.get(name, name) == group}
        rows = saying.differences(parts)
        untouched = bool(seen) and all(name in seen and seen[name] == mine for name, (_, mine) in parts.items())
        if rows:
            found.append(Pick(group=group, rows=rows, settled=untouched))
    return found


def settle(form: Form, event: Event, choices: Sequence[Pick]) -> None:
    """Write into the form what is settled, and forget what was picked before."""
    for key in [each for each in form if each.startswith(PREFIX)]:
        form.poplist(key)
    _take(form, event, [each.group for each in choices if each.settled])


def take_theirs(form: Form, event: Event) -> None:
    """Write into the form what somebody picked of the other text."""
    picked = [key.removeprefix(PREFIX) for key, value in form.items() if key.startswith(PREFIX) and value == THEIRS]
    _take(form, event, picked)


def _take(form: Form, event: Event, groups: Sequence[str]) -> None:
    present = form_of(event, rule=rule_of(event)) if groups else Form()
    for group in groups:
        for name in FIELDS.get(group, (group,)):
            form.setlist(name, present.getlist(name))
