"""Rows that nothing can be done with are set aside, so that everything else is seen (decision 33).

Whoever meets such a row fails. Then the tables that she asked are looked through; what is no good is set aside, the
operator is told of it once, and she asks again: no question of this process meets it from then on, nor what hangs on
it. Nothing is looked at before something failed, so it costs nothing. After a while all is met again, as it may have
been mended.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Table, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper, ORMExecuteState, sessionmaker, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.visitors import iterate

from calendar_service.db.damage.forgiving import is_unreadable
from calendar_service.db.damage.searching import Fault, faulty
from calendar_service.domain.columns import Base

LASTS = 600.0
"""Seconds after which what was set aside is met again."""
REST = 60.0
"""Seconds in which a table that was all right is not looked through again."""
MOST_ASKED = 24

log = logging.getLogger(__name__)
Rows = Mapping[type, frozenset[Any]]


class _Here(threading.local):
    """What a thread asked last, how often something had been set aside by then, and how many deeds of it stand."""

    def __init__(self) -> None:
        self.asked: deque[Executable] = deque(maxlen=MOST_ASKED)
        self.round = 0
        self.deeds = 0


class Aside:
    """What one process set aside."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._here = _Here()
        self._turn = threading.Lock()
        self._round = 0
        self._until = 0.0
        self._rows: Rows = {}
        self._criteria: Sequence[LoaderCriteriaOption] = ()
        self._looked: dict[str, float] = {}
        self._told: set[Fault] = set()

    def watch(self, sessions: sessionmaker[Any]) -> None:
        """Leave what is set aside out of every question of these sessions."""
        event.listen(sessions, "do_orm_execute", self._leave_out)

    def look(self) -> bool:
        """Whether something that this thread asked for is set aside now, so that it should ask again."""
        with self._turn:
            if self._here.round == self._round and (found := self._reading(self._found)):
                self._set(found)
            return self._here.round != self._round

    @property
    def many(self) -> int:
        """How many rows are set aside."""
        return sum(map(len, self._rows.values()))

    @property
    def deeds(self) -> int:
        """How many deeds of this thread stand: what it does with others of them is not done again."""
        return self._here.deeds

    def stands(self) -> None:
        """A deed of this thread stands."""
        self._here.deeds += 1

    def survey(self, *, most: int) -> Sequence[Fault]:
        """Look through everything, for who asks how it is; nothing is set aside."""
        everything = sorted(Base.registry.mappers, key=_name)

        def look(line: Connection) -> Sequence[Fault]:
            return list(islice(chain.from_iterable(faulty(line, each) for each in everything), most))

        return self._reading(look)

    def forget(self) -> None:
        """Know nothing: it is another database now."""
        self._meet_again()
        self._told.clear()

    def _meet_again(self) -> None:
        """It may have been mended."""
        self._rows, self._criteria = {}, ()
        self._looked.clear()

    def _leave_out(self, asked: ORMExecuteState) -> None:
        if not asked.is_select:
            return
        self._here.asked.append(asked.statement)
        self._here.round = self._round
        if self._rows and time.monotonic() > self._until:
            self._meet_again()
        if self._criteria and not (asked.is_column_load or asked.is_relationship_load):
            asked.statement = asked.statement.options(*self._criteria)

    def _reading(self, look: Callable[[Connection], Sequence[Fault]]) -> Sequence[Fault]:
        with self._engine.connect() as connection:
            try:
                return look(connection)
            except DBAPIError as wrong:
                if not is_unreadable(wrong.orig):
                    raise
        with self._engine.connect() as connection:  # from now on such values are forgiven
            return look(connection)

    def _found(self, connection: Connection) -> Sequence[Fault]:
        now = time.monotonic()
        found: list[Fault] = []
        for mapper in _asked(self._here.asked):
            if now - self._looked.get(_name(mapper), -REST) < REST:
                continue
            new = [each for each in faulty(connection, mapper) if each.number not in self._rows.get(each.noun, ())]
            found += new
            if not new:
                self._looked[_name(mapper)] = now
        return found

    def _set(self, found: Iterable[Fault]) -> None:
        rows = {noun: set(numbers) for noun, numbers in self._rows.items()}
        for each in found:
            rows.setdefault(each.noun, set()).add(each.number)
            if each not in self._told:
                log.error("row set aside", extra={"table": each.table, "row": each.number, "wrong": each.columns})
        self._told |= set(found)
        self._rows = {noun: frozenset(numbers) for noun, numbers in rows.items()}
        self._criteria, self._until = criteria(self._rows), time.monotonic() + LASTS
        self._round += 1


def criteria(rows: Rows) -> list[LoaderCriteriaOption]:
    """What leaves these rows, and what cannot be without them, out of any question."""
    return [
        with_loader_criteria(mapper.class_, clause, include_aliases=True)
        for mapper in Base.registry.mappers
        for clause in _clauses(mapper, rows)
    ]


def _clauses(mapper: Mapper[Any], rows: Rows) -> Iterable[ColumnElement[bool]]:
    keys = {noun.__tablename__: numbers for noun, numbers in rows.items()}  # type: ignore[attr-defined]
    if own := rows.get(mapper.class_):
        yield mapper.get_property_by_column(mapper.primary_key[0]).class_attribute.not_in(own)
    for column in mapper.local_table.columns:
        parents = {each.column.table.name for each in column.foreign_keys}
        if not column.nullable and (numbers := keys.get(next(iter(parents & keys.keys()), ""))):
            yield mapper.get_property_by_column(column).class_attribute.not_in(numbers)


def _name(mapper: Mapper[Any]) -> str:
    return str(mapper.local_table.description)


def _asked(statements: Iterable[Executable]) -> list[Mapper[Any]]:
    """The nouns that these questions are about, and what comes along with those."""
    names = {each.name for statement in statements for each in iterate(statement) if isinstance(each, Table)}  # type: ignore[arg-type]
    mappers = [each for each in Base.registry.mappers if _name(each) in names]
    for mapper in mappers:  # grows while it is walked
        mappers += {each.mapper for each in mapper.relationships} - set(mappers)
    return mappers
