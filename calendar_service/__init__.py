"""The shared cultural calendar of a metropolitan area's district municipalities."""
