"""A municipality at the desk: its profile, its people, its clusters, its log."""
