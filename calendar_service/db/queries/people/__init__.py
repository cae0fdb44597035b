"""Who is who, and what lets her in."""
