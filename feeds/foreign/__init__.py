"""Other people's iCalendar in: bytes, and out come plain drafts."""
