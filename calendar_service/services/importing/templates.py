"""The tables that officers download to fill in."""

from __future__ import annotations

from datetime import datetime

from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import local_day
from feeds.tables.template_writer import template_csv, template_xlsx


def csv_template(metropolis: Metropolis, *, language: str, now: datetime) -> bytes:
    """As CSV."""
    return template_csv(metropolis, language=language, today=local_day(now, metropolis.timezone))


def xlsx_template(metropolis: Metropolis, *, language: str, now: datetime) -> bytes:
    """As a spreadsheet."""
    today = local_day(now, metropolis.timezone)
    return template_xlsx(metropolis, language=language, now=now, today=today)
