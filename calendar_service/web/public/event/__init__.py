"""One event: its page, the ways out of it, what search engines are told."""
