"""A report as it goes to the typesetter: words alone, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from calendar_service.entrance import asking
from calendar_service.services.evidence.seasons import Season
from calendar_service.web.office.evidence.wording import figures, heading, most_attended, partners, parts
from calendar_service.words import mark

COUNTED = mark(
    "Cuenta lo publicado en la agenda. Lo que dura varios días cuenta como una fecha; las personas son las que anotó"
    " quien organiza."
)


def sheet_said(season: Season) -> dict[str, Any]:
    """All that stands on the sheet."""
    words, metropolis, head = asking.words(), asking.metropolis(), heading(season)
    return {
        "lang": words.language, "title": head.title, "period": head.period,
        "kicker": words.t("Informe de actividades culturales"), "publisher": metropolis.name,
        "figures": [asdict(each) for each in figures(season)], "parts": [asdict(each) for each in parts(season)],
        "columns": [words.t("eventos"), words.t("fechas"), words.t("personas")],
        "partners": {"title": words.t("Con quién"), "said": partners(season)},
        "most": {"title": words.t("Lo más concurrido"), "rows": most_attended(season)},
        "empty": words.t("Nada se publicó para estos días."),
        "note": words.t(COUNTED),
        "footer": words.t("Agenda cultural de %(place)s · al %(day)s", place=metropolis.name,
                          day=words.day_long(asking.today())),
    }  # fmt: skip
