"""Where: districts, venues, distances, and the metropolis as data and as hexagons."""
