"""Questions about what took place: what came of each date, what a season adds up to."""
