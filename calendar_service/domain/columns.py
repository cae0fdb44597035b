"""How domain values stand in columns: instants, wall clocks, lists of plain values.

Everything that maps a noun to a table imports its base and its types from here, so that both
databases store the same thing in the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Numeric, String, Text, TypeDecorator, inspect
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python; refuses a naive datetime instead of guessing its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; SQLite keeps no offset, so it is given none."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant must be aware"
            raise ValueError(message)
        instant = value if value.tzinfo is UTC else value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC, whatever the session's zone on the server is. Raises ValueError for what is no time."""
        del dialect
        if value is None:
            return None
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except AttributeError as wrong:  # a hand put there what is no time, and the driver gave it as it stands
            raise ValueError("no instant") from wrong


class WallClocks(TypeDecorator[tuple[datetime, ...]]):
    """A sorted tuple of naive wall clocks (RDATE, EXDATE), as a JSON list of ISO texts."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[datetime, ...] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - JSON
        """Store ISO 8601 texts, sorted, each once."""
        del dialect
        return [each.isoformat() for each in sorted(set(value or ()))]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[datetime, ...]:  # noqa: ANN401 - JSON
        """Give back naive datetimes."""
        del dialect
        return tuple(datetime.fromisoformat(each) for each in value or ())


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of short texts (codes, language tags), as a JSON list; its order is kept."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - JSON
        """Store a plain list."""
        del dialect
        return list(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ANN401 - JSON
        """Give back a tuple, which nobody can change in place behind the session's back."""
        del dialect
        return tuple(value or ())


Instant = Annotated[datetime, "instant"]
"""An aware UTC moment."""
WallClock = Annotated[datetime, "wall clock"]
"""A naive local date-time; the zone stands beside it."""
Slug = Annotated[str, "slug"]
LongText = Annotated[str, "long text"]
Codes = Annotated[tuple[str, ...], "codes"]
Moments = Annotated[tuple[datetime, ...], "wall clocks"]
Details = Annotated[dict[str, Any], "details"]
Amount = Annotated[Decimal, "amount"]


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """The base of every noun that has a table: the domain object and the row at once.

    Every noun repeats `kw_only=True, eq=False, repr=False`: two objects are the same when they are the same row of
    one session, and neither a comparison nor a traceback may walk into relations that were not loaded.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        str: String(200),
        Instant: UtcDateTime(),
        WallClock: DateTime(timezone=False),
        Slug: String(80),
        LongText: Text(),
        Codes: Words(),
        Moments: WallClocks(),
        Details: JSON(),
        Amount: Numeric(10, 2),
    }

    @classmethod
    def untracked(cls, **values: Any) -> Self:  # noqa: ANN401 - whatever its columns and relations hold
        """One of which nothing is noted while it is made, as SQLAlchemy makes what it has read: for thousands that are
        only written down as rows, it costs a tenth. What is not said has its column's default; relations are those
        that are given. A session takes it as any other, if none is.
        """
        made: Self = cls.__mapper__.class_manager.new_instance()
        made.__dict__.update(_defaults_of(cls), **values)
        return made

    def say(self, **values: Any) -> None:  # noqa: ANN401 - whatever its columns hold
        """Let its columns hold these. What stands in no session yet is told at once: all of it is new."""
        if inspect(self).transient:
            self.__dict__.update(values)
            return
        for name, value in values.items():
            if getattr(self, name) != value:  # to write costs several times as much as to look
                setattr(self, name, value)

    @property
    def row(self) -> dict[str, Any]:
        """What stands in each of its columns, but for a key that the database will give; of one that is `untracked`."""
        said = self.__dict__
        return {name: said[name] for name in _defaults_of(type(self))}

    def __repr__(self) -> str:
        state = inspect(self)
        key = ", ".join(map(str, state.identity)) if state.identity else "new"
        return f"<{type(self).__name__} {key}>"


@cache
def _defaults_of(noun: type[Base]) -> Mapping[str, Any]:
    """What each column holds where nothing is said, by attribute; keys that the database gives are left out."""
    table: Any = noun.__mapper__.local_table
    return {
        each.key: column.default.arg if (column := each.columns[0]).default is not None else None
        for each in noun.__mapper__.column_attrs
        if each.columns[0] is not table.autoincrement_column
    }
