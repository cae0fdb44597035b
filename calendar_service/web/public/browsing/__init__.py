"""Looking through the agenda: as a list, a calendar, a map, a printed programme."""
