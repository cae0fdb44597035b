"""Mails: what is owed, what came back, what the domain they come from says of itself."""
