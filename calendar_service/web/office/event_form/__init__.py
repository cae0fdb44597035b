"""The form of an event: what it offers, what was typed, and the event that it means."""
