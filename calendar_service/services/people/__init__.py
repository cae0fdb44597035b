"""Officers: accounts, sessions, passwords, invitations, tokens."""
