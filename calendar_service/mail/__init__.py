"""Owed messages put into words and onto the wire."""
