"""Every table there is: importing this module makes the metadata complete."""

from __future__ import annotations

from sqlalchemy.orm import configure_mappers

from calendar_service.domain import events, factors, journal, mail, people, publication, sources, vocabulary
from calendar_service.domain.columns import Base
from calendar_service.domain.network import clusters, news, organisations, requests, sharing
from calendar_service.domain.posting import outcomes, pictures, templates
from calendar_service.domain.territory import places
from calendar_service.domain.times import special_days

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
