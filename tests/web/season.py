"""Events for the citizens' pages, posted by the services that officers use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Host
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.services.house import House
from tests.builders import a_district, an_event, an_officer


class Season:
    """Posts what a page shall show, each in a deed of its own."""

    def __init__(self, house: House, now: datetime) -> None:
        self.house, self.now = house, now
        self.officers: dict[str, Viewer] = {}

    def post(self, summary: str, *, host: str = "barranco", **fields: Any) -> Event:  # noqa: ANN401 - the API's
        with self.house.deed() as session:
            by = self._officer(session, host)
            return an_event(session, by=by, now=self.now - timedelta(days=9), host=host, summary=summary, **fields)

    def _officer(self, session: Any, host: str) -> Viewer:  # noqa: ANN401 - a session
        if host not in self.officers:
            self.officers[host] = an_officer(session, host, now=self.now)
        return self.officers[host]

    def jointly(self, event: Event, district: str, state: Consent = Consent.ACCEPTED, brings: str = "") -> None:
        with self.house.deed() as session:
            home = a_district(session, district)
            host = Host(district_id=home.id, state=state, asked=self.now, contribution=brings)
            host.event_id = event.id
            session.add(host)

    def cluster(self, name: str, *districts: str, state: Consent = Consent.ACCEPTED) -> None:
        with self.house.deed() as session:
            cluster = Cluster(slug=name.lower(), name=name, created=self.now)
            for each in districts:
                home = a_district(session, each).id
                cluster.members.append(ClusterMember(district_id=home, state=state, asked=self.now))
            session.add(cluster)
