"""Tables of events: CSV and spreadsheets, out and in."""
