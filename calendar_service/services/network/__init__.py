"""The network: the metropolis loaded, districts, clusters."""
