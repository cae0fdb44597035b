"""What programs ask of the site: robots, cards of shared links, open data, the copy without a network."""
