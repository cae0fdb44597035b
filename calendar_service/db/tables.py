"""Every table there is: importing this module makes the metadata complete."""

from __future__ import annotations

from sqlalchemy.orm import configure_mappers

from calendar_service.domain import (
    clusters,
    events,
    factors,
    journal,
    mail,
    news,
    organisations,
    outcomes,
    people,
    pictures,
    places,
    publication,
    requests,
    sharing,
    sources,
    special_days,
    templates,
    vocabulary,
)
from calendar_service.domain.columns import Base

ROOMS = (
    clusters,
    events,
    factors,
    journal,
    mail,
    news,
    organisations,
    outcomes,
    people,
    pictures,
    places,
    publication,
    requests,
    sharing,
    sources,
    special_days,
    templates,
    vocabulary,
)

configure_mappers()
metadata = Base.metadata
