"""The index of words that a search asks, and the lines it is made of, stemmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from calendar_service.db import word_index
from calendar_service.domain.finding.search import indexed

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SAID = """
SELECT event.id, event.summary, event.abstract, event.description, event.place_note, event.searchable,
       venue.name, venue.address
FROM event LEFT JOIN venue ON venue.id = event.venue_id ORDER BY event.id
"""
_LABELS = """
SELECT event_term.event_id, term.labels FROM event_term
JOIN term ON term.kind = event_term.kind AND term.slug = event_term.slug
WHERE term.kind IN ('discipline', 'audience') ORDER BY event_term.event_id, term.kind, term.slug
"""


def upgrade() -> None:
    """Bring the schema up, and say anew what every event is found by."""
    connection = op.get_bind()
    lines = list(_lines(connection))
    if lines:
        connection.execute(sa.text("UPDATE event SET searchable = :line WHERE id = :id"), lines)
    word_index.make(connection)


def _lines(connection: sa.Connection) -> Iterator[dict[str, object]]:
    """The line that was there holds the names of hosts and districts; the next change of an event says the rest."""
    labels: defaultdict[int, list[str]] = defaultdict(list)
    for event_id, named in connection.execute(sa.text(_LABELS).columns(labels=sa.JSON())):
        labels[event_id] += named.values()
    for event_id, *said in connection.execute(sa.text(_SAID)):
        yield {"id": event_id, "line": indexed([*(each or "" for each in said), *labels[event_id]])}


def downgrade() -> None:
    """Take it back; the lines are still words with a space before each."""
    word_index.take_away(op.get_bind())
    op.execute("UPDATE event SET searchable = ' ' || searchable")
