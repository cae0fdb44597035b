"""How something is found: selections, words, and the lines of a list."""
