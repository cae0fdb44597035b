"""Asks other people's servers for their calendars; services are handed it as a callable (S37)."""
