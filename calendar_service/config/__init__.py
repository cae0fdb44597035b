"""Settings: what an installation is told from outside, and the keys that it keeps."""
