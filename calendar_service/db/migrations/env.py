"""Alembic's entrance: the connection is handed in by `upgrading`, the models are the domain's."""

from __future__ import annotations

from alembic import context

from calendar_service.db import tables, word_index

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    include_name=word_index.is_modelled,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
