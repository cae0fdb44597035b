"""Other people's files: read, reconciled, reported."""
