"""Files and calendars elsewhere, and what they have brought."""
