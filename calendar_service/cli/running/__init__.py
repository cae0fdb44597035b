"""The running service: its processes, where they listen, and which thread answers."""
