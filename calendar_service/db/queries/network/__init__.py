"""What municipalities have in common: places, clusters, organisations, and what they ask of each other."""
