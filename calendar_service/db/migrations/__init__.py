"""Alembic migrations; see upgrading.py for how they are run."""
