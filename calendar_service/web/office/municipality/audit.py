"""The audit log: who did what to what, when, from which channel. It is read, never changed (S44)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from calendar_service.domain.journal import Asked
from calendar_service.domain.times.moments import to_utc
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import log
from calendar_service.web.office.municipality.deeds import DEEDS
from calendar_service.words import mark

room = Room("audit")
KINDS: Mapping[str, str] = {
    "": mark("Todo"), "sign-in": mark("Entradas"), "event-": mark("Eventos"), "cluster-": mark("Agrupaciones"),
    "share-": mark("Compartidos"), "import": mark("Importaciones"), "invit": mark("Invitaciones a personas"),
    "role": mark("Cambios de rol"),
    "account": mark("Cuentas"), "token": mark("Claves de API"), "second-factor": mark("Segundo factor"),
}  # fmt: skip
CHANNELS: Mapping[str, str] = {
    "page": mark("página"), "api": mark("API"), "command": mark("consola del servidor"), "clock": mark("el servicio"),
}  # fmt: skip


@room.get("/office/audit", policy=Policy.MANAGER)
def audit() -> Response:
    """A page of it; what is looked for stands in the address."""
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    wished = {name: request.args.get(name, "") for name in ("since", "until")}
    asked = Asked(deed=kind, since=_day(wished["since"]), until=_day(wished["until"], after=True))
    with asking.reading() as session:
        leaf = log.read(session, asked, by=asking.viewer(), before=asking.number("before") or None)
    onward = urlencode({"kind": kind, **wished, "before": leaf.next}) if leaf.next else ""
    return page(
        "office/municipality/audit.html", leaf=leaf, kinds=KINDS, channels=CHANNELS, deeds=DEEDS, kind=kind,
        wished=wished, onward=onward, said=_said,
    )  # fmt: skip


def _day(text: str, *, after: bool = False) -> datetime | None:
    """The instant at which a local day begins (or ends); None for what is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
        return to_utc(datetime.combine(day, time()), asking.metropolis().timezone)
    except (ValueError, OverflowError):
        return None


def _said(details: Mapping[str, Any]) -> str:
    """What was noted with it, in one line: before → after where two values are kept."""
    flat = {**details, **details.get("changes", {})}
    return " · ".join(f"{name}: {_value(value)}" for name, value in flat.items() if name != "changes")


def _value(value: Any) -> str:  # noqa: ANN401 - plain JSON
    if isinstance(value, list):
        joint = " → " if len(value) == 2 else ", "  # noqa: PLR2004 - before and after
        return joint.join(str(each) for each in value)
    return str(value)
