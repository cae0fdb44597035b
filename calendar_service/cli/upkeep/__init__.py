"""The operator's commands: is all well, backups, the move to PostgreSQL, keys, the log of deeds."""
