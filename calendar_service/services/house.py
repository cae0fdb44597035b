"""The house: settings, the installation, its database and its clock, put together once per process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from calendar_service.config.refusing import BadSetting
from calendar_service.config.settings import Settings
from calendar_service.db.engine import Database, Session
from calendar_service.db.prepared import Driver, short_deed
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.metropolis import Installation, Metropolis

Clock = Callable[[], datetime]


def wall_time() -> datetime:
    """The time of this machine, aware UTC: the one clock that entrances read."""
    return datetime.now(UTC)  # noqa: TID251 - the entrance through which time comes in


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What every entrance (page, API, command, clock) needs, and nothing that a request changes."""

    settings: Settings
    installation: Installation
    database: Database
    clock: Clock = wall_time

    @property
    def metropolis(self) -> Metropolis:
        """The metropolis that is served."""
        return self.installation.metropolis

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self.clock()

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that only reads."""
        return self.database.reading()

    def deed(self) -> AbstractContextManager[Session]:
        """A transaction that commits when its block ends well."""
        return self.database.deed()

    def short_deed(self) -> AbstractContextManager[Driver]:
        """A deed of a few prepared changes."""
        return short_deed(self.database)

    def rehearsal(self) -> AbstractContextManager[Session]:
        """A deed without its effect."""
        return self.database.rehearsal()


def open_house(
    settings: Settings, *, clock: Clock = wall_time, busy_timeout: float = 2.0, begun: bool = False
) -> House:
    """Read the metropolis and open the database. Raises BadMetropolis, BadSetting; connects to nothing yet."""
    metropolis = read_metropolis(settings.metropolis)
    if settings.locale and settings.locale.split("_")[0] not in metropolis.languages:
        raise BadSetting(f"CALENDAR_LOCALE: {settings.locale!r} is not spoken in {metropolis.name}")
    metropolis = replace(
        metropolis,
        timezone=settings.timezone or metropolis.timezone,
        locale=settings.locale or metropolis.locale,
    )
    installation = Installation(
        metropolis=metropolis, base_url=settings.base_url, secret=settings.secrets[0], former=settings.secrets[1:]
    )
    database = Database(settings.database_url, installation=installation, busy_timeout=busy_timeout, begun=begun)
    return House(settings=settings, installation=installation, database=database, clock=clock)
