"""Feeds: from an address to a version and a body."""
