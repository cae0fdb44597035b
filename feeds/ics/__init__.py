"""iCalendar out (RFC 5545, RFC 7986): typed, checked, one event at a time."""
