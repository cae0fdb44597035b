"""Time: wall clocks in their zones, rules of recurrence, and what other calendars mean by them."""
