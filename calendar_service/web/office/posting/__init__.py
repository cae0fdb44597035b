"""Posting and revising on the desk: a new event, one that is there, one kept for the next time; how it will look."""
