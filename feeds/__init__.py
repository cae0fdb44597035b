"""Domain objects in, bytes out, and back: one file per format."""
