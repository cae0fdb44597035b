"""From the row that is owed to the wire, and what comes of it."""
