"""The database: engine, transactions, queries, migrations."""
