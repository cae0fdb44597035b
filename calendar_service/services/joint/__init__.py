"""Joint events: who is asked to co-host, and what hosts ask of each other."""
