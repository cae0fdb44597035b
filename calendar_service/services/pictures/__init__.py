"""Posters: made safe and small, kept in the data folder, found again, tidied away."""
