"""What is true: nouns and the rules about them; no web, no clock, no session."""
