"""What a hand in the database damaged costs its own row, not the list, the page or the tick (decision 33)."""
