"""What helps while an event is posted: who takes part, how it will look, what was kept for the next time."""
