"""Venues: found, made in place, changed with all that shows them, merged."""
