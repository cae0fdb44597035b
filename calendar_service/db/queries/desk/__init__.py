"""What officers ask: what waits, what competes, what stands on the board, what came of it."""
